"""``python -m plan_review``."""

import typer

from plan_review.cli import plan_review

if __name__ == "__main__":
    typer.run(plan_review)
