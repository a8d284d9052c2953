"""How each service words a refusal.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from local_aws.hooks import Call, ServiceError
from local_aws.iam.access import Access
from local_aws.iam.decision import Decision
from local_aws.iam.principals import Principal

# Services of the query and EC2 protocols, S3, and the REST services answer 403, those of JSON 400.
_CODES = {"s3": "AccessDenied", "ec2": "UnauthorizedOperation", "sns": "AuthorizationError"}


def sentence(principal: Principal, access: Access, decision: Decision) -> str:
    """AWS's sentence about an access that is not allowed."""
    resource = access.resource or "*"
    if access.action.startswith("s3:"):
        resource = f'"{resource}"'
    return (
        f"User: {principal.arn} is not authorized to perform: {access.shown_action} on resource: {resource} "
        f"{decision.reason}"
    )


def error(call: Call, message: str) -> ServiceError:
    """The refusal as the service of a call sends it."""
    is_json = "x-amz-target" in call.headers
    code = _CODES.get(call.service, "AccessDenied" if "Action" in call.query else "AccessDeniedException")
    return ServiceError(code, message, 400 if is_json else 403)
