"""The role that SageMaker runs a job's or a model's containers in.

https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
"""

from __future__ import annotations

import re

from local_aws.account_region import AccountRegion
from local_aws.iam.access import Access
from local_aws.iam.roles import RoleRefusedError, ServiceRoles
from local_aws.runtime import Runtime

_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<repository>[^:@]+)"
)
_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


class ExecutionRoleError(Exception):
    """SageMaker cannot act in the role, or the role may not pull the image; the message is AWS's."""


def assume(runtime: Runtime, account_region: AccountRegion, role: str, source_arn: str) -> AccountRegion:
    """The account and region, to act there in the role for the resource ``source_arn``.

    Raises:
        ExecutionRoleError: the role does not trust SageMaker.
    """
    try:
        return runtime.engine(ServiceRoles).assume(
            account_region, role, "sagemaker.amazonaws.com", "SageMaker", source_arn
        )
    except RoleRefusedError as error:
        raise ExecutionRoleError(
            f"Could not assume role {role}. Please ensure that the role exists and allows principal "
            "'sagemaker.amazonaws.com' to assume the role."
        ) from error


def check_image(runtime: Runtime, account_region: AccountRegion, image: str) -> None:
    """Pull an image, as far as it needs permissions.

    Raises:
        ExecutionRoleError: the role may not.
    """
    found = _IMAGE.match(image)
    if found is None:
        return
    registry = AccountRegion(found["account"], found["region"])
    repository = registry.arn("ecr", f"repository/{found['repository']}")
    needed = [Access("ecr:GetAuthorizationToken", "*"), *(Access(action, repository) for action in _PULL)]
    for access in needed:
        refusal = runtime.engine(ServiceRoles).refusal(account_region, access)
        if refusal:
            raise ExecutionRoleError(f"the image {image} cannot be pulled: {refusal}")
