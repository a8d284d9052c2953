"""The command ``mlops`` as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.project import PROJECT

_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")
NO_CREDENTIALS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def mlops(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run it in a shell without credentials; never a traceback."""
    inherited = {name: value for name, value in os.environ.items() if name not in _CREDENTIALS}
    done = subprocess.run(
        [sys.executable, "-m", "mlops", *arguments],
        cwd=cwd,
        env={**inherited, **NO_CREDENTIALS, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def project(folder: Path, *examples: str) -> Path:
    """A repository with as many examples of this name, as far as commands look before they start."""
    (folder / "mlops.toml").write_text((PROJECT / "mlops.toml").read_text())
    for name in examples:
        own = folder / "examples" / name
        own.mkdir(parents=True)
        (own / "stacks.py").touch()
        (own / "example.toml").write_text((PROJECT / "examples/iris/example.toml").read_text())
    return folder
