"""``<example>-<environment>-access``: what an endpoint needs in an account or a region of its own."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from mlops.constructs.assumable_role import AssumableRole, AssumableRoleConfig
from mlops.constructs.encryption_key import EncryptionKey, EncryptionKeyConfig, notice_encryption
from mlops.constructs.endpoint_access import EndpointAccess
from mlops.constructs.endpoint_execution_role import EndpointExecutionRole, EndpointExecutionRoleConfig
from mlops.constructs.model_copy import grant_copy, grant_see_copy
from mlops.constructs.notification_topic import NotificationTopic, NotificationTopicConfig
from mlops.constructs.private_bucket import PrivateBucket, PrivateBucketConfig
from mlops.spec import Names, Settings
from mlops.stacks.base import ExampleStack


class AccessStack(ExampleStack):
    """The roles that the pipeline's builds take on there, and what the endpoint uses.

    The endpoint has a bucket for its models and captured requests, a role to run with, and a topic that its
    alarms speak through, so that it goes on working whatever becomes of the pipeline's account.
    """

    def __init__(
        self, scope: Construct, environment: str, settings: Settings, endpoint_images: Sequence[str]
    ) -> None:
        super().__init__(scope, f"{environment}-access", settings, environment)
        names = self.names
        if names.primary is None:
            raise ValueError(f"{environment} is in the pipeline's own account and region")
        models = PrivateBucket(
            self,
            "models",
            PrivateBucketConfig(name=names.models_bucket, account_id=names.account_id, region=names.region),
        )
        self._notifications(settings.project.approval.email)
        endpoint = settings.example.endpoint.of(environment)
        hosting = EndpointExecutionRoleConfig(
            names=names, models=models, images=endpoint_images, endpoints={environment: endpoint}
        )
        execution_role = EndpointExecutionRole(self, "endpoint-execution", hosting)
        access = EndpointAccess(
            names=names,
            environment=environment,
            execution_role=execution_role,
            models=models,
            endpoint=endpoint,
        )
        # PROD's rollback deploys and tests as the pipeline does.
        restore = ("prod-restore",) if environment == "prod" else ()
        plan = self._role(f"{environment}-plan", names.primary)
        deploy, test = (
            self._role(f"{environment}-{part}", names.primary, also=restore) for part in ("deploy", "test")
        )
        access.grant_plan(plan)
        access.grant_deploy(deploy)
        access.grant_test(test)
        if environment == "prod":
            # QA's gate asks what the release would replace.
            access.grant_champion(self._role("prod-champion", names.primary, build="qa-test"))
            if settings.example.monitoring:
                access.grant_captures(self._role("prod-monitor", names.primary, build="monitor"))
        grant_see_copy(plan, models)
        grant_copy(deploy, names.primary, models)

    def _notifications(self, email: str) -> None:
        names = self.names
        key = EncryptionKey(
            self,
            "key",
            EncryptionKeyConfig(
                alias=names.notification_topic,
                account_id=names.account_id,
                region=names.region,
                description=f"Encrypts the notifications of {names.notification_topic}",
                statements=(notice_encryption(names.account_id, names.region),),
            ),
        )
        NotificationTopic(self, "notifications", NotificationTopicConfig(names=names, email=email, key=key))

    def _role(self, step: str, primary: Names, build: str = "", also: Sequence[str] = ()) -> AssumableRole:
        build = build or step
        config = AssumableRoleConfig(
            name=self.names.role(step),
            description=f"What the build {primary.build(build)} of account {primary.account_id} may do here",
            trusted_arns=[primary.role_arn(each) for each in (build, *also)],
        )
        return AssumableRole(self, step, config)
