"""A user's program on a version of the SageMaker SDK, with what a user has: the environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from local_aws.server import LocalAws

ROOT = Path(__file__).parents[3]
PROGRAMS = Path(__file__).parent / "sdk"


def run(aws: LocalAws, folder: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``sdk/<name>.py``, whose name begins with the SDK's version, in an empty folder.

    Its errors are among its output, as at a terminal.
    """
    version = name.partition("_")[0]
    python = ROOT / ".venv/tools" / f"sagemaker-{version}" / "bin/python"
    if not python.exists():
        pytest.fail(f"{python} is not there; `make sdks` installs the SageMaker SDKs")
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    return subprocess.run(
        [str(python), str(PROGRAMS / "impatient.py"), str(PROGRAMS / f"{name}.py"), *arguments],
        env={**kept, "HOME": str(folder), **aws.runtime.environment()},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
