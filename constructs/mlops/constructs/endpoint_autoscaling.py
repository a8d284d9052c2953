"""As many instances as the requests need, within limits that the hour of the day may change."""

from __future__ import annotations

from typing import Any

from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.endpoint_names import EndpointNames
from mlops.constructs.metric import AlarmConfig
from mlops.spec.endpoint import Endpoint
from mlops.spec.endpoint_options import Scaling

_policy = aws.appautoscaling_policy
_Dimension = _policy.AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationDimensions  # noqa: E501
_Step = _policy.AppautoscalingPolicyStepScalingPolicyConfigurationStepAdjustment
_NAMESPACE = "sagemaker"
_DIMENSION = "sagemaker:variant:DesiredInstanceCount"


class EndpointAutoscaling(Construct):
    """A scalable target with a target tracking policy, and an action for each schedule.

    An asynchronous endpoint that may have no instance also wakes up when a request waits, which target
    tracking does not see. https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        endpoint_names: EndpointNames,
        endpoint: Endpoint,
        resource: aws.sagemaker_endpoint.SagemakerEndpoint,
    ) -> None:
        super().__init__(scope, id_)
        if endpoint.scaling is None:
            raise ValueError(f"{endpoint_names.name} does not scale")
        self._endpoint_names = endpoint_names
        scaling, waits = endpoint.scaling, endpoint.asynchronous is not None
        self._target = aws.appautoscaling_target.AppautoscalingTarget(
            self,
            "target",
            service_namespace=_NAMESPACE,
            scalable_dimension=_DIMENSION,
            resource_id=endpoint_names.scalable_resource,
            min_capacity=scaling.min_instances,
            max_capacity=scaling.max_instances,
            depends_on=[resource],
        )
        self._follow(scaling, waits=waits)
        self._schedule(scaling)
        if min(limits.min_instances for limits in scaling.limits.values()) == 0:
            self._wake(scaling)

    def _what(self) -> dict[str, Any]:
        """The target's arguments, as references, which order policies and actions after it."""
        return {
            "service_namespace": self._target.service_namespace,
            "scalable_dimension": self._target.scalable_dimension,
            "resource_id": self._target.resource_id,
        }

    def _follow(self, scaling: Scaling, *, waits: bool) -> None:
        waiting = {
            "metric_name": "ApproximateBacklogSizePerInstance",
            "namespace": "AWS/SageMaker",
            "statistic": "Average",
            "dimensions": [_Dimension(name="EndpointName", value=self._endpoint_names.name)],
        }
        invocations = {"predefined_metric_type": "SageMakerVariantInvocationsPerInstance"}
        _policy.AppautoscalingPolicy(
            self,
            "follow",
            name="follow",
            policy_type="TargetTrackingScaling",
            target_tracking_scaling_policy_configuration={
                "target_value": scaling.target,
                "scale_in_cooldown": scaling.scale_in_seconds,
                "scale_out_cooldown": scaling.scale_out_seconds,
                "customized_metric_specification": waiting if waits else None,
                "predefined_metric_specification": None if waits else invocations,
            },
            **self._what(),
        )

    def _schedule(self, scaling: Scaling) -> None:
        for schedule in scaling.schedule:
            aws.appautoscaling_scheduled_action.AppautoscalingScheduledAction(
                self,
                schedule.name,
                name=schedule.name,
                schedule=f"cron({schedule.cron})",
                timezone=schedule.time_zone,
                scalable_target_action={
                    "min_capacity": str(schedule.min_instances),
                    "max_capacity": str(schedule.max_instances),
                },
                **self._what(),
            )

    def _wake(self, scaling: Scaling) -> None:
        wake = _policy.AppautoscalingPolicy(
            self,
            "wake-up",
            name="wake-up",
            policy_type="StepScaling",
            step_scaling_policy_configuration={
                "adjustment_type": "ChangeInCapacity",
                "metric_aggregation_type": "Average",
                "cooldown": scaling.scale_out_seconds,
                "step_adjustment": [_Step(metric_interval_lower_bound="0", scaling_adjustment=1)],
            },
            **self._what(),
        )
        names = self._endpoint_names.names
        config = AlarmConfig(
            name=names.endpoint_alarm(self._endpoint_names.environment, "asleep"),
            description=f"{self._endpoint_names.name}: a request waits, and there is no instance.",
            threshold=1,
            evaluation_periods=2,
            missing_data="missing",
            action_arns=[wake.arn],
        )
        metric = self._endpoint_names.metric_asynchronous("HasBacklogWithoutCapacity", statistic="Average")
        metric.create_alarm(self, "asleep", config)
