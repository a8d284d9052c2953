"""What is lost when a resource is destroyed or replaced, for types that hold more than their settings."""

from __future__ import annotations

_LOST = {
    "aws_athena_workgroup": "its query history and saved queries",
    "aws_cloudwatch_log_group": "its logs",
    "aws_codebuild_report_group": "its test reports",
    "aws_codeconnections_connection": "the consent that a person gave in GitHub",
    "aws_codestarconnections_connection": "the consent that a person gave in GitHub",
    "aws_cognito_user_pool": "its users",
    "aws_db_instance": "its databases",
    "aws_docdb_cluster": "its databases",
    "aws_dynamodb_table": "its items",
    "aws_ebs_volume": "its data",
    "aws_ecr_repository": "its images",
    "aws_efs_file_system": "its files",
    "aws_elasticache_cluster": "its entries",
    "aws_glue_catalog_database": "its tables",
    "aws_glue_catalog_table": "its partitions",
    "aws_kinesis_stream": "its records",
    "aws_kms_key": "whatever is encrypted with it, once KMS's waiting period ends",
    "aws_neptune_cluster": "its graph",
    "aws_opensearch_domain": "its indices",
    "aws_rds_cluster": "its databases",
    "aws_redshift_cluster": "its databases",
    "aws_s3_bucket": "its objects, with every version of them",
    "aws_sagemaker_domain": "its users' files",
    "aws_sagemaker_endpoint": "its availability: requests fail until another answers",
    "aws_sagemaker_feature_group": "its records",
    "aws_sagemaker_model_package_group": "its registered models",
    "aws_secretsmanager_secret": "the secret",
    "aws_sns_topic": "its subscriptions",
    "aws_sns_topic_subscription": "the confirmation that its recipient gave",
    "aws_sqs_queue": "its messages",
    "aws_ssm_parameter": "its value",
}


def lost_with(type_: str) -> str | None:
    """What goes with a resource of this Terraform type; None where it can be made again as it was."""
    return _LOST.get(type_)
