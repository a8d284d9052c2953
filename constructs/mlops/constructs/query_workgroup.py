"""An Athena workgroup whose results stay in a private bucket."""

from __future__ import annotations

from dataclasses import dataclass

from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.private_bucket import PrivateBucket

RESULTS = "athena-results/"


@dataclass(frozen=True, kw_only=True)
class QueryWorkgroupConfig:
    """Results go to the folder ``RESULTS`` of ``bucket``."""

    name: str
    bucket: PrivateBucket


class QueryWorkgroup(Construct):
    """Encrypted results in one place, whatever a client asks for."""

    def __init__(self, scope: Construct, id_: str, config: QueryWorkgroupConfig) -> None:
        super().__init__(scope, id_)
        bucket, parts = config.bucket, aws.athena_workgroup
        encryption = parts.AthenaWorkgroupConfigurationResultConfigurationEncryptionConfiguration(
            encryption_option="SSE_KMS", kms_key_arn=bucket.key.arn
        )
        parts.AthenaWorkgroup(
            self,
            "workgroup",
            name=config.name,
            # A workgroup that has run queries can be deleted in no other way.
            force_destroy=True,
            configuration=parts.AthenaWorkgroupConfiguration(
                enforce_workgroup_configuration=True,
                publish_cloudwatch_metrics_enabled=True,
                engine_version=parts.AthenaWorkgroupConfigurationEngineVersion(
                    selected_engine_version="Athena engine version 3"
                ),
                result_configuration=parts.AthenaWorkgroupConfigurationResultConfiguration(
                    output_location=f"s3://{bucket.bucket_name}/{RESULTS}",
                    encryption_configuration=encryption,
                ),
            ),
            depends_on=bucket.dependencies,
        )
