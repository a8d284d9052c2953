"""``python -m mlops.demo.up``: the local AWS with the examples' pipelines, which wait for pushes."""

from __future__ import annotations

from mlops.demo import interruption

if __name__ == "__main__":
    interruption.ends_the_process()
    import typer

    from mlops.demo.cli import up  # Slow: what comes before it must not end in a traceback.

    typer.run(up)
