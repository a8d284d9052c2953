"""``python -m mlops.builds <step>``: what a build of the pipeline runs.

Exit code: 0; 1 the step failed, or AWS refuses; 2 for bad input.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from mlops.spec import InvalidInputError
from mlops.spec.problems import FailedError

# Each module is imported by its own step alone: a build has no more packages than its step needs.
_STEPS = {
    "synth": "the endpoint stacks of every environment",
    "plan": "a saved plan of one environment's endpoint stack",
    "review": "that plan in words, for whoever approves it",
    "deploy": "the saved plan, applied",
    "monitor": "a look for data drift in what PROD is asked",
}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m mlops.builds", description="A step of the pipeline.")
    steps = made.add_subparsers(dest="step", required=True)
    for name, text in _STEPS.items():
        steps.add_parser(name, help=text)
    record = steps.add_parser("record", help="training's output or a gate's reports, into the ledger")
    record.add_argument("folder")
    restore = steps.add_parser("restore", help="PROD as it was before a release that failed there")
    restore.add_argument("cause", choices=("test", "deployment"))
    return made


def main(arguments: list[str] | None = None) -> None:
    """Run one step; the process ends with its exit code."""
    given = parser().parse_args(arguments)
    try:
        if given.step == "record":
            import_module("mlops.ledger.record").main([given.folder])
        elif given.step == "restore":
            import_module("mlops.builds.restore").main(given.cause)
        else:
            import_module(f"mlops.builds.{given.step}").main()
    except InvalidInputError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.EXIT_CODE)
    except FailedError as error:
        sys.exit(f"\n{error}")


if __name__ == "__main__":
    main()
