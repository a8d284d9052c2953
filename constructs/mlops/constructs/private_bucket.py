"""A bucket that nobody reaches but by a grant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from cdktf import (
    IResolvable,
    ITerraformDependable,
    TerraformResourceLifecycle,
    TerraformStack,
    TerraformVariable,
)
from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.bucket_access import BucketAccess, ImportedBucket, through_s3
from mlops.constructs.bucket_share import BucketShare
from mlops.constructs.encryption_key import EncryptionKey, EncryptionKeyConfig
from mlops.constructs.policy import Condition, Principal, Statement, document

EMPTY_ON_DESTROY = "empty_buckets_on_destroy"


@dataclass(frozen=True, kw_only=True)
class PrivateBucketConfig:
    """``expire_after_days`` deletes the objects under each path that many days after they were written.

    ``shares`` let other accounts in. In an ``append_only`` bucket nobody overwrites or deletes an object.
    """

    name: str
    account_id: str
    region: str
    noncurrent_days: int = 30
    expire_after_days: dict[str, int] | None = None
    prevent_destroy: bool = False
    shares: Sequence[BucketShare] = ()
    append_only: bool = False


class PrivateBucket(Construct, BucketAccess):
    """Encrypted with its own key, TLS only, closed to the public, versioned, tidied by lifecycle rules."""

    def __init__(self, scope: Construct, id_: str, config: PrivateBucketConfig) -> None:
        super().__init__(scope, id_)
        self.config = config
        self.label = id_
        self.bucket_name = config.name
        keep = TerraformResourceLifecycle(prevent_destroy=True) if config.prevent_destroy else None
        self.key = EncryptionKey(
            self,
            "key",
            EncryptionKeyConfig(
                alias=config.name,
                account_id=config.account_id,
                region=config.region,
                description=f"Encrypts the bucket {config.name}",
                statements=[share.of_key(config.account_id, config.region) for share in config.shares],
                prevent_destroy=config.prevent_destroy,
            ),
        )
        self.key_arn = self.key.arn
        self.key_conditions = (through_s3(config.region),)
        self._bucket = aws.s3_bucket.S3Bucket(
            self,
            "bucket",
            bucket=config.name,
            force_destroy=False if config.prevent_destroy else _empty_on_destroy(self),
            # Deprecated in favour of a resource of its own, with which the provider waits 55 s when a bucket
            # is made and 10 s at every plan: https://github.com/hashicorp/terraform-provider-aws/issues/40316
            lifecycle_rule=self._rules(),
            lifecycle=keep,
        )
        self._settings = [*self._protection(), self._versioning()]

    @classmethod
    def by_name(cls, label: str, name: str, *, account_id: str, region: str) -> ImportedBucket:
        """A bucket that another stack makes, to grant on; ``label`` names the grants on it."""
        return ImportedBucket(label, name, account_id, region)

    @property
    def id_reference(self) -> str:
        """The bucket's name as a reference, which orders what uses it after the bucket."""
        return self._bucket.id

    @property
    def dependencies(self) -> list[ITerraformDependable]:
        """The bucket with everything that protects it: what writes objects depends on these."""
        return [self._bucket, *self._settings]

    def _protection(self) -> list[ITerraformDependable]:
        encryption = aws.s3_bucket_server_side_encryption_configuration
        block = aws.s3_bucket_public_access_block.S3BucketPublicAccessBlock(
            self,
            "public-access",
            bucket=self._bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        return [
            block,
            aws.s3_bucket_ownership_controls.S3BucketOwnershipControls(
                self,
                "ownership",
                bucket=self._bucket.id,
                rule=aws.s3_bucket_ownership_controls.S3BucketOwnershipControlsRule(
                    object_ownership="BucketOwnerEnforced"
                ),
            ),
            encryption.S3BucketServerSideEncryptionConfigurationA(
                self,
                "encryption",
                bucket=self._bucket.id,
                rule=[
                    encryption.S3BucketServerSideEncryptionConfigurationRuleA(
                        bucket_key_enabled=True,
                        apply_server_side_encryption_by_default=(
                            encryption.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                                sse_algorithm="aws:kms", kms_master_key_id=self.key.arn
                            )
                        ),
                    )
                ],
            ),
            aws.s3_bucket_policy.S3BucketPolicy(
                self,
                "policy",
                bucket=self._bucket.id,
                policy=document(self, "policy-document", [*self._denials(), *self._shares()]),
                depends_on=[block],
            ),
        ]

    def _denials(self) -> list[Statement]:
        everyone = (Principal("*", ("*",)),)
        everything = (self.bucket_arn, f"{self.bucket_arn}/*")
        in_clear = Condition("Bool", "aws:SecureTransport", ("false",))
        # A request that names no encryption gets the bucket's default; one that names another is refused.
        # A negated operator is true of a missing key, hence both conditions.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
        named = Condition("Null", "s3:x-amz-server-side-encryption", ("false",))
        not_kms = Condition("StringNotEquals", "s3:x-amz-server-side-encryption", ("aws:kms",))
        return [
            Statement("TlsOnly", ("s3:*",), everything, (in_clear,), everyone, "Deny"),
            Statement("KmsOnly", ("s3:PutObject",), everything[1:], (named, not_kms), everyone, "Deny"),
            *(self._immutability() if self.config.append_only else ()),
        ]

    def _immutability(self) -> list[Statement]:
        """A request to put must carry ``If-None-Match``, which S3 refuses where the object exists.

        Uploads in parts cannot carry it until they are completed, and are refused as well.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
        """
        everyone = (Principal("*", ("*",)),)
        objects = (f"{self.bucket_arn}/*",)
        unconditional = Condition("Null", "s3:if-none-match", ("true",))
        delete = ("s3:DeleteObject", "s3:DeleteObjectVersion")
        return [
            Statement("NewOnly", ("s3:PutObject",), objects, (unconditional,), everyone, "Deny"),
            Statement("KeepAll", delete, objects, (), everyone, "Deny"),
        ]

    def _shares(self) -> list[Statement]:
        return [statement for share in self.config.shares for statement in share.of_bucket(self)]

    def _versioning(self) -> ITerraformDependable:
        module = aws.s3_bucket_versioning
        enabled = module.S3BucketVersioningVersioningConfiguration(status="Enabled")
        return module.S3BucketVersioningA(
            self, "versioning", bucket=self._bucket.id, versioning_configuration=enabled
        )

    def _rules(self) -> list[aws.s3_bucket.S3BucketLifecycleRule]:
        rule = aws.s3_bucket.S3BucketLifecycleRule
        tidy = rule(
            id="tidy",
            enabled=True,
            abort_incomplete_multipart_upload_days=7,
            noncurrent_version_expiration={"days": self.config.noncurrent_days},
        )
        expiring = [
            rule(id=f"expire {path}", enabled=True, prefix=path, expiration={"days": days})
            for path, days in (self.config.expire_after_days or {}).items()
        ]
        return [tidy, *expiring]


def _empty_on_destroy(scope: Construct) -> IResolvable:
    """``TF_VAR_empty_buckets_on_destroy=true`` lets ``terraform destroy`` delete what the buckets hold."""
    stack = TerraformStack.of(scope)
    variable = stack.node.try_find_child(EMPTY_ON_DESTROY) or TerraformVariable(
        stack,
        EMPTY_ON_DESTROY,
        type="bool",
        default=False,
        description="Whether destroying the stack deletes the objects in its buckets too",
    )
    return cast(TerraformVariable, variable).boolean_value
