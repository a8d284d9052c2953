"""What several builds are told by their project."""

from __future__ import annotations

from mlops.spec.variables import EXAMPLE

#: For a build that runs Terraform; ``read_variables`` takes it.
TERRAFORM_WANTED = {
    **EXAMPLE,
    "MLOPS_ENVIRONMENT": (r"qa|prod", "qa or prod"),
    "TERRAFORM_TIMEOUT_SECONDS": (r"\d{1,6}", "how long Terraform may take, in seconds"),
    "TERRAFORM_LOCK_TIMEOUT": (r"\d+[smh]", "how long Terraform waits for the state's lock, such as 2m"),
}
