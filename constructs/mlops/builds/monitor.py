"""Monitor: a look for data drift in what PROD is asked, by the protocol that the repository has."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from mlops.drift.cli import app
from mlops.spec.variables import EXAMPLE, read_variables


def main() -> None:
    """Write the report into ``drift-report`` and into the ledger."""
    (example,) = read_variables(os.environ, EXAMPLE)
    # The protocol; after all else, so that nothing here takes a module's place.
    sys.path.append(str(Path.cwd()))
    app([example, "--record", "--output", "drift-report"])
