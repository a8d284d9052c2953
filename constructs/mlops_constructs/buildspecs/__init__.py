"""Buildspecs that a construct writes into the project, so that no push can change what a deployment runs."""

from pathlib import Path


def read(name: str) -> str:
    """The text of ``<name>.yml`` here, the shell's ``${`` escaped so that Terraform leaves it alone."""
    text = (Path(__file__).parent / f"{name}.yml").read_text(encoding="utf-8")
    return text.replace("${", "$${")
