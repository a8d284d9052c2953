"""A KMS key of our own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import TerraformResourceLifecycle
from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.policy import Condition, Principal, Statement, document

# What the default key policy calls kms:*, less the use of asymmetric and HMAC keys.
# https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
_ACCOUNT_ACTIONS = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:RetireGrant",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)


def keys_of(account_id: str, region: str) -> str:
    """The ARN pattern of every key; in a key's own policy it means that key."""
    return f"arn:aws:kms:{region}:{account_id}:key/*"


def log_encryption(account_id: str, region: str, groups: str) -> Statement:
    """Lets CloudWatch Logs encrypt the log groups that ``groups`` fits, such as ``/aws/codebuild/demo-*``.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    arn = f"arn:aws:logs:{region}:{account_id}:log-group:{groups}"
    return Statement(
        "Logs",
        (
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ),
        (keys_of(account_id, region),),
        (Condition("ArnLike", "kms:EncryptionContext:aws:logs:arn", (arn,)),),
        (Principal("Service", (f"logs.{region}.amazonaws.com",)),),
    )


def notice_encryption(account_id: str, region: str) -> Statement:
    """Lets this account's alarms and event rules publish to a topic that is encrypted with the key.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    return Statement(
        "Notices",
        ("kms:Decrypt", "kms:GenerateDataKey"),
        (keys_of(account_id, region),),
        (Condition("StringEquals", "aws:SourceAccount", (account_id,)),),
        (Principal("Service", ("cloudwatch.amazonaws.com", "events.amazonaws.com")),),
    )


@dataclass(frozen=True, kw_only=True)
class EncryptionKeyConfig:
    """``alias`` without its ``alias/``; ``statements`` let services use the key, on ``keys_of(...)``."""

    alias: str
    account_id: str
    region: str
    description: str
    statements: Sequence[Statement] = ()
    prevent_destroy: bool = False


class EncryptionKey(Construct):
    """A symmetric key that rotates every year, with an alias; IAM policies decide who uses it."""

    def __init__(self, scope: Construct, id_: str, config: EncryptionKeyConfig) -> None:
        super().__init__(scope, id_)
        account = Principal("AWS", (f"arn:aws:iam::{config.account_id}:root",))
        keys = (keys_of(config.account_id, config.region),)
        by_account = Statement("Account", _ACCOUNT_ACTIONS, keys, principals=(account,))
        self._key = aws.kms_key.KmsKey(
            self,
            "key",
            description=config.description,
            enable_key_rotation=True,
            policy=document(self, "policy", [by_account, *config.statements]),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if config.prevent_destroy else None,
        )
        self._alias = aws.kms_alias.KmsAlias(
            self, "alias", name=f"alias/{config.alias}", target_key_id=self._key.key_id
        )

    @property
    def arn(self) -> str:
        """The key's ARN."""
        return self._key.arn
