"""What any container that SageMaker runs needs of its role: its image, its log, its metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs import Construct

from mlops.constructs.policy import Condition, Statement, unscoped
from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig
from mlops.spec import Names
from mlops.spec.ecr import EcrImage


@dataclass(frozen=True, kw_only=True)
class SageMakerRoleConfig:
    """``images`` are repository names of AWS's or URIs; ``log_group`` and ``streams`` are patterns."""

    names: Names
    of: str
    description: str
    images: Sequence[str]
    log_group: str
    streams: str
    metric_namespace: str
    source_arns: Sequence[str]


class SageMakerRole(ServiceRole):
    """An execution role: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html."""

    def __init__(self, scope: Construct, id_: str, config: SageMakerRoleConfig) -> None:
        names = config.names
        super().__init__(
            scope,
            id_,
            ServiceRoleConfig(
                name=names.role(config.of),
                service="sagemaker.amazonaws.com",
                account_id=names.account_id,
                description=config.description,
                source_arns=config.source_arns,
            ),
        )
        self.grant("image", *_pull(names, config.images))
        self.grant("log", *_log(names, config.log_group, config.streams))
        namespace = Condition("StringEquals", "cloudwatch:namespace", (config.metric_namespace,))
        self.grant("metrics", unscoped("Put", "cloudwatch:PutMetricData", conditions=(namespace,)))


def _pull(names: Names, images: Sequence[str]) -> tuple[Statement, Statement]:
    arns = [_repository_arn(names, image) for image in images]
    pull = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    return Statement("Pull", pull, arns), unscoped("Login", "ecr:GetAuthorizationToken")


def _repository_arn(names: Names, image: str) -> str:
    own = EcrImage.parse(image)
    # AWS keeps its images in an account of its own for each region.
    return own.repository_arn if own else f"arn:aws:ecr:{names.region}:*:repository/{image}"


def _log(names: Names, group: str, streams: str) -> tuple[Statement, Statement]:
    # Actions on groups are authorized with `:*` at the ARN's end or without, as each API has it.
    groups = tuple(names.arn("logs", f"log-group:{group}{end}") for end in ("", ":*"))
    stream = names.arn("logs", f"log-group:{group}:log-stream:{streams}")
    return (
        Statement("Prepare", ("logs:CreateLogGroup", "logs:DescribeLogStreams"), groups),
        Statement("Write", ("logs:CreateLogStream", "logs:PutLogEvents"), (stream,)),
    )
