"""Plans a stack with the Terraform CLI, without changing anything: neither resources nor state nor lock."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from mlops.plans.remedies import remedy_for
from mlops.plans.review import FailedPlan
from mlops.plans.stack_plan import StackPlan, read_plan
from mlops.spec import InvalidInputError

_FRAME = str.maketrans("", "", "╷│╵")


class TerraformError(Exception):
    """Terraform failed; the message is its own."""


class Terraform:
    """The CLI in ``environment``."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = {**environment, "TF_IN_AUTOMATION": "1"}

    def init(self, stack: str, folder: Path) -> FailedPlan | None:
        """Make a stack's folder ready; one at a time, since they may share a cache of providers."""
        try:
            self._run(folder, "init", "-input=false", "-no-color", "-reconfigure")
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
            # Not beside the stack: a saved plan holds secrets in clear.
            saved = str(Path(temporary) / "tfplan")
            try:
                self._run(folder, "plan", "-input=false", "-no-color", "-lock=false", f"-out={saved}", *mode)
                text = self._run(folder, "show", "-no-color", saved)
                return read_plan(stack, self._run(folder, "show", "-json", saved), text, drift=drift)
            except (TerraformError, InvalidInputError) as error:
                return _failed(stack, error)

    def _run(self, folder: Path, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603
            ["terraform", *arguments],  # noqa: S607 - the toolchain put it on the PATH
            cwd=folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise TerraformError(done.stderr or done.stdout)
        return done.stdout


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
