"""The KMS key of a pipeline's logs and notifications."""

from __future__ import annotations

from constructs import Construct

from mlops_constructs.encryption_key import EncryptionKey, EncryptionKeyConfig, keys_of, log_encryption
from mlops_constructs.policy import Condition, Principal, Statement
from mlops_spec import Names


class PipelineKey(EncryptionKey):
    """CloudWatch Logs encrypts the builds' logs with it; EventBridge and alarms publish to SNS with it.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """

    def __init__(self, scope: Construct, id_: str, names: Names) -> None:
        key = (keys_of(names.account_id, names.region),)
        logs = log_encryption(names.account_id, names.region, f"/aws/codebuild/{names.prefix}-*")
        notices = Statement(
            "Notices",
            ("kms:Decrypt", "kms:GenerateDataKey"),
            key,
            (Condition("StringEquals", "aws:SourceAccount", (names.account_id,)),),
            (Principal("Service", ("cloudwatch.amazonaws.com", "events.amazonaws.com")),),
        )
        config = EncryptionKeyConfig(
            alias=names.of("pipeline"),
            account_id=names.account_id,
            region=names.region,
            description=f"Encrypts logs and notifications of {names.pipeline}",
            statements=(logs, notices),
        )
        super().__init__(scope, id_, config)
