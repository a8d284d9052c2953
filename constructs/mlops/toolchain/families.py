"""Which of the AWS bindings' 2,200 submodules ML pipelines use."""

from __future__ import annotations

#: Submodules are kept when one of these begins their name, ``data_aws_`` aside, word by word.
FAMILIES = (
    "appautoscaling",
    "athena",
    "availability_zones",
    "caller_identity",
    "cloudtrail",
    "cloudwatch",
    "codebuild",
    "codecommit",
    "codeconnections",
    "codepipeline",
    "codestarconnections",
    "codestarnotifications",
    "dynamodb_table",
    "ecr",
    "glue",
    "iam",
    "kinesis_firehose",
    "kinesis_stream",
    "kms",
    "lambda",
    "partition",
    "provider",
    "region",
    "s3_bucket",
    "s3_object",
    "sagemaker",
    "scheduler",
    "secretsmanager",
    "security_group",
    "service_principal",
    "sfn",
    "sns",
    "sqs",
    "ssm_parameter",
    "subnet",
    "subnets",
    "vpc",
)


def wanted(submodule: str) -> bool:
    """Whether a submodule belongs to one of ``FAMILIES``."""
    name = submodule.removeprefix("data_aws_")
    return any(name == family or name.startswith(f"{family}_") for family in FAMILIES)
