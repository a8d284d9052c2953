"""The pipeline: from a push to a tested production endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import ITerraformDependable
from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.assumable_role import AssumableRole
from mlops.constructs.build_project import BuildProject
from mlops.constructs.endpoint_gate import EndpointGate
from mlops.constructs.failure_notice import FailureNotice, FailureNoticeConfig
from mlops.constructs.github_source import PipelineSource
from mlops.constructs.manual_approval import ManualApproval
from mlops.constructs.notification_topic import NotificationTopic
from mlops.constructs.pipeline_parts import PipelineRoleConfig, artifact_store, pipeline_role
from mlops.constructs.private_bucket import PrivateBucket
from mlops.constructs.review_step import ReviewStep
from mlops.constructs.service_role import ServiceRole
from mlops.constructs.synth_step import SynthStep
from mlops.constructs.terraform_step import TerraformStep
from mlops.constructs.training_step import TrainingStep
from mlops.spec import Names


@dataclass(frozen=True, kw_only=True)
class ReleaseStage:
    """One environment that a release goes through: plan, review and approve where asked for, deploy, test.

    ``restore`` is the role of the environment's rollback, where there is one.
    """

    environment: str
    terraform: TerraformStep
    gate: EndpointGate
    review: ReviewStep | None = None
    approval: ManualApproval | None = None
    restore: AssumableRole | None = None

    @property
    def builds(self) -> list[BuildProject]:
        """The projects that the stage runs."""
        review = [self.review.build] if self.review else []
        return [self.terraform.plan, *review, self.terraform.deploy, self.gate.build]

    def render(self) -> aws.codepipeline.CodepipelineStage:
        """The stage, its actions one after the other."""
        title = self.environment.capitalize()
        plan, test = f"{title}Plan", f"{title}Test"
        actions = [self.terraform.plan.action("Plan", inputs=["SynthOutput"], output=plan)]
        # Checksum and expiry travel through the pipeline, apart from the plan that they vouch for.
        vouched = {name: f"#{{{plan}.{name}}}" for name in ("PLAN_SHA256", "PLAN_EXPIRES")}
        if self.review:
            actions.append(self.review.action(len(actions) + 1, vouched))
        if self.approval:
            actions.append(self.approval.action("Approve", len(actions) + 1))
        deploy = self.terraform.deploy
        # The rollback is the repository's code.
        inputs = [plan, "SourceOutput"] if self.restore else [plan]
        actions.append(deploy.action("Deploy", inputs=inputs, run_order=len(actions) + 1, variables=vouched))
        sources = ["SourceOutput", "TrainOutput"]
        actions.append(
            self.gate.build.action("Test", inputs=sources, output=test, run_order=len(actions) + 1)
        )
        return aws.codepipeline.CodepipelineStage(name=self.environment.upper(), action=actions)


@dataclass(frozen=True, kw_only=True)
class MlPipelineConfig:
    """``releases`` in the order in which a model goes through them; ``file_paths`` are glob patterns."""

    names: Names
    source: PipelineSource
    file_paths: Sequence[str]
    artifacts: PrivateBucket
    ledger: PrivateBucket
    training: TrainingStep
    synth: SynthStep
    releases: Sequence[ReleaseStage]
    notifications: NotificationTopic


class MlPipeline(Construct):
    """A CodePipeline V2 that runs one execution after another.

    Source, Train, Synth, then a stage for each environment. A failed execution is reported to the topic.
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
    """

    def __init__(self, scope: Construct, id_: str, config: MlPipelineConfig) -> None:
        super().__init__(scope, id_)
        self._config = config
        self._builds = [
            config.training.build,
            config.synth.build,
            *(build for release in config.releases for build in release.builds),
        ]
        role = self._make_role()
        self.resource = aws.codepipeline.Codepipeline(
            self,
            "pipeline",
            name=config.names.pipeline,
            role_arn=role.arn,
            pipeline_type="V2",
            execution_mode="QUEUED",
            artifact_store=[artifact_store(config.artifacts)],
            stage=self._stages(),
            trigger=config.source.triggers(config.file_paths) or None,
            depends_on=self._dependencies(role),
        )
        notice = FailureNoticeConfig(
            names=config.names, rule="failed", pipeline=config.names.pipeline, topic=config.notifications
        )
        FailureNotice(self, "failure-notice", notice)

    def _stages(self) -> list[aws.codepipeline.CodepipelineStage]:
        stage = aws.codepipeline.CodepipelineStage
        train = self._config.training.build.action("Train", inputs=["SourceOutput"], output="TrainOutput")
        synth = self._config.synth.build.action(
            "Synth", inputs=["SourceOutput", "TrainOutput"], output="SynthOutput"
        )
        return [
            stage(name="Source", action=[self._config.source.action("SourceOutput")]),
            stage(name="Train", action=[train]),
            stage(name="Synth", action=[synth]),
            *(release.render() for release in self._config.releases),
        ]

    def _make_role(self) -> ServiceRole:
        config = self._config
        names = config.names
        role = pipeline_role(
            self,
            PipelineRoleConfig(
                names=names,
                purpose="pipeline",
                pipeline=names.pipeline,
                artifacts=config.artifacts,
                source=config.source,
                builds=self._builds,
            ),
        )
        if any(release.approval for release in self._config.releases):
            self._config.notifications.grant_publish(role)
        return role

    def _dependencies(self, role: ServiceRole) -> list[ITerraformDependable]:
        """A new pipeline runs at once: all that it may and all that its steps may comes first."""
        roles = [
            role,
            self._config.training.execution_role,
            *(build.role for build in self._builds),
            *(release.restore for release in self._config.releases if release.restore),
        ]
        return [
            *(item for each in roles for item in each.dependencies),
            *self._config.artifacts.dependencies,
            *self._config.ledger.dependencies,
            *self._config.notifications.dependencies,
        ]
