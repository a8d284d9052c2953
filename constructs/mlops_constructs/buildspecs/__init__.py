"""Buildspecs that a construct writes into the project, so that no push can change what a deployment runs."""

from pathlib import Path


def read(name: str) -> str:
    """The text of ``<name>.yml`` here."""
    return (Path(__file__).parent / f"{name}.yml").read_text(encoding="utf-8")
