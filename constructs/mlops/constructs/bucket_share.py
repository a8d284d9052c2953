"""What another account may do with a bucket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlops.constructs.bucket_access import BucketAccess, through_s3, under
from mlops.constructs.encryption_key import keys_of
from mlops.constructs.policy import Condition, Principal, Statement


@dataclass(frozen=True, kw_only=True)
class BucketShare:
    """Read the objects under ``paths``, where ``*`` may stand; list, write and delete them if it ``writes``.

    ``role_arn`` holds the account to one of its roles. The policies name the account, and the role as a
    condition, since AWS takes no policy that names a role which is yet to be made. The account's own
    policies must allow the same: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
    """

    label: str
    account_id: str
    paths: Sequence[str]
    role_arn: str | None = None
    writes: bool = False

    def of_bucket(self, bucket: BucketAccess) -> list[Statement]:
        """The statements of the bucket's policy."""
        objects = bucket.object_arns(*self.paths)
        shared = [self._statement("Read", ("s3:GetObject",), objects)]
        if self.writes:
            # `terraform init` looks for workspaces, of which there are none.
            listed = under([*self.paths, "env:/"])
            shared += [
                self._statement("List", ("s3:ListBucket",), (bucket.bucket_arn,), *listed),
                self._statement("Write", ("s3:DeleteObject", "s3:PutObject"), objects),
            ]
        return shared

    def of_key(self, account_id: str, region: str) -> Statement:
        """The statement of the policy of the bucket's key, which is in ``account_id``."""
        actions = ("kms:Decrypt", "kms:GenerateDataKey") if self.writes else ("kms:Decrypt",)
        return self._statement("Key", actions, (keys_of(account_id, region),), through_s3(region))

    def _statement(
        self, what: str, actions: Sequence[str], resources: Sequence[str], *conditions: Condition
    ) -> Statement:
        account = Principal("AWS", (f"arn:aws:iam::{self.account_id}:root",))
        role = (Condition("ArnEquals", "aws:PrincipalArn", (self.role_arn,)),) if self.role_arn else ()
        return Statement(f"{self.label}{what}", actions, resources, (*conditions, *role), (account,))
