"""Monitor: a look for data drift in what PROD is asked, by the protocol that the repository has."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from mlops.drift.monitor import monitor
from mlops.ledger.store import OverwritingRefusedError
from mlops.spec import load_settings
from mlops.spec.problems import FailedError
from mlops.spec.variables import EXAMPLE, read_variables


def main() -> None:
    """Write the report into ``drift-report`` and into the ledger.

    Raises:
        FailedError: AWS refuses, or cannot be reached.
    """
    (example,) = read_variables(os.environ, EXAMPLE)
    # The protocol; after all else, so that nothing here takes a module's place.
    sys.path.append(str(Path.cwd()))
    try:
        sys.exit(monitor(load_settings(Path.cwd(), example), Path("drift-report"), record=True))
    except (BotoCoreError, ClientError, OverwritingRefusedError) as error:
        raise FailedError(f"AWS refused or could not be reached: {error}") from error
