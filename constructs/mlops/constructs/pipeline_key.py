"""The KMS key of a pipeline's logs and notifications."""

from __future__ import annotations

from constructs import Construct

from mlops.constructs.encryption_key import (
    EncryptionKey,
    EncryptionKeyConfig,
    log_encryption,
    notice_encryption,
)
from mlops.spec import Names


class PipelineKey(EncryptionKey):
    """CloudWatch Logs encrypts the builds' logs with it; EventBridge and alarms publish to SNS with it."""

    def __init__(self, scope: Construct, id_: str, names: Names) -> None:
        logs = log_encryption(names.account_id, names.region, f"/aws/codebuild/{names.prefix}-*")
        notices = notice_encryption(names.account_id, names.region)
        config = EncryptionKeyConfig(
            alias=names.of("pipeline"),
            account_id=names.account_id,
            region=names.region,
            description=f"Encrypts logs and notifications of {names.pipeline}",
            statements=(logs, notices),
        )
        super().__init__(scope, id_, config)
