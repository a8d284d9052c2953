"""What to do about the errors that planning ends with most often."""

from __future__ import annotations

import re

_REMEDIES = (
    (
        r"S3 bucket .* does not exist|NoSuchBucket",
        "The state's bucket is not there. `cdktf deploy bootstrap` makes it; or the credentials are another "
        "account's than that of `mlops.toml`.",
    ),
    (
        r"No valid credential sources|failed to refresh cached credentials|NoCredentialProviders"
        r"|InvalidClientTokenId|ExpiredToken",
        "There are no valid credentials. Log in, for example with `aws sso login`, and name the profile in "
        "`AWS_PROFILE`; in a workflow, check the role's ARN in the variable `PLAN_ROLE_ARN`.",
    ),
    (
        r"AWS account ID not allowed",
        "The credentials are another account's. Take those of `aws.account_id` in `mlops.toml`.",
    ),
    (
        r"AccessDenied|is not authorized to perform|UnauthorizedOperation|StatusCode: 403",
        "The credentials lack the action that the error names. If they are the role of `github-actions`, add "
        "it in `constructs/mlops/constructs/plan_access.py` and deploy that stack.",
    ),
    (
        r"Failed to (query available provider packages|install provider|resolve provider packages)",
        "Terraform found no AWS provider that fits. Connect to the internet, or let `MLOPS_TERRAFORM_MIRROR` "
        "name a filesystem mirror that holds it.",
    ),
    (
        r"The training data .*is missing|no file exists at|fetch_data",
        "The example's data is not on this machine. Fetch it: `python -m examples.<name>.fetch_data`.",
    ),
    (
        r"connection refused|no such host|i/o timeout",
        "AWS cannot be reached. Check the network, and `AWS_ENDPOINT_URL` where a local AWS is meant.",
    ),
)
_ANY = "Fix what the error names and plan again; the other stacks are not affected."


def remedy_for(error: str) -> str:
    """A sentence on what to do about an error of Terraform's."""
    line = " ".join(error.split())
    return next((remedy for pattern, remedy in _REMEDIES if re.search(pattern, line)), _ANY)
