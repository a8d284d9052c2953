"""Review: the plan that Plan saved, in words, for the person who approves it."""

from __future__ import annotations

import os
from pathlib import Path

from mlops.approval.__main__ import main as review
from mlops.builds.saved_plan import check_sums
from mlops.spec.variables import read_variables

_WANTED = {
    "PLAN_SHA256": (r"[0-9a-f]{64}", "the checksum that Plan exported, 64 hexadecimal digits"),
    "CODEBUILD_SRC_DIR_ProdPlan": (r"/.+", "the folder of an input artifact"),
}


def main() -> None:
    """Write the review into the folder ``review`` and into the ledger.

    Raises:
        FailedError: the plan is not the one that Plan saved.
    """
    sha256, folder = read_variables(os.environ, _WANTED)
    check_sums(Path(folder), sha256, "there is nothing to approve.")
    review(["review"])
