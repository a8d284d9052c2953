"""Synth: the repository's ``main.py``, run once for all environments with the release that was trained."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from mlops.spec.problems import FailedError
from mlops.spec.settings import ENVIRONMENTS
from mlops.spec.variables import EXAMPLE, read_variables
from mlops.toolchain.assembly import main as trim_bindings

_TRAINED = "CODEBUILD_SRC_DIR_TrainOutput"
# A provider lock file in the repository pins what both environments run.
_LOCK = ".terraform.lock.hcl"
_OUTPUT = "cdktf.out"


def synthesize(root: Path, environ: Mapping[str, str]) -> int:
    """Write every stack of the repository ``root`` to its ``cdktf.out``; the exit code of ``main.py``.

    Raises:
        InvalidInputError: with every variable that is missing.
        FailedError: an environment's stack is not among what ``main.py`` wrote.
    """
    example, trained = read_variables(environ, {**EXAMPLE, _TRAINED: (r"/.+", "the folder of the artifact")})
    variables = {**environ, "MLOPS_RELEASE": str(Path(trained) / "release.json"), "CDKTF_OUTDIR": _OUTPUT}
    # main.py imports the examples that lie beside it.
    variables.pop("PYTHONSAFEPATH", None)
    code = subprocess.run([sys.executable, "main.py"], cwd=root, env=variables, check=False).returncode
    if code != 0:
        return code
    for environment in ENVIRONMENTS:
        stack = f"{example}-{environment}"
        folder = root / _OUTPUT / "stacks" / stack
        if not (folder / "cdk.tf.json").is_file():
            wrote = f"Synth wrote no {_OUTPUT}/stacks/{stack}/cdk.tf.json."
            raise FailedError(f"{wrote} Does main.py make the stack {stack}?")
        if (root / _LOCK).is_file():
            shutil.copy(root / _LOCK, folder)
    return 0


def main() -> None:
    """Cut the bindings to what is used, where they can be written, and synthesize the working folder."""
    trim_bindings()
    sys.exit(synthesize(Path.cwd(), os.environ))
