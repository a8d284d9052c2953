"""What CloudWatch counts of an endpoint.

https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
"""

from __future__ import annotations

from mlops.constructs.metric import Metric
from mlops.spec.endpoint_options import ONLY_VARIANT


class EndpointMetrics:
    """The metrics of the endpoint ``name``, each of one variant unless it says otherwise."""

    @property
    def name(self) -> str:
        """The endpoint's."""
        raise NotImplementedError

    def metric(self, name: str, *, statistic: str = "Average", variant: str = ONLY_VARIANT) -> Metric:
        """Any metric of ``AWS/SageMaker`` that a variant has, by its name there."""
        dimensions = {"EndpointName": self.name, "VariantName": variant}
        return Metric(namespace="AWS/SageMaker", name=name, dimensions=dimensions, statistic=statistic)

    def metric_invocations(self, variant: str = ONLY_VARIANT) -> Metric:
        """How many requests there were, a minute."""
        return self.metric("Invocations", statistic="Sum", variant=variant)

    def metric_invocation_4xx_errors(self, variant: str = ONLY_VARIANT) -> Metric:
        """How many requests the model refused, a minute."""
        return self.metric("Invocation4XXErrors", statistic="Sum", variant=variant)

    def metric_invocation_5xx_errors(self, variant: str = ONLY_VARIANT) -> Metric:
        """How many requests failed in the server, a minute."""
        return self.metric("Invocation5XXErrors", statistic="Sum", variant=variant)

    def metric_model_latency(self, variant: str = ONLY_VARIANT, *, statistic: str = "p99") -> Metric:
        """How long the model took to answer, in microseconds."""
        return self.metric("ModelLatency", statistic=statistic, variant=variant)

    def metric_overhead_latency(self, variant: str = ONLY_VARIANT, *, statistic: str = "p99") -> Metric:
        """How long SageMaker took beside the model, in microseconds."""
        return self.metric("OverheadLatency", statistic=statistic, variant=variant)

    def metric_cpu_utilization(self, variant: str = ONLY_VARIANT) -> Metric:
        """In percent of one core, added up over the cores of an instance."""
        return self._of_instances("CPUUtilization", variant)

    def metric_memory_utilization(self, variant: str = ONLY_VARIANT) -> Metric:
        """In percent of an instance's memory."""
        return self._of_instances("MemoryUtilization", variant)

    def metric_asynchronous(self, name: str, *, statistic: str) -> Metric:
        """A metric that an asynchronous endpoint has as a whole, such as ``ApproximateBacklogSize``.

        https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html
        """
        dimensions = {"EndpointName": self.name}
        return Metric(namespace="AWS/SageMaker", name=name, dimensions=dimensions, statistic=statistic)

    def _of_instances(self, name: str, variant: str) -> Metric:
        return Metric(
            namespace="/aws/sagemaker/Endpoints",
            name=name,
            dimensions={"EndpointName": self.name, "VariantName": variant},
            statistic="Average",
        )
