"""What ``terraform plan`` of the project's stacks reads, and nothing that writes.

The actions are those that the provider's requests need when it refreshes each type of resource; where it asks
for more with a new version, the plan's error names the action.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlops.constructs.bucket_access import ImportedBucket, through_s3
from mlops.constructs.encryption_key import keys_of
from mlops.constructs.endpoint_names import EndpointNames
from mlops.constructs.endpoint_option_access import EndpointOptionAccess
from mlops.constructs.github_oidc import ISSUER
from mlops.constructs.pinned_library import PinnedLibrary
from mlops.constructs.policy import Condition, Statement, unscoped
from mlops.constructs.role import Role
from mlops.spec import Settings
from mlops.spec.settings import ENVIRONMENTS

_BUCKET = (
    "s3:GetAccelerateConfiguration",
    "s3:GetBucketAcl",
    "s3:GetBucketCORS",
    "s3:GetBucketLocation",
    "s3:GetBucketLogging",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketRequestPayment",
    "s3:GetBucketTagging",
    "s3:GetBucketVersioning",
    "s3:GetBucketWebsite",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
)
_KEY = ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags")
_ROLE = ("iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies")
# Statement, service, actions, and resources of which each starts with the project's name.
_BY_SERVICE = (
    (
        "Alarms",
        "cloudwatch",
        ("cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"),
        ("alarm:{}-*",),
    ),
    ("Builds", "codebuild", ("codebuild:BatchGetProjects",), ("project/{}-*",)),
    ("Crawlers", "glue", ("glue:GetCrawler", "glue:GetTags"), ("crawler/{}-*",)),
    (
        "Endpoints",
        "sagemaker",
        (
            "sagemaker:DescribeEndpoint",
            "sagemaker:DescribeEndpointConfig",
            "sagemaker:DescribeModel",
            "sagemaker:ListTags",
        ),
        ("endpoint/{}-*", "endpoint-config/{}-*", "model/{}-*"),
    ),
    ("Logs", "logs", ("logs:ListTagsForResource",), ("log-group:/aws/codebuild/{}-*",)),
    (
        "Pipelines",
        "codepipeline",
        ("codepipeline:GetPipeline", "codepipeline:ListTagsForResource"),
        ("{}-*",),
    ),
    ("Queries", "athena", ("athena:GetWorkGroup", "athena:ListTagsForResource"), ("workgroup/{}-*",)),
    ("Reports", "codebuild", ("codebuild:BatchGetReportGroups",), ("report-group/{}-*",)),
    (
        "Rules",
        "events",
        ("events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"),
        ("rule/{}-*",),
    ),
    ("Topics", "sns", ("sns:GetTopicAttributes", "sns:ListTagsForResource"), ("{}-*",)),
)


@dataclass(frozen=True)
class PlanAccess:
    """Reading rights on everything that the stacks of ``examples``, all of one project, make."""

    examples: Sequence[Settings]

    def grant(self, role: Role) -> None:
        """Let ``role`` refresh every stack, and read every state without locking it."""
        names = self.examples[0].names
        state = ImportedBucket("state", names.state_bucket, names.account_id, names.region)
        state.grant_read(role)
        role.grant("plan", *self._storage(), *self._services(), *self._source(), *self._unscoped())

    def _storage(self) -> list[Statement]:
        names = self.examples[0].names
        buckets = {f"arn:aws:s3:::{names.project}-*", f"arn:aws:s3:::{names.state_bucket}"}
        data = [settings.names.data_bucket for settings in self.examples]
        ledgers = [settings.names.ledger_bucket for settings in self.examples]
        models = [settings.names.models_bucket for settings in self.examples]
        aliases = tuple(f"alias/{bucket}" for bucket in (*data, *ledgers, *models))
        keys = (keys_of(names.account_id, names.region),)
        of_project = Condition(
            "ForAnyValue:StringLike", "kms:ResourceAliases", (f"alias/{names.project}-*", *self._state_key())
        )
        of_read = Condition("ForAnyValue:StringEquals", "kms:ResourceAliases", aliases)
        return [
            Statement("Buckets", _BUCKET, sorted(buckets)),
            # A file's checksum comes with the file's head, which counts as getting the file.
            Statement(
                "Files",
                ("s3:GetObject", "s3:GetObjectTagging"),
                [
                    *(f"arn:aws:s3:::{bucket}/*" for bucket in data),
                    *(f"arn:aws:s3:::{bucket}/{PinnedLibrary.FOLDER}*" for bucket in models),
                ],
            ),
            # Which release PROD serves, and its manifest.
            Statement(
                "Releases",
                ("s3:GetObject",),
                [
                    f"arn:aws:s3:::{bucket}/{path}"
                    for bucket in ledgers
                    for path in ("train/*/entry.json", "train/*/release.json", "prod-test/*/entry.json")
                ],
            ),
            Statement("Decrypt", ("kms:Decrypt",), keys, (of_read, through_s3(names.region))),
            Statement("Keys", _KEY, keys, (of_project,)),
        ]

    def _state_key(self) -> tuple[str, ...]:
        """The alias of a state bucket that was given another name."""
        names = self.examples[0].names
        own = names.state_bucket.startswith(f"{names.project}-")
        return () if own else (f"alias/{names.state_bucket}",)

    def _services(self) -> list[Statement]:
        names = self.examples[0].names
        database = f"database/{names.project.replace('-', '_')}_*"
        issuer = f"arn:aws:iam::{names.account_id}:oidc-provider/{ISSUER}"
        roles = f"arn:aws:iam::{names.account_id}:role/{names.project}-*"
        return [
            *(
                Statement(sid, actions, [names.arn(service, path.format(names.project)) for path in paths])
                for sid, service, actions, paths in _BY_SERVICE
            ),
            Statement(
                "Databases",
                ("glue:GetDatabase", "glue:GetTags"),
                (names.arn("glue", "catalog"), names.arn("glue", database)),
            ),
            Statement("Oidc", ("iam:GetOpenIDConnectProvider",), (issuer,)),
            Statement("Roles", _ROLE, (roles,)),
            *self._scaling(),
        ]

    def _scaling(self) -> Iterator[Statement]:
        """Endpoints that scale, and the managed policies of the builds that scale them."""
        scaling = {
            statement: None
            for settings in self.examples
            for environment in ENVIRONMENTS
            if environment not in settings.remote_environments
            for statement in EndpointOptionAccess(
                EndpointNames(settings.names, environment), settings.example.endpoint.of(environment)
            ).look()
        }
        if scaling:
            names = self.examples[0].names
            policies = f"arn:aws:iam::{names.account_id}:policy/{names.project}-*"
            yield Statement("Policies", ("iam:GetPolicy", "iam:GetPolicyVersion"), (policies,))
        yield from scaling

    def _source(self) -> list[Statement]:
        """A token is read to be compared; it stands in the state as well."""
        secret = self.examples[0].project.source.token_secret_arn
        reading = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")
        return [Statement("Token", reading, (secret,))] if secret else []

    def _unscoped(self) -> list[Statement]:
        actions = (
            "glue:GetClassifier",
            "glue:GetSecurityConfiguration",
            "kms:ListAliases",
            "logs:DescribeLogGroups",
            "sns:GetSubscriptionAttributes",
        )
        return [unscoped("Unscoped", *actions)]
