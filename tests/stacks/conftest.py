"""Stacks to look into, as for the constructs."""

from tests.constructs.conftest import names, synth

__all__ = ["names", "synth"]
