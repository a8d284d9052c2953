"""The tools around the project: which Terraform, provider source and Node are used."""

from mlops.toolchain.environment import terraform_environment
from mlops.toolchain.errors import ToolchainError

__all__ = ["ToolchainError", "terraform_environment"]
