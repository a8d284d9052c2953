"""A schedule that starts a pipeline, and the role it does so with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import ITerraformDependable
from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.policy import Statement
from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig
from mlops.spec import Names

_GROUP = "default"


@dataclass(frozen=True, kw_only=True)
class PipelineScheduleConfig:
    """Starts ``pipeline`` at the moments of ``expression``; ``purpose`` names it, as in ``Names.schedule``.

    ``after`` is what must be there before the pipeline may start.
    """

    names: Names
    purpose: str
    pipeline: str
    expression: str
    time_zone: str
    after: Sequence[ITerraformDependable]


class PipelineSchedule(Construct):
    """An EventBridge schedule whose role may start that one pipeline.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
    """

    def __init__(self, scope: Construct, id_: str, config: PipelineScheduleConfig) -> None:
        super().__init__(scope, id_)
        names, pipeline = config.names, config.names.arn("codepipeline", config.pipeline)
        role = ServiceRole(
            self,
            "role",
            ServiceRoleConfig(
                name=names.role(f"{config.purpose}-schedule"),
                service="scheduler.amazonaws.com",
                account_id=names.account_id,
                description=f"What the schedule of {config.pipeline} may do",
                # A schedule itself cannot be named here:
                # https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
                source_arns=(names.arn("scheduler", f"schedule-group/{_GROUP}"),),
            ),
        )
        role.grant("start", Statement("Start", ("codepipeline:StartPipelineExecution",), (pipeline,)))
        aws.scheduler_schedule.SchedulerSchedule(
            self,
            "schedule",
            name=names.schedule(config.purpose),
            group_name=_GROUP,
            description=f"Starts {config.pipeline}",
            schedule_expression=config.expression,
            schedule_expression_timezone=config.time_zone,
            flexible_time_window={"mode": "OFF"},
            target={"arn": pipeline, "role_arn": role.arn},
            depends_on=[*role.dependencies, *config.after],
        )
