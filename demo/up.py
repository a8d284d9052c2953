"""``python -m demo.up``: start the local AWS with the examples' pipelines, which then wait for pushes."""

from __future__ import annotations

from demo import interruption

if __name__ == "__main__":
    interruption.ends_the_process()
    import typer

    from demo.cli import up  # Slow: what comes before it must not end in a traceback.

    typer.run(up)
