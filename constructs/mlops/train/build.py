"""What a training build is given, and how it ends where it cannot go on."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from mlops.spec import InvalidInputError, Names, Settings, load_settings
from mlops.spec.variables import EXAMPLE, read_variables

ROOT = Path.cwd()
# The artifact's folder; the buildspec names it too.
OUTPUT = ROOT / "build"


class TrainingError(Exception):
    """What stopped the build on the AWS side, and what to do about it, in sentences."""


@dataclass(frozen=True)
class Build:
    """The settings and the pipeline execution that the build is part of."""

    settings: Settings
    execution_id: str
    commit: str

    @property
    def names(self) -> Names:
        """The physical names of the example's resources."""
        return self.settings.names

    @property
    def region(self) -> str:
        """The region of every resource."""
        return self.settings.project.aws.region


def load_build(root: Path = ROOT, environment: Mapping[str, str] = os.environ) -> Build:
    """The build from the variables that the pipeline sets.

    Raises:
        InvalidInputError: with every variable that is missing and every problem of the settings.
    """
    wanted = {
        **EXAMPLE,
        "MLOPS_EXECUTION_ID": (r"[A-Za-z0-9-]{8,40}", "the pipeline execution's id"),
        "CODEBUILD_RESOLVED_SOURCE_VERSION": (r"[0-9a-f]{40}", "a commit of 40 hexadecimal digits"),
    }
    example, execution_id, commit = read_variables(environment, wanted)
    return Build(load_settings(root, example), execution_id, commit)


def run(step: Callable[[], None]) -> None:
    """Run a step of the build; a failure that has a sentence ends it without a traceback."""
    try:
        step()
    except InvalidInputError as error:
        print(error, file=sys.stderr)
        sys.exit(InvalidInputError.EXIT_CODE)
    except TrainingError as error:
        sys.exit(str(error))
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"AWS refused or could not be reached: {error}")


class Log:
    """Lines with the seconds since the step began."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, line: str) -> None:
        print(f"[{time.monotonic() - self._start:6.1f} s] {line}", flush=True)
