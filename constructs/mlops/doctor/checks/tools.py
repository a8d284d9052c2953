"""Terraform and the CDKTF CLI on this machine."""

from __future__ import annotations

from collections.abc import Iterator

from mlops.doctor.finding import Finding, fault, ok
from mlops.doctor.set_up import SetUp
from mlops.toolchain import ToolchainError, terraform_environment
from mlops.toolchain.node import CDKTF_VERSION, find_cdktf

SUBJECT = "tools"


def look(set_up: SetUp) -> Iterator[Finding]:
    """Whether both can be run."""
    try:
        terraform_environment()
        yield ok("terraform", "found, new enough to lock its state in S3")
    except ToolchainError as error:
        yield fault("terraform", str(error), "what the sentence above asks for")
    cdktf = find_cdktf(set_up.root)
    if cdktf:
        yield ok("cdktf", f"found: {cdktf}")
    else:
        said = "the CDKTF CLI is neither in node_modules nor on the PATH"
        yield fault("cdktf", said, f"npm install cdktf-cli@{CDKTF_VERSION}")
