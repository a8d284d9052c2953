"""What a monitoring build does with its findings: a metric, perhaps a retraining, the ledger's entry."""

from __future__ import annotations

import boto3

from mlops.drift.examination import Examination
from mlops.drift.page import page
from mlops.drift.reference import ENVIRONMENT, STEP
from mlops.drift.report import DriftReport
from mlops.drift.retraining import retrain
from mlops.ledger.entry import Entry
from mlops.spec import Settings
from mlops.spec.monitoring import DRIFT_METRIC


def follow_up(examination: Examination, settings: Settings) -> tuple[DriftReport, Entry]:
    """Put the metric, retrain where the settings say so, and record; the report says what was done."""
    report, execution_id = examination.report, None
    session = boto3.Session(region_name=settings.names.region)
    if report.verdict != "not judged":
        _put_metric(session, settings, len(report.drifted))
    monitoring = settings.example.monitoring
    if report.verdict == "drift" and monitoring and monitoring.retrain:
        codepipeline = session.client("codepipeline")
        execution_id, said = retrain(codepipeline, settings.names.pipeline, examination.reference.entries)
        report = report.model_copy(update={"retraining": said})
    entry = Entry(step=STEP, release_id=report.release_id, at=report.until, drift=report.facts(execution_id))
    return report, examination.ledger.record(entry, files_of(report))


def files_of(report: DriftReport) -> dict[str, bytes]:
    """``drift.json`` for programs and ``drift.html`` for people."""
    return {
        "drift.json": report.model_dump_json(indent=2).encode() + b"\n",
        "drift.html": page(report).encode(),
    }


def _put_metric(session: boto3.Session, settings: Settings, drifted: int) -> None:
    dimensions = {"Example": settings.example.name, "Environment": ENVIRONMENT}
    datum = {
        "MetricName": DRIFT_METRIC,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        "Value": drifted,
        "Unit": "Count",
    }
    session.client("cloudwatch").put_metric_data(
        Namespace=settings.names.metric_namespace, MetricData=[datum]
    )
