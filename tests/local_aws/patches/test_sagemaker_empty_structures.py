"""What was never given is left out of a description.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModel.html
"""

from __future__ import annotations

from local_aws.server import LocalAws


def test_a_model_without_a_vpc_has_no_vpc_configuration(aws: LocalAws) -> None:
    sagemaker = aws.runtime.client("sagemaker")
    sagemaker.create_model(
        ModelName="no-vpc",
        ExecutionRoleArn="arn:aws:iam::123456789012:role/endpoint",
        PrimaryContainer={"Image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/image:1"},
    )
    described = sagemaker.describe_model(ModelName="no-vpc")
    assert "VpcConfig" not in described
    assert described["PrimaryContainer"]["Image"].endswith("/image:1")
