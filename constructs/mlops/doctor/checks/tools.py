"""Terraform and the CDKTF CLI on this machine."""

from __future__ import annotations

from collections.abc import Iterator

from mlops.doctor.finding import Finding, fault, ok
from mlops.doctor.set_up import SetUp
from mlops.toolchain import ToolchainError, terraform_environment

SUBJECT = "tools"


def look(set_up: SetUp) -> Iterator[Finding]:
    """Whether both can be run."""
    try:
        terraform_environment()
        yield ok("terraform", "found, new enough to lock its state in S3")
    except ToolchainError as error:
        yield fault("terraform", str(error), "make setup, after what the sentence above asks for")
    if (set_up.root / "node_modules" / ".bin" / "cdktf").exists():
        yield ok("cdktf", "installed from the lock")
    else:
        yield fault("cdktf", "the CDKTF CLI is not installed", "make cdktf")
