"""SageMaker's condition keys, and the key that encrypts an instance's volume.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from local_aws.hooks import Call
from local_aws.iam import keys
from local_aws.iam.access import Access, texts
from local_aws.iam.parameters import Parameters

# Each may be a job's own, a tuning job's definition's, or an endpoint configuration's.
_WITHIN = ("", "TrainingJobDefinition.")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "sagemaker:instancetypes": ("ResourceConfig.InstanceType", "ProductionVariants.InstanceType"),
    "sagemaker:maxruntimeinseconds": ("StoppingCondition.MaxRuntimeInSeconds",),
    "sagemaker:networkisolation": ("EnableNetworkIsolation",),
    "sagemaker:intercontainertrafficencryption": ("EnableInterContainerTrafficEncryption",),
    "sagemaker:outputkmskey": ("OutputDataConfig.KmsKeyId",),
    "sagemaker:volumekmskey": ("ResourceConfig.VolumeKmsKeyId", "KmsKeyId"),
    "sagemaker:vpcsubnets": ("VpcConfig.Subnets",),
    "sagemaker:vpcsecuritygroupids": ("VpcConfig.SecurityGroupIds",),
}


def context(parameters: Parameters) -> dict[str, tuple[str, ...]]:
    """The condition keys of a request."""
    found = {
        key: texts(
            [value for start in _WITHIN for path in paths for value in parameters.values(start + path)]
        )
        for key, paths in _KEYS.items()
    }
    return {key: values for key, values in found.items() if values}


def volume_grants(call: Call, parameters: Parameters) -> Iterator[Access]:
    """Whoever has instances started with a key of his own lets SageMaker use it.

    https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
    """
    paths = ["KmsKeyId"] if call.operation == "CreateEndpointConfig" else []
    if call.operation in ("CreateTrainingJob", "CreateHyperParameterTuningJob"):
        paths = [f"{start}ResourceConfig.VolumeKmsKeyId" for start in _WITHIN]
    for reference in (value for path in paths for value in parameters.values(path)):
        key = keys.find(str(reference), call.account_region)
        if key is not None:
            yield key.access(
                "kms:CreateGrant",
                {
                    "kms:grantisforawsresource": ("true",),
                    "kms:viaservice": (f"sagemaker.{call.region}.amazonaws.com",),
                },
            )
