"""What a person must mend on the machine."""


class ToolchainError(Exception):
    """A tool is missing or unusable; the message says what was looked for and the remedy."""
