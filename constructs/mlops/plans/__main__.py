"""``python -m mlops.plans``."""

import typer

from mlops.plans.cli import plan_review

if __name__ == "__main__":
    typer.run(plan_review)
