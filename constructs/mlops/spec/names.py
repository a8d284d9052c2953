"""Every physical name, computed in one place, so that any stack can be planned before another exists."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_HASH_LENGTH = 8


def limited(name: str, limit: int) -> str:
    """``name``, or its head and a hash of the whole where it is longer than ``limit`` characters."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{name[: limit - _HASH_LENGTH - 1].rstrip('-_')}-{digest}"


@dataclass(frozen=True)
class Names:
    """The names of one example's resources in one account and region.

    ``primary`` holds the names of the pipeline's account and region where these are another's: then an
    environment is remote. What it has of its own there carries its name, ``environment``, since two
    environments may be remote in the same account.
    Limits are AWS's own: 63 characters for a bucket or an endpoint, 64 for a role.
    """

    project: str
    example: str
    account_id: str
    region: str
    custom_state_bucket: str | None = None
    primary: Names | None = None
    environment: str = ""

    @property
    def prefix(self) -> str:
        """``<project>-<example>``: what every name of the example starts with."""
        return f"{self.project}-{self.example}"

    def of(self, *parts: str, limit: int = 63) -> str:
        """``<project>-<example>-<parts>`` within ``limit``."""
        return limited("-".join((self.prefix, *parts)), limit)

    def _own(self, purpose: str) -> str:
        return f"{self.environment}-{purpose}" if self.primary else purpose

    def bucket(self, purpose: str) -> str:
        """A bucket name, unique in the world through the account and the region."""
        return limited(f"{self.prefix}-{purpose}-{self.account_id}-{self.region}", 63)

    @property
    def state_bucket(self) -> str:
        """The bucket of every stack's Terraform state; one for the project, beside the pipelines."""
        if self.primary:
            return self.primary.state_bucket
        computed = limited(f"{self.project}-terraform-state-{self.account_id}-{self.region}", 63)
        return self.custom_state_bucket or computed

    def state_key(self, stack: str) -> str:
        """The state's key of one stack."""
        return f"{stack}/terraform.tfstate"

    @property
    def data_bucket(self) -> str:
        """Raw training data; made by the init stack."""
        return self.bucket("data")

    @property
    def models_bucket(self) -> str:
        """Prepared data, model artifacts and captured requests; made by the pipeline stack.

        An environment that is remote has one for its models and captured requests, made by its access stack.
        """
        return self.bucket(self._own("models"))

    @property
    def artifacts_bucket(self) -> str:
        """CodePipeline's artifact store; made by the pipeline stack."""
        return self.bucket("artifacts")

    @property
    def ledger_bucket(self) -> str:
        """What became of every release; made by the pipeline stack."""
        return self.primary.ledger_bucket if self.primary else self.bucket("ledger")

    @property
    def glue_database(self) -> str:
        """The Glue database of the raw data."""
        return limited(self.prefix.replace("-", "_"), 255)

    @property
    def glue_crawler(self) -> str:
        """The crawler that fills the Glue database."""
        return self.of("crawler", limit=255)

    def glue_classifier(self, table: str) -> str:
        """The classifier that knows the columns of one table of the raw data."""
        return self.of(table, limit=255)

    @property
    def glue_security_configuration(self) -> str:
        """How Glue encrypts what the crawler writes."""
        return self.of("catalog", limit=255)

    @property
    def athena_workgroup(self) -> str:
        """The Athena workgroup."""
        return self.of("athena", limit=128)

    @property
    def pipeline(self) -> str:
        """The CodePipeline pipeline."""
        return self.of("pipeline", limit=100)

    @property
    def monitoring_pipeline(self) -> str:
        """The pipeline that looks for data drift."""
        return self.of("monitoring", limit=100)

    @property
    def data_drift_alarm(self) -> str:
        """The CloudWatch alarm on what that pipeline finds."""
        return self.of("data-drift", limit=255)

    @property
    def metric_namespace(self) -> str:
        """The CloudWatch namespace of the project's own metrics."""
        return self.project

    def schedule(self, pipeline: str) -> str:
        """The schedule that starts a pipeline, which is named by what it does, such as ``retraining``."""
        return self.of(pipeline, limit=64)

    def capture_folder(self, environment: str) -> str:
        """Where an environment's captured requests are in its ``models_bucket``."""
        return f"capture/{environment}/"

    def build(self, step: str) -> str:
        """A CodeBuild project, such as ``train`` or ``qa-plan``."""
        return self.of(step, limit=255)

    def role(self, of: str) -> str:
        """An IAM role's name; IAM's names are global, so the region is part of it."""
        return limited(f"{self.prefix}-{of}-{self.region}", 64)

    def role_arn(self, of: str) -> str:
        """The ARN of ``role(of)``."""
        return f"arn:aws:iam::{self.account_id}:role/{self.role(of)}"

    @property
    def endpoint_execution(self) -> str:
        """What the role that endpoints run with is for; its name is ``role(endpoint_execution)``."""
        return self._own("endpoint-execution")

    def training_job(self, run: str) -> str:
        """A training job's name; ``run`` is unique for each pipeline execution."""
        return self.of(run, limit=63)

    def endpoint(self, environment: str) -> str:
        """The stable name of an environment's endpoint."""
        return self.of(environment)

    def endpoint_config_prefix(self, environment: str) -> str:
        """What the names of an environment's endpoint configurations start with; Terraform adds 26."""
        return f"{self.of(environment, limit=36)}-"

    def asynchronous_folder(self, environment: str, of: str) -> str:
        """Where in the models bucket ``inputs``, ``answers`` or ``failures`` of an endpoint are."""
        return f"asynchronous/{environment}/{of}/"

    def endpoint_alarm(self, environment: str, metric: str) -> str:
        """A CloudWatch alarm on an environment's endpoint, such as ``errors``."""
        return self.of(environment, metric, limit=255)

    @property
    def notification_topic(self) -> str:
        """The SNS topic of approvals, failed executions and endpoint alarms."""
        return self.of(self._own("notifications"), limit=256)

    @property
    def notification_topic_arn(self) -> str:
        """The ARN of ``notification_topic``."""
        return self.arn("sns", self.notification_topic)

    def report_group(self, step: str) -> str:
        """A build's report group, as CodeBuild itself names the one called ``gate`` in a buildspec."""
        return f"{self.build(step)}-gate"

    def log_group(self, step: str) -> str:
        """The log group of a build."""
        return f"/aws/codebuild/{self.build(step)}"

    def bucket_key_arn(self, bucket: str) -> str:
        """The ARN of the alias of a private bucket's KMS key."""
        return self.arn("kms", f"alias/{bucket}")

    def model(self, environment: str, content_hash: str) -> str:
        """A model's name: new content, new name, since a model cannot be updated."""
        return f"{self.of(environment, limit=50)}-{content_hash[:12]}"

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"
