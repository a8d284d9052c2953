"""What an action's provider is given: the action's run, its pipeline, and where artifacts are kept."""

from __future__ import annotations

import io
import secrets
import string
import time
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.account_region import AccountRegion
from local_aws.codebuild.job import S3Object
from local_aws.codepipeline.execution import ActionError, ActionExecution, Execution
from local_aws.codepipeline.pipeline import Pipeline
from local_aws.iam.access import Access
from local_aws.iam.roles import RoleRefusedError, ServiceRoles
from local_aws.runtime import Runtime

_LETTERS = string.ascii_letters + string.digits


class AbandonedError(Exception):
    """The execution was stopped without waiting for its actions."""


@dataclass(frozen=True)
class Task:
    """One action to carry out; ``seconds`` is its time limit."""

    runtime: Runtime
    pipeline: Pipeline
    execution: Execution
    run: ActionExecution
    seconds: float

    @property
    def account_region(self) -> AccountRegion:
        """The pipeline's account, and its region unless the action says otherwise; in the pipeline's role.

        Raises:
            ActionError: the role does not trust CodePipeline.
        """
        account_region = AccountRegion(
            self.pipeline.account_id, self.run.action.region or self.pipeline.region
        )
        pipeline = AccountRegion(self.pipeline.account_id, self.pipeline.region)
        role, arn = self.execution.declaration.role, pipeline.arn("codepipeline", self.pipeline.name)
        try:
            return self.runtime.engine(ServiceRoles).assume(
                account_region, role, "codepipeline.amazonaws.com", self.execution.id, arn
            )
        except RoleRefusedError as error:
            message = f"CodePipeline is not authorized to perform AssumeRole on role {role}"
            raise ActionError("PermissionError", message) from error

    def require(self, *accesses: Access) -> None:
        """Go on only if the pipeline's role may.

        Raises:
            ActionError: with AWS's sentence about what it may not.
        """
        for access in accesses:
            refusal = self.runtime.engine(ServiceRoles).refusal(self.account_region, access)
            if refusal:
                raise ActionError("PermissionError", refusal)

    @property
    def configuration(self) -> dict[str, str]:
        """The action's settings, variables resolved."""
        return dict(self.run.configuration)

    def setting(self, name: str) -> str:
        """A setting that must be there.

        Raises:
            ActionError: it is not.
        """
        if not self.run.configuration.get(name):
            where = f"stage {self.run.action.stage}, action {self.run.action.name}"
            raise ActionError("InvalidConfiguration", f"{where}: configuration {name}: missing. Set it.")
        return self.run.configuration[name]

    def new_artifact(self, name: str) -> S3Object:
        """A place in the artifact store, named as CodePipeline names it."""
        key = "".join(secrets.choice(_LETTERS) for _ in range(7))
        return S3Object(self.execution.declaration.bucket, f"{self.pipeline.name[:20]}/{name[:10]}/{key}")

    def store(self, data: bytes) -> None:
        """Put a zip into the artifact store as the action's output artifact.

        Raises:
            ActionError: the store refuses it.
        """
        key = self.execution.declaration.kms_key
        extra = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
        s3: Any = self.runtime.client("s3", self.account_region)
        for target in self.run.outputs.values():
            try:
                s3.put_object(Bucket=target.bucket, Key=target.key, Body=io.BytesIO(data), **extra)
            except (BotoCoreError, ClientError) as error:
                raise ActionError("ConfigurationError", f"artifact store {target.bucket}: {error}") from error

    def check(self) -> None:
        """Go on only if the action may.

        Raises:
            AbandonedError: the execution was stopped, or the server is stopping.
            ActionError: the action's time is up.
        """
        if self.execution.abandoned.is_set() or self.runtime.stopping.is_set():
            raise AbandonedError
        if time.time() > self.run.started + self.seconds:
            raise ActionError("TimeoutError", f"The action did not end within {self.seconds / 60:g} minutes")


class Provider(Protocol):
    """What carries out the actions of one kind."""

    def run(self, task: Task) -> None:
        """Do the action to its end; outputs, variables and links go into ``task.run``.

        Raises:
            ActionError: it failed.
            AbandonedError: it was given up.
        """
