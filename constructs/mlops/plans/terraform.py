"""Plans a stack with the Terraform CLI, without changing anything: neither resources nor state nor lock."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from mlops.plans.remedies import remedy_for
from mlops.plans.review import FailedPlan
from mlops.plans.stack_plan import StackPlan, read_plan
from mlops.spec import InvalidInputError
from mlops.toolchain.processes import Processes
from mlops.toolchain.terraform_cli import TerraformCli, TerraformError

_FRAME = str.maketrans("", "", "╷│╵")


class Terraform:
    """Plans stacks with the CLI in ``environment``; whatever fails is a plan that failed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._cli = TerraformCli(lambda: environment, Processes())

    def init(self, stack: str, folder: Path) -> FailedPlan | None:
        """Make a stack's folder ready; one at a time, since they may share a cache of providers."""
        try:
            self._cli.init(folder)
        except TerraformError as error:
            return _failed(stack, error)
        return None

    def plan(self, stack: str, folder: Path, *, drift: bool) -> StackPlan | FailedPlan:
        """Plan what would change or, with ``drift``, tell what was changed without Terraform.

        Without the state's lock: a plan that is only read must not hold up a deployment, nor need the right
        to write. S3 replaces an object as a whole: the state is that of before or after a deployment.
        """
        mode = ["-refresh-only"] if drift else []
        with tempfile.TemporaryDirectory() as temporary:
            try:
                # Not beside the stack: a saved plan holds secrets in clear.
                text, as_json = self._cli.plan(folder, Path(temporary) / "tfplan", "-lock=false", *mode)
                return read_plan(stack, as_json, text, drift=drift)
            except (TerraformError, InvalidInputError) as error:
                return _failed(stack, error)

    def interrupt(self) -> None:
        """Interrupt what runs and wait for its end; nothing can be run any more."""
        self._cli.processes.interrupt()


def missing_local_state(folder: Path) -> Path | None:
    """The file that should hold a stack's state and is not on this machine; None where none is missing."""
    backend = json.loads((folder / "cdk.tf.json").read_text())["terraform"].get("backend", {})
    if "local" not in backend:
        return None
    path = (folder / backend["local"]["path"]).resolve()
    return None if path.exists() else path


def _failed(stack: str, error: Exception) -> FailedPlan:
    lines = [line.rstrip() for line in str(error).translate(_FRAME).splitlines()]
    text = "\n".join(line.removeprefix(" ") for line in lines).strip()
    return FailedPlan(stack, text, remedy_for(text))
