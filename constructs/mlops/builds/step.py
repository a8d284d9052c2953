"""How a build's step ends where it cannot go on."""

from __future__ import annotations


class StepError(Exception):
    """What stopped the step, and what to do about it, in sentences: the build fails with exit code 1."""
