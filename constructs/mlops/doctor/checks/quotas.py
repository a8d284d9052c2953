"""Whether SageMaker lends as many instances as the examples ask for.

https://docs.aws.amazon.com/sagemaker/latest/dg/regions-quotas.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from mlops.doctor.finding import Finding, fault, ok, unknown
from mlops.doctor.set_up import SetUp
from mlops.spec import Settings
from mlops.spec.endpoint import Endpoint
from mlops.spec.settings import ENVIRONMENTS, Training

SUBJECT = "quotas"


def look(set_up: SetUp) -> Iterator[Finding]:
    """Each instance type that training jobs and endpoints use, against the quota of the account."""
    pages = set_up.client("service-quotas").get_paginator("list_service_quotas")
    quotas = {
        quota["QuotaName"]: quota
        for page in pages.paginate(ServiceCode="sagemaker")
        for quota in page["Quotas"]
    }
    for name, needed in sorted(needs(set_up.examples).items()):
        yield _compared(set_up.region, name, needed, quotas.get(name))


def needs(examples: Iterable[Settings]) -> Counter[str]:
    """Instances in the pipelines' account and region by the quota's name, for all examples at once."""
    training: Counter[str] = Counter()
    serving: Counter[str] = Counter()
    updating: Counter[str] = Counter()
    for settings in examples:
        job = settings.example.training
        training[job.instance_type] += _training(job)
        for environment in ENVIRONMENTS:
            endpoint = settings.example.endpoint.of(environment)
            if environment in settings.remote_environments:
                continue
            at_first: Counter[str] = Counter()
            for fleet in endpoint.fleets:
                at_first[fleet.instance_type] += fleet.instance_count
            for kind, count in at_first.items():
                serving[kind] += _most(endpoint, count)
                # A blue/green update runs the new instances beside the old until it has shifted the traffic.
                updating[kind] = max(updating[kind], count)
    total: Counter[str] = Counter()
    total.update({f"{instance} for training job usage": count for instance, count in training.items()})
    total.update(
        {f"{instance} for endpoint usage": count for instance, count in (serving + updating).items()}
    )
    return total


def _training(job: Training) -> int:
    return job.instance_count * (job.tuning.max_parallel_jobs if job.tuning.enabled else 1)


def _most(endpoint: Endpoint, at_first: int) -> int:
    """The instances of a type that it scales out to."""
    limits = endpoint.scaling.limits.values() if endpoint.scaling else ()
    return max([at_first, *(limit.max_instances for limit in limits)])


def _compared(region: str, name: str, needed: int, quota: dict[str, Any] | None) -> Finding:
    page = f"https://console.aws.amazon.com/servicequotas/home/services/sagemaker/quotas?region={region}"
    if quota is None:
        return unknown(name, "the account has no such quota", f"is the type offered in {region}? {page}")
    value = int(quota["Value"])
    if value >= needed:
        return ok(name, f"{needed} of {value}")
    raise_it = (
        f"aws service-quotas request-service-quota-increase --region {region} --service-code sagemaker "
        f"--quota-code {quota['QuotaCode']} --desired-value {needed}; or fewer or others in example.toml"
    )
    return fault(name, f"{needed} needed, {value} allowed", raise_it)
