"""What a person must fix on the machine."""

from mlops.spec.problems import FailedError


class ToolchainError(FailedError):
    """A tool is missing or unusable; the message says what was looked for and the remedy."""
