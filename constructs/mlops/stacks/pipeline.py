"""``<example>-pipeline``: everything that a push sets in motion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs import Construct

from mlops.constructs.bucket_share import BucketShare
from mlops.constructs.build_project import BuildContext
from mlops.constructs.github_source import GitHubConnection, GitHubToken, PipelineSource
from mlops.constructs.manual_approval import ManualApproval
from mlops.constructs.ml_pipeline import MlPipeline, MlPipelineConfig
from mlops.constructs.monitoring_pipeline import MonitoringPipeline, MonitoringPipelineConfig
from mlops.constructs.notification_topic import NotificationTopic, NotificationTopicConfig
from mlops.constructs.pinned_library import PinnedLibrary
from mlops.constructs.pipeline_key import PipelineKey
from mlops.constructs.pipeline_schedule import PipelineSchedule, PipelineScheduleConfig
from mlops.constructs.private_bucket import PrivateBucket, PrivateBucketConfig
from mlops.constructs.review_step import ReviewStep
from mlops.constructs.synth_step import SynthStep
from mlops.constructs.training_data import TrainingDataConfig
from mlops.constructs.training_data_access import TrainingDataAccess
from mlops.constructs.training_step import TrainingStep, TrainingStepConfig
from mlops.spec import Settings
from mlops.stacks.base import ExampleStack
from mlops.stacks.release_stages import ReleaseStages, hosting_role

_KEEP_ARTIFACTS_DAYS = 90
# What Plan and Review say no push can change: they run the pinned library. Test runs what was pushed.
_APPROVAL = (
    "QA: #{QaTest.GATE_SUMMARY}\n"
    "PROD: #{ProdReview.REVIEW_SUMMARY}\n"
    "Changed since PROD's release: #{ProdReview.REVIEW_CHANGES}\n"
    "Terraform's own count: #{ProdPlan.PLAN_SUMMARY}\n"
    "Valid until #{ProdPlan.PLAN_EXPIRES}; sha256 #{ProdPlan.PLAN_SHA256}"
)


@dataclass(frozen=True, kw_only=True)
class PipelineStackConfig:
    """``data`` is what training reads; images are AWS's repositories, without registry and tag, or URIs.

    https://docs.aws.amazon.com/sagemaker/latest/dg/ecr-eu-west-1.html
    """

    data: TrainingDataConfig
    training_images: Sequence[str]
    endpoint_images: Sequence[str]
    channels: Sequence[str] = ("train", "test")


class PipelineStack(ExampleStack):
    """The pipeline, its builds, their roles, its buckets and the topic it speaks through."""

    def __init__(self, scope: Construct, settings: Settings, config: PipelineStackConfig) -> None:
        super().__init__(scope, "pipeline", settings)
        self._config = config
        names = self.names
        shares = [_share(settings, environment) for environment in settings.cross_account_environments]
        self._models = self._bucket("models", names.models_bucket, shares=shares)
        artifacts = self._bucket("artifacts", names.artifacts_bucket, {"": _KEEP_ARTIFACTS_DAYS})
        key = PipelineKey(self, "key", names)
        email = settings.project.approval.email
        topic = NotificationTopic(
            self, "notifications", NotificationTopicConfig(names=names, email=email, key=key)
        )
        ledger = self._bucket("ledger", names.ledger_bucket, append_only=True)
        library = PinnedLibrary(self, "library", self._models)
        self._context = BuildContext(
            names=names, artifacts=artifacts, ledger=ledger, logs_key=key, library=library
        )
        self._stages = ReleaseStages(
            stack=self,
            context=self._context,
            models=self._models,
            hosting=hosting_role(self, self._models, config.endpoint_images),
        )
        source = self._source()
        pipeline = MlPipeline(
            self,
            "pipeline",
            MlPipelineConfig(
                names=names,
                source=source,
                file_paths=settings.example.trigger.file_paths,
                artifacts=artifacts,
                ledger=ledger,
                training=self._training(),
                synth=SynthStep(self, "synth", self._context),
                releases=[
                    self._stages.stage("qa"),
                    self._stages.stage(
                        "prod", ReviewStep(self, "review", self._context), self._approval(topic)
                    ),
                ],
                notifications=topic,
            ),
        )
        self._look_at_reality(pipeline, source, topic)

    def _look_at_reality(
        self, pipeline: MlPipeline, source: PipelineSource, topic: NotificationTopic
    ) -> None:
        """Retrain on a schedule, and watch what PROD is asked, where the settings say so."""
        retraining, monitoring = self.settings.example.retraining, self.settings.example.monitoring
        names = self.names
        if retraining:
            schedule = PipelineScheduleConfig(
                names=names,
                purpose="retraining",
                pipeline=names.pipeline,
                expression=retraining.schedule,
                time_zone=retraining.time_zone,
                after=(pipeline.resource,),
            )
            PipelineSchedule(self, "retraining", schedule)
        if monitoring:
            access = self._stages.access("prod")
            config = MonitoringPipelineConfig(
                context=self._context,
                source=source,
                monitoring=monitoring,
                access=access,
                notifications=topic,
            )
            MonitoringPipeline(self, "monitoring", config)

    def _bucket(
        self,
        id_: str,
        name: str,
        expire: dict[str, int] | None = None,
        shares: Sequence[BucketShare] = (),
        *,
        append_only: bool = False,
    ) -> PrivateBucket:
        config = PrivateBucketConfig(
            name=name,
            account_id=self.names.account_id,
            region=self.names.region,
            expire_after_days=expire,
            shares=shares,
            append_only=append_only,
        )
        return PrivateBucket(self, id_, config)

    def _source(self) -> PipelineSource:
        source = self.settings.project.source
        return GitHubConnection(source) if source.connection_arn else GitHubToken(self, "source", source)

    def _training(self) -> TrainingStep:
        step = TrainingStep(
            self,
            "train",
            TrainingStepConfig(
                context=self._context,
                training=self.settings.example.training,
                models=self._models,
                images=self._config.training_images,
                channels=self._config.channels,
            ),
        )
        access, data = TrainingDataAccess(self.names), self._config.data
        if data.tables:
            access.grant_query(step.build.role, data.folders)
        else:
            access.grant_read(step.build.role, *data.folders)
        return step

    def _approval(self, topic: NotificationTopic) -> ManualApproval:
        minutes = self.settings.project.approval.plan_valid_hours * 60
        return ManualApproval(
            topic=topic, text=_APPROVAL, link="#{ProdReview.REVIEW_URL}", timeout_minutes=minutes
        )


def _share(settings: Settings, environment: str) -> BucketShare:
    """The deployment of an environment in another account copies the model from here."""
    names = settings.names_in(environment)
    deploy = names.role_arn(f"{environment}-deploy")
    return BucketShare(
        label=environment.capitalize(), account_id=names.account_id, paths=("*/model/",), role_arn=deploy
    )
