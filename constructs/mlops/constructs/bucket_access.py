"""What may be granted on a bucket, whether this stack makes it or another one does."""

from __future__ import annotations

from collections.abc import Sequence

from mlops.constructs.encryption_key import keys_of
from mlops.constructs.policy import Condition, Statement
from mlops.constructs.role import Role


class BucketAccess:
    """Grants on the bucket ``bucket_name`` and the key it is encrypted with.

    A path that ends in ``/`` is a folder with all it holds; any other is one object. No path is the whole
    bucket. Call each grant once for a role, with all of its paths.
    """

    #: What policies that grant on the bucket are called after.
    label: str
    bucket_name: str
    #: The key's ARN, or a pattern of ARNs with the condition that tells the key.
    key_arn: str
    key_conditions: tuple[Condition, ...]

    @property
    def bucket_arn(self) -> str:
        """The ARN as a plain string, so that policies can be read in the plan."""
        return f"arn:aws:s3:::{self.bucket_name}"

    def object_arns(self, *paths: str) -> list[str]:
        """The ARN patterns of the objects under ``paths``."""
        return [
            f"{self.bucket_arn}/{p}*" if p.endswith("/") else f"{self.bucket_arn}/{p}" for p in paths
        ] or [f"{self.bucket_arn}/*"]

    def grant_read(self, role: Role, *paths: str, versions: bool = False) -> None:
        """List, and get objects; with ``versions`` also by version, as CodePipeline does."""
        get = ("s3:GetObject", "s3:GetObjectVersion") if versions else ("s3:GetObject",)
        role.grant(
            f"read-{self.label}",
            Statement("Locate", ("s3:GetBucketLocation",), (self.bucket_arn,)),
            Statement("List", ("s3:ListBucket",), (self.bucket_arn,), under(paths)),
            Statement("Read", get, self.object_arns(*paths)),
            self._key_statement("Decrypt", ("kms:Decrypt",)),
        )

    def grant_get(self, role: Role, *paths: str) -> None:
        """Get objects, but list none."""
        role.grant(
            f"get-{self.label}",
            Statement("Read", ("s3:GetObject",), self.object_arns(*paths)),
            self._key_statement("Decrypt", ("kms:Decrypt",)),
        )

    def grant_write(self, role: Role, *paths: str) -> None:
        """Put objects, in parts too; neither list nor get."""
        role.grant(
            f"write-{self.label}",
            Statement("Write", ("s3:AbortMultipartUpload", "s3:PutObject"), self.object_arns(*paths)),
            self._key_statement("Encrypt", ("kms:Decrypt", "kms:GenerateDataKey")),
        )

    def grant_add(self, role: Role, *paths: str) -> None:
        """Put objects, each in one request; for a bucket that is ``append_only``."""
        role.grant(
            f"add-{self.label}",
            Statement("Write", ("s3:PutObject",), self.object_arns(*paths)),
            self._key_statement("Encrypt", ("kms:GenerateDataKey",)),
        )

    def grant_delete(self, role: Role, *paths: str, versions: bool = False) -> None:
        """Delete objects; older versions stay unless ``versions`` is set."""
        delete = ("s3:DeleteObject", "s3:DeleteObjectVersion") if versions else ("s3:DeleteObject",)
        statements = [Statement("Delete", delete, self.object_arns(*paths))]
        if versions:
            listing = Statement("Versions", ("s3:ListBucketVersions",), (self.bucket_arn,), under(paths))
            statements.append(listing)
        role.grant(f"delete-{self.label}", *statements)

    def _key_statement(self, sid: str, actions: Sequence[str]) -> Statement:
        return Statement(sid, actions, (self.key_arn,), self.key_conditions)


class ImportedBucket(BucketAccess):
    """A bucket of another stack, known by name; its key is known by the alias ``alias/<bucket name>``.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """

    def __init__(self, label: str, bucket_name: str, account_id: str, region: str) -> None:
        self.label = label
        self.bucket_name = bucket_name
        self.key_arn = keys_of(account_id, region)
        alias = Condition("ForAnyValue:StringEquals", "kms:ResourceAliases", (f"alias/{bucket_name}",))
        self.key_conditions = (alias, through_s3(region))


def through_s3(region: str) -> Condition:
    """Only when S3 asks on the role's behalf."""
    return Condition("StringEquals", "kms:ViaService", (f"s3.{region}.amazonaws.com",))


def under(paths: Sequence[str]) -> tuple[Condition, ...]:
    """Only where these paths are listed; always, where there are none."""
    if not paths:
        return ()
    prefixes = [
        prefix for path in paths for prefix in ((path, f"{path}*") if path.endswith("/") else (path,))
    ]
    return (Condition("StringLike", "s3:prefix", prefixes),)
