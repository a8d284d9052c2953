"""The pipeline that looks for data drift in what PROD is asked: source, then one build."""

from __future__ import annotations

from dataclasses import dataclass

from constructs import Construct

from mlops.builds import read
from mlops.constructs import aws
from mlops.constructs.build_project import BuildContext, BuildProject, BuildProjectConfig
from mlops.constructs.cross_account_endpoint_access import CrossAccountEndpointAccess
from mlops.constructs.data_drift_alarm import DataDriftAlarm
from mlops.constructs.endpoint_access import EndpointAccess
from mlops.constructs.failure_notice import FailureNotice, FailureNoticeConfig
from mlops.constructs.github_source import PipelineSource
from mlops.constructs.notification_topic import NotificationTopic
from mlops.constructs.pipeline_parts import PipelineRoleConfig, artifact_store, pipeline_role
from mlops.constructs.pipeline_schedule import PipelineSchedule, PipelineScheduleConfig
from mlops.constructs.policy import Condition, Statement, unscoped
from mlops.spec.monitoring import Monitoring

_MINUTES = 30
# What says which release serves, what it was trained on, and what was found before.
_READ = ("train/", "prod-test/", "monitoring/")


@dataclass(frozen=True, kw_only=True)
class MonitoringPipelineConfig:
    """``access`` gives the right to read what PROD's endpoint captured."""

    context: BuildContext
    source: PipelineSource
    monitoring: Monitoring
    access: EndpointAccess | CrossAccountEndpointAccess
    notifications: NotificationTopic


class MonitoringPipeline(Construct):
    """Starts by its schedule or by hand, never by a push; the build's report goes into the ledger.

    It fails where it cannot judge, which goes to the topic; an alarm reports drift.
    """

    def __init__(self, scope: Construct, id_: str, config: MonitoringPipelineConfig) -> None:
        super().__init__(scope, id_)
        self._config = config
        context, names = config.context, config.context.names
        self.build = self._make_build()
        role = pipeline_role(
            self,
            PipelineRoleConfig(
                names=names,
                purpose="monitoring-pipeline",
                pipeline=names.monitoring_pipeline,
                artifacts=context.artifacts,
                source=config.source,
                builds=[self.build],
            ),
        )
        pipeline = aws.codepipeline.Codepipeline(
            self,
            "pipeline",
            name=names.monitoring_pipeline,
            role_arn=role.arn,
            pipeline_type="V2",
            execution_mode="QUEUED",
            artifact_store=[artifact_store(context.artifacts)],
            stage=self._stages(),
            # A new pipeline runs at once.
            depends_on=[
                *role.dependencies,
                *self.build.role.dependencies,
                *context.artifacts.dependencies,
                *context.ledger.dependencies,
            ],
        )
        self._tell_and_start(pipeline)

    def _tell_and_start(self, pipeline: aws.codepipeline.Codepipeline) -> None:
        names, topic = self._config.context.names, self._config.notifications
        DataDriftAlarm(self, "alarm", names, topic)
        notice = FailureNoticeConfig(
            names=names, rule="monitoring-failed", pipeline=names.monitoring_pipeline, topic=topic
        )
        FailureNotice(self, "failure-notice", notice)
        monitoring = self._config.monitoring
        if monitoring.schedule:
            schedule = PipelineScheduleConfig(
                names=names,
                purpose="monitoring",
                pipeline=names.monitoring_pipeline,
                expression=monitoring.schedule,
                time_zone=monitoring.time_zone,
                after=(pipeline,),
            )
            PipelineSchedule(self, "schedule", schedule)

    def _stages(self) -> list[aws.codepipeline.CodepipelineStage]:
        source = self._config.source.action("SourceOutput", on_push=False)
        monitor = self.build.action("Monitor", inputs=["SourceOutput"], output="MonitorOutput")
        stage = aws.codepipeline.CodepipelineStage
        return [stage(name="Source", action=[source]), stage(name="Monitor", action=[monitor])]

    def _make_build(self) -> BuildProject:
        config, names = self._config, self._config.context.names
        build = BuildProject(
            self,
            "build",
            BuildProjectConfig(
                context=config.context,
                step="monitor",
                description=f"Looks for data drift in what {names.endpoint('prod')} is asked",
                buildspec=read("monitor"),
                frozen=True,
                timeout_minutes=_MINUTES,
                variables=config.access.variables("monitor"),
            ),
        )
        config.access.grant_captures(build.role)
        config.context.ledger.grant_read(build.role, *_READ)
        config.context.ledger.grant_add(build.role, "monitoring/")
        namespace = Condition("StringEquals", "cloudwatch:namespace", (names.metric_namespace,))
        build.role.grant("drift", unscoped("Metric", "cloudwatch:PutMetricData", conditions=(namespace,)))
        if config.monitoring.retrain:
            pipeline = (names.arn("codepipeline", names.pipeline),)
            start = ("codepipeline:ListPipelineExecutions", "codepipeline:StartPipelineExecution")
            build.role.grant("retrain", Statement("Start", start, pipeline))
        return build
