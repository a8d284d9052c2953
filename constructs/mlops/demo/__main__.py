"""``python -m mlops.demo``: one example's pipeline on the local AWS, from data to a tested PROD endpoint."""

from __future__ import annotations

from mlops.demo import interruption

if __name__ == "__main__":
    interruption.ends_the_process()
    import typer

    from mlops.demo.cli import demo  # Slow: what comes before it must not end in a traceback.

    typer.run(demo)
