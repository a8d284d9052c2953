"""The rights that an endpoint's options need; none of them where the option is off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mlops.constructs.bucket_access import BucketAccess, under
from mlops.constructs.endpoint_names import EndpointNames
from mlops.constructs.policy import Condition, Statement, unscoped
from mlops.constructs.private_bucket import PrivateBucket
from mlops.constructs.role import Role
from mlops.spec import Names
from mlops.spec.endpoint import Endpoint
from mlops.spec.endpoint_options import Vpc

# What an asynchronous endpoint writes, and where `endpoint_tests/asynchronous.py` puts its requests.
_RESULTS = ("answers", "failures")
_GATE_INPUTS = "inputs/gate"


@dataclass(frozen=True)
class EndpointOptionAccess:
    """What the builds may do for the options of one endpoint.

    https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html
    """

    endpoint_names: EndpointNames
    endpoint: Endpoint

    @property
    def network(self) -> tuple[Condition, ...]:
        """The only networks that a model may be created in: none at all but for a serverless endpoint."""
        if self.endpoint.serverless:
            return ()
        isolated = Condition("Bool", "sagemaker:NetworkIsolation", ("true",))
        vpc = self.endpoint.vpc
        if vpc is None:
            return (isolated,)
        subnets = Condition("ForAllValues:StringEquals", "sagemaker:VpcSubnets", vpc.subnet_ids)
        groups = Condition(
            "ForAllValues:StringEquals", "sagemaker:VpcSecurityGroupIds", vpc.security_group_ids
        )
        return (isolated, subnets, groups)

    def ask(self, models: BucketAccess) -> Iterator[Statement]:
        """Ask an asynchronous endpoint as the gate does: from a folder of its own, which it empties again."""
        yield from self.exchange(models, _GATE_INPUTS)
        if self.endpoint.asynchronous:
            folder = self.endpoint_names.asynchronous_folder(_GATE_INPUTS)
            yield Statement("Clean", ("s3:DeleteObject",), models.object_arns(folder))

    def exchange(self, models: BucketAccess, inputs: str) -> Iterator[Statement]:
        """Put into the folder ``inputs`` of an asynchronous endpoint, and get what becomes of it."""
        if self.endpoint.asynchronous is None:
            return
        results = [self.endpoint_names.asynchronous_folder(of) for of in _RESULTS]
        folder = models.object_arns(self.endpoint_names.asynchronous_folder(inputs))
        yield Statement("Put", ("s3:PutObject",), folder)
        yield Statement("Await", ("s3:ListBucket",), (models.bucket_arn,), under(results))
        yield Statement("Get", ("s3:GetObject",), models.object_arns(*results))
        use = ("kms:Decrypt", "kms:GenerateDataKey")
        yield Statement("Key", use, (models.key_arn,), models.key_conditions)

    def look(self) -> Iterator[Statement]:
        """See how the endpoint scales."""
        if self.endpoint.scaling:
            yield unscoped(
                "LookAtScaling",
                "application-autoscaling:DescribeScalableTargets",
                "application-autoscaling:DescribeScalingPolicies",
                "application-autoscaling:DescribeScheduledActions",
            )
            yield Statement(
                "LookAtScalingTags", ("application-autoscaling:ListTagsForResource",), (self._targets,)
            )

    def scale(self) -> Iterator[Statement]:
        """Change how the endpoint scales; the targets' ids are random, so conditions narrow them."""
        names, endpoint_names = self.endpoint_names.names, self.endpoint_names
        dimension = "sagemaker:variant:DesiredInstanceCount"
        of_endpoints = (
            Condition("StringEquals", "application-autoscaling:service-namespace", ("sagemaker",)),
            Condition("StringEquals", "application-autoscaling:scalable-dimension", (dimension,)),
        )
        yield Statement(
            "Scale",
            (
                "application-autoscaling:DeleteScalingPolicy",
                "application-autoscaling:DeleteScheduledAction",
                "application-autoscaling:DeregisterScalableTarget",
                "application-autoscaling:PutScalingPolicy",
                "application-autoscaling:PutScheduledAction",
                "application-autoscaling:RegisterScalableTarget",
            ),
            (self._targets,),
            of_endpoints,
        )
        tags = ("application-autoscaling:TagResource", "application-autoscaling:UntagResource")
        yield Statement("TagScaling", tags, (self._targets,))
        endpoint = names.arn("sagemaker", f"endpoint/{endpoint_names.name}")
        yield Statement("Resize", ("sagemaker:UpdateEndpointWeightsAndCapacities",), (endpoint,))
        alarms = ("cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm")
        tracking = names.arn("cloudwatch", f"alarm:TargetTracking-{endpoint_names.scalable_resource}-*")
        yield Statement("Track", alarms, (tracking,))
        # Application Auto Scaling acts through it; the first scaled endpoint of an account makes it.
        # https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html
        service = "sagemaker.application-autoscaling.amazonaws.com"
        linked = (
            f"arn:aws:iam::{names.account_id}:role/aws-service-role/{service}"
            "/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
        )
        only = Condition("StringEquals", "iam:AWSServiceName", (service,))
        yield Statement("LinkRole", ("iam:CreateServiceLinkedRole",), (linked,), (only,))

    @property
    def _targets(self) -> str:
        return self.endpoint_names.names.arn("application-autoscaling", "scalable-target/*")


def grant_hosting(role: Role, names: Names, models: PrivateBucket, endpoints: Mapping[str, Endpoint]) -> None:
    """Let ``role``, with which SageMaker runs ``endpoints``, do what they need, by environment."""
    named = {each: EndpointNames(names, each) for each, chosen in endpoints.items() if chosen.asynchronous}
    inputs = [endpoint_names.asynchronous_folder("inputs") for endpoint_names in named.values()]
    results = [endpoint_names.asynchronous_folder(of) for endpoint_names in named.values() for of in _RESULTS]
    models.grant_read(role, "*/model/", *inputs)
    models.grant_write(role, "capture/", *results)
    for environment, endpoint in endpoints.items():
        if endpoint.vpc:
            role.grant(f"network-{environment}", *_in_vpc(names, endpoint.vpc))


def _in_vpc(names: Names, vpc: Vpc) -> Iterator[Statement]:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/host-vpc.html#host-vpc-permissions."""
    interfaces = names.arn("ec2", "network-interface/*")
    subnets = [names.arn("ec2", f"subnet/{subnet}") for subnet in vpc.subnet_ids]
    groups = [names.arn("ec2", f"security-group/{group}") for group in vpc.security_group_ids]
    yield Statement("Attach", ("ec2:CreateNetworkInterface",), (interfaces, *subnets, *groups))
    yield Statement(
        "Interface",
        (
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DeleteNetworkInterfacePermission",
        ),
        (interfaces,),
        (Condition("ArnEquals", "ec2:Subnet", subnets),),
    )
    yield unscoped(
        "Look",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    )
