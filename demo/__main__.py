"""``python -m demo``: run one example's pipeline on the local AWS, from data to a tested PROD endpoint."""

from __future__ import annotations

from demo import interruption

if __name__ == "__main__":
    interruption.ends_the_process()
    import typer

    from demo.cli import demo  # Slow: what comes before it must not end in a traceback.

    typer.run(demo)
