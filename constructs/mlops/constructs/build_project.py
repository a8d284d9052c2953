"""A CodeBuild project that one action of the pipeline runs, with a role and a log of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.encryption_key import EncryptionKey
from mlops.constructs.pinned_library import PinnedLibrary
from mlops.constructs.policy import Statement
from mlops.constructs.private_bucket import PrivateBucket
from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig
from mlops.spec import Names


@dataclass(frozen=True, kw_only=True)
class BuildContext:
    """What all builds of a pipeline share; ``logs_key`` lets CloudWatch Logs encrypt with it.

    Frozen builds run the ``library``. Each step writes its entries of the ``ledger`` in the folder of its
    name, and in no other.
    """

    names: Names
    artifacts: PrivateBucket
    ledger: PrivateBucket
    logs_key: EncryptionKey
    library: PinnedLibrary


@dataclass(frozen=True, kw_only=True)
class BuildProjectConfig:
    """``buildspec`` is a path in the build's source or, where the build is ``frozen``, the buildspec itself.

    A frozen build runs the pinned library; no push changes that.
    """

    context: BuildContext
    step: str
    description: str
    buildspec: str
    timeout_minutes: int
    variables: Mapping[str, str] = field(default_factory=dict)
    frozen: bool = False


class BuildProject(Construct):
    """The project, its log group, and its role, which reads and writes artifacts and writes the log.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
    """

    IMAGE: ClassVar[str] = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    COMPUTE: ClassVar[str] = "BUILD_GENERAL1_MEDIUM"
    LOG_DAYS: ClassVar[int] = 365

    def __init__(self, scope: Construct, id_: str, config: BuildProjectConfig) -> None:
        super().__init__(scope, id_)
        names, step = config.context.names, config.step
        self.name = names.build(step)
        self.arn = names.arn("codebuild", f"project/{self.name}")
        self._log_group = aws.cloudwatch_log_group.CloudwatchLogGroup(
            self,
            "log",
            name=names.log_group(step),
            retention_in_days=self.LOG_DAYS,
            kms_key_id=config.context.logs_key.arn,
        )
        self.role = self._make_role(config)
        self._project = self._make_project(config)

    def action(
        self,
        name: str,
        *,
        inputs: Sequence[str],
        output: str | None = None,
        run_order: int = 1,
        variables: Mapping[str, str] | None = None,
    ) -> aws.codepipeline.CodepipelineStageAction:
        """The pipeline action that runs this project.

        The first of ``inputs`` is the primary source. The build's exported variables get the output's
        name as their namespace. The execution's id always comes along.
        https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html
        """
        passed = {"MLOPS_EXECUTION_ID": "#{codepipeline.PipelineExecutionId}", **(variables or {})}
        configuration = {
            "ProjectName": self._project.name,
            "EnvironmentVariables": json.dumps(
                [{"name": key, "value": value, "type": "PLAINTEXT"} for key, value in passed.items()]
            ),
        }
        if len(inputs) > 1:
            configuration["PrimarySource"] = inputs[0]
        return aws.codepipeline.CodepipelineStageAction(
            name=name,
            category="Build",
            owner="AWS",
            provider="CodeBuild",
            version="1",
            run_order=run_order,
            configuration=configuration,
            input_artifacts=list(inputs),
            output_artifacts=[output] if output else None,
            namespace=output,
        )

    @staticmethod
    def grant_start(role: ServiceRole, builds: Sequence[BuildProject]) -> None:
        """Let ``role`` start each of ``builds`` and see how it goes."""
        actions = ("codebuild:BatchGetBuilds", "codebuild:StartBuild")
        role.grant("builds", Statement("Start", actions, [build.arn for build in builds]))

    def _make_role(self, config: BuildProjectConfig) -> ServiceRole:
        names = config.context.names
        role = ServiceRole(
            self,
            "role",
            ServiceRoleConfig(
                name=names.role(config.step),
                service="codebuild.amazonaws.com",
                account_id=names.account_id,
                description=f"What the build {self.name} may do",
                source_arns=(self.arn,),
            ),
        )
        streams = names.arn("logs", f"log-group:{names.log_group(config.step)}:log-stream:*")
        write = ("logs:CreateLogStream", "logs:PutLogEvents")
        role.grant("log", Statement("Write", write, (streams,)))
        config.context.artifacts.grant_read(role, versions=True)
        config.context.artifacts.grant_write(role)
        if config.frozen:
            config.context.library.grant_get(role)
        return role

    def _make_project(self, config: BuildProjectConfig) -> aws.codebuild_project.CodebuildProject:
        library = config.context.library
        variables = {
            "MLOPS_EXAMPLE": config.context.names.example,
            **config.variables,
            **(library.variables() if config.frozen else {}),
        }
        return aws.codebuild_project.CodebuildProject(
            self,
            "project",
            name=self.name,
            description=config.description,
            service_role=self.role.arn,
            build_timeout=config.timeout_minutes,
            queued_timeout=60,
            # A pipeline's stage runs one execution at a time; nothing else starts this project.
            concurrent_build_limit=1,
            encryption_key=config.context.artifacts.key.arn,
            source={"type": "CODEPIPELINE", "buildspec": config.buildspec},
            artifacts={"type": "CODEPIPELINE"},
            environment={
                "image": self.IMAGE,
                "type": "LINUX_CONTAINER",
                "compute_type": self.COMPUTE,
                "environment_variable": [
                    aws.codebuild_project.CodebuildProjectEnvironmentEnvironmentVariable(
                        name=name, value=value
                    )
                    for name, value in variables.items()
                ],
            },
            logs_config={
                "cloudwatch_logs": {"group_name": self._log_group.name, "status": "ENABLED"},
                "s3_logs": {"status": "DISABLED"},
            },
            depends_on=[*self.role.dependencies, *([library.resource] if config.frozen else [])],
        )
