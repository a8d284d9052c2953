"""Restore: PROD brought back to the release before, where the build that runs this has failed."""

from __future__ import annotations

import os

from mlops.builds.terraform import install_terraform
from mlops.ledger.restore import Cause
from mlops.ledger.restore import main as restore


def main(cause: Cause) -> None:
    """Do nothing, unless this build failed and its project was given the role that restores PROD."""
    failed = cause == "deployment" or os.environ.get("CODEBUILD_BUILD_SUCCEEDING") == "0"
    if failed and os.environ.get("RESTORE_ROLE_ARN"):
        install_terraform(os.environ)
        restore([cause])
