"""The tools around the project: which Terraform, provider source and Node are used."""

from toolchain.environment import terraform_environment
from toolchain.errors import ToolchainError

__all__ = ["ToolchainError", "terraform_environment"]
