"""One look at what PROD was asked since some time, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import boto3

from mlops.drift.captured import Captures, Window
from mlops.drift.comparison import Sensitivity
from mlops.drift.judgement import Side, judge
from mlops.drift.reference import ENVIRONMENT, Reference, load_reference
from mlops.drift.report import DriftReport, summary_of, verdict_of
from mlops.drift.rows import read_rows
from mlops.ledger.store import Ledger
from mlops.serving.caller import Caller
from mlops.serving.protocol import ModelProtocol, ProtocolOf
from mlops.spec import Release, Settings, load_example
from mlops.spec.example import referred
from mlops.spec.monitoring import Monitoring


@dataclass(frozen=True)
class Examination:
    """What was found, and of which release: its ledger and what that has of it."""

    report: DriftReport
    reference: Reference
    ledger: Ledger


def examine(settings: Settings, environ: Mapping[str, str], now: datetime) -> Examination:
    """Compare what PROD was asked and answered with what its release was trained on and tested with.

    Raises:
        InvalidInputError: PROD serves no release that can be compared with.
    """
    options = settings.example.monitoring or Monitoring()
    s3 = boto3.Session(region_name=settings.names.region).client("s3")
    ledger = Ledger(s3, settings.names.ledger_bucket)
    reference = load_reference(ledger)
    # What an earlier release was asked and answered says nothing of this one.
    window = Window(max(now - timedelta(hours=options.hours), reference.since), now)
    captured = _captures(settings, Caller.of(environ, "CAPTURE")).within(window)
    protocol = protocol_of(settings.example.name, reference.release)
    read = read_rows(captured, protocol, reference.profile)
    sides = (
        Side("asked", reference.profile.columns, read.asked),
        Side("answered", reference.scores, read.answered),
    )
    judged = sum(name not in options.ignore for side in sides for name in side.expected)
    chosen = Sensitivity(options.psi_tolerance, options.detectable_psi, options.false_alarm_rate)
    sensitivity = chosen.among(judged)
    columns = tuple(each for side in sides for each in judge(side, sensitivity, options.ignore))
    verdict, rows = verdict_of(columns), read.asked.columns.height
    report = DriftReport(
        verdict=verdict,
        summary=summary_of(verdict, columns, rows),
        example=settings.example.name,
        endpoint=settings.names_in(ENVIRONMENT).endpoint(ENVIRONMENT),
        release_id=reference.release.release_id,
        commit=reference.release.commit,
        trained_on_rows=reference.profile.rows,
        since=window.start,
        until=window.end,
        requests=len(captured),
        unreadable=read.unreadable,
        rows=rows,
        psi_tolerance=options.psi_tolerance,
        false_alarm_rate=options.false_alarm_rate,
        columns=columns,
    )
    return Examination(report, reference, ledger)


def protocol_of(example: str, release: Release) -> ModelProtocol:
    """How the example's gate asks the release's model."""
    make: ProtocolOf = referred(load_example(example).protocol)
    return make(release)


def _captures(settings: Settings, caller: Caller) -> Captures:
    names = settings.names_in(ENVIRONMENT)
    region = Caller(caller.role_arn, caller.region or names.region)
    folder = f"{names.capture_folder(ENVIRONMENT)}{names.endpoint(ENVIRONMENT)}/"
    return Captures(region.session().client("s3"), names.models_bucket, folder)
