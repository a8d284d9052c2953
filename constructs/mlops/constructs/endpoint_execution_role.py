"""The role that SageMaker hosts models with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from constructs import Construct

from mlops.constructs.endpoint_option_access import grant_hosting
from mlops.constructs.policy import Condition, Statement
from mlops.constructs.private_bucket import PrivateBucket
from mlops.constructs.sagemaker_role import SageMakerRole, SageMakerRoleConfig
from mlops.spec import Names
from mlops.spec.endpoint import Endpoint


@dataclass(frozen=True, kw_only=True)
class EndpointExecutionRoleConfig:
    """Models are read from ``models``; requests are captured under its ``capture/``.

    ``endpoints`` are those that run with the role, by environment: their options need rights.
    """

    names: Names
    models: PrivateBucket
    images: Sequence[str]
    endpoints: Mapping[str, Endpoint]


class EndpointExecutionRole(SageMakerRole):
    """Reads models, writes captured requests, reads the alarms that roll an update back.

    Its trust cannot be narrowed to endpoints: hosting acts for models and configurations as well.
    https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
    """

    def __init__(self, scope: Construct, id_: str, config: EndpointExecutionRoleConfig) -> None:
        names = config.names
        super().__init__(
            scope,
            id_,
            SageMakerRoleConfig(
                names=names,
                of=names.endpoint_execution,
                description=f"What the endpoints of {names.prefix} may do",
                images=config.images,
                log_group=f"/aws/sagemaker/Endpoints/{names.prefix}-*",
                streams="*",
                metric_namespace="/aws/sagemaker/Endpoints",
                source_arns=(names.arn("sagemaker", "*"),),
            ),
        )
        grant_hosting(self, names, config.models, config.endpoints)
        alarms = names.arn("cloudwatch", f"alarm:{names.prefix}-*")
        self.grant("rollback", Statement("Watch", ("cloudwatch:DescribeAlarms",), (alarms,)))
        keys = {endpoint.kms_key_arn for endpoint in config.endpoints.values()}
        own = sorted(key for key in keys if key)
        self.grant("volume", volume_grant(*([config.models.key.arn] if None in keys else []), *own))


def volume_grant(*key_arns: str) -> Statement:
    """Let SageMaker encrypt an instance's volume with the keys, and only SageMaker.

    https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
    """
    for_aws = Condition("Bool", "kms:GrantIsForAWSResource", ("true",))
    return Statement("Volume", ("kms:CreateGrant",), key_arns, (for_aws,))
