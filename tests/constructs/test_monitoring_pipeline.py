"""Retraining by schedule and the pipeline that looks for data drift: what starts them, what they may do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cdktf
import pytest

from mlops.spec import Names, load_example
from mlops.spec.monitoring import Monitoring
from mlops.spec.settings import Environment, Environments, Settings
from mlops.stacks.access import AccessStack
from mlops.stacks.example import add_example_stacks
from mlops.stacks.pipeline import PipelineStack
from tests.constructs.conftest import Synthesized
from tests.project import settings_of

ROOT = Path(__file__).parents[2]
AWAY = Environment(account_id="333333333333", region="eu-central-1")


@pytest.fixture(scope="module")
def stack(options_folder: Path) -> Synthesized:
    """MovieLens's pipeline stack with ``tests/fixtures/endpoint-options.toml``."""
    return Synthesized(json.loads((options_folder / "movielens-pipeline" / "cdk.tf.json").read_text()))


def settings_with(monitoring: Monitoring, **project: Any) -> Settings:
    settings = settings_of("movielens")
    example = settings.example.model_copy(update={"monitoring": monitoring})
    return Settings(project=settings.project.model_copy(update=project), example=example)


def synthesized(settings: Settings, name: str) -> Synthesized:
    app = cdktf.Testing.app()
    add_example_stacks(app, settings, None, load_example("movielens"))
    made = next(child for child in app.node.children if child.node.id == name)
    assert isinstance(made, PipelineStack | AccessStack)
    return Synthesized(json.loads(cdktf.Testing.synth(made)))


def monitoring_pipeline(stack: Synthesized, names: Names) -> dict[str, Any]:
    return stack.one("aws_codepipeline", name=names.monitoring_pipeline)


def test_without_settings_there_is_neither(stacks_folder: Path) -> None:
    plain = Synthesized(json.loads((stacks_folder / "movielens-pipeline" / "cdk.tf.json").read_text()))
    assert plain.all("aws_scheduler_schedule") == []
    assert plain.all("aws_cloudwatch_metric_alarm") == []
    assert len(plain.all("aws_codepipeline")) == 1


@pytest.mark.parametrize(
    ("purpose", "expression", "zone"),
    [("retraining", "cron(0 3 ? * MON *)", "Europe/Berlin"), ("monitoring", "rate(1 day)", "UTC")],
)
def test_a_schedule_starts_one_pipeline_and_its_role_may_do_nothing_else(
    stack: Synthesized, names: Names, purpose: str, expression: str, zone: str
) -> None:
    pipeline = names.pipeline if purpose == "retraining" else names.monitoring_pipeline
    arn = names.arn("codepipeline", pipeline)
    schedule = stack.one("aws_scheduler_schedule", name=names.schedule(purpose))
    assert (schedule["schedule_expression"], schedule["schedule_expression_timezone"]) == (expression, zone)
    assert schedule["flexible_time_window"] == {"mode": "OFF"}
    assert schedule["target"]["arn"] == arn
    assert any(each.startswith("aws_codepipeline.") for each in schedule["depends_on"])
    role = names.role(f"{purpose}-schedule")
    assert stack.allowed(role) == {"codepipeline:StartPipelineExecution": [arn]}


def test_only_the_scheduler_of_this_account_takes_on_a_schedules_role(
    stack: Synthesized, names: Names
) -> None:
    documents = stack.terraform["data"]["aws_iam_policy_document"]
    (trust,) = next(
        d["statement"] for name, d in documents.items() if name.startswith("retraining_role_trust")
    )
    assert trust["principals"] == [{"type": "Service", "identifiers": ["scheduler.amazonaws.com"]}]
    found = {each["variable"]: each["values"] for each in trust["condition"]}
    group = names.arn("scheduler", "schedule-group/default")
    assert found == {"aws:SourceAccount": [names.account_id], "aws:SourceArn": [group]}


def test_the_monitoring_pipeline_fetches_the_source_and_runs_one_build_and_no_push_starts_it(
    stack: Synthesized, names: Names
) -> None:
    pipeline = monitoring_pipeline(stack, names)
    assert [action["name"] for stage in pipeline["stage"] for action in stage["action"]] == [
        "Source",
        "Monitor",
    ]
    assert "trigger" not in pipeline
    assert pipeline["stage"][0]["action"][0]["configuration"]["DetectChanges"] == "false"
    build = stack.one("aws_codebuild_project", name=names.build("monitor"))
    assert "python -m mlops.builds monitor" in build["source"]["buildspec"]
    variables = {item["name"] for item in build["environment"]["environment_variable"]}
    assert {"MLOPS_LIBRARY", "MLOPS_LIBRARY_SHA256"} <= variables
    waits = set(pipeline["depends_on"])
    policies = stack.terraform["resource"]["aws_iam_role_policy"]
    assert {
        f"aws_iam_role_policy.{name}" for name in policies if name.startswith("monitoring_build")
    } <= waits


def test_a_token_does_not_make_the_monitoring_pipeline_poll() -> None:
    shipped = settings_of("movielens").project.source
    secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:github-AbCdEf"
    source = shipped.model_copy(update={"connection_arn": None, "token_secret_arn": secret})
    made = synthesized(settings_with(Monitoring(), source=source), "movielens-pipeline")
    polls = {
        block["name"]: block["stage"][0]["action"][0]["configuration"]["PollForSourceChanges"]
        for block in made.all("aws_codepipeline")
    }
    assert polls == {"mlops-movielens-pipeline": "true", "mlops-movielens-monitoring": "false"}


def test_the_build_reads_captures_and_the_ledger_and_adds_its_findings(
    stack: Synthesized, names: Names
) -> None:
    allowed = stack.allowed(names.role("monitor"))
    models, ledger = f"arn:aws:s3:::{names.models_bucket}", f"arn:aws:s3:::{names.ledger_bucket}"
    artifacts = f"arn:aws:s3:::{names.artifacts_bucket}/*"
    assert set(allowed["s3:GetObject"]) == {
        f"{models}/capture/prod/*",
        f"{models}/library/*",
        *(f"{ledger}/{step}/*" for step in ("train", "prod-test", "monitoring")),
        artifacts,
    }
    assert set(allowed["s3:PutObject"]) == {f"{ledger}/monitoring/*", artifacts}
    assert "s3:DeleteObject" not in allowed
    assert not any(action.startswith(("sagemaker:", "iam:", "sts:")) for action in allowed)
    (metric,) = stack.statements(names.role("monitor"), "DriftMetric")
    assert metric["condition"] == [
        {"test": "StringEquals", "variable": "cloudwatch:namespace", "values": ["mlops"]}
    ]


def test_the_build_may_start_the_pipeline_only_where_it_is_to_retrain(
    stack: Synthesized, names: Names
) -> None:
    start = "codepipeline:StartPipelineExecution"
    assert stack.allowed(names.role("monitor"))[start] == [names.arn("codepipeline", names.pipeline)]
    quiet = synthesized(settings_with(Monitoring(retrain=False)), "movielens-pipeline")
    assert not any(action.startswith("codepipeline:") for action in quiet.allowed(names.role("monitor")))
    assert quiet.all("aws_scheduler_schedule") == []


def test_drift_is_told_by_an_alarm_that_stays_until_a_run_finds_none(
    stack: Synthesized, names: Names
) -> None:
    alarm = stack.one("aws_cloudwatch_metric_alarm", alarm_name=names.data_drift_alarm)
    assert (alarm["namespace"], alarm["metric_name"]) == ("mlops", "DriftedColumns")
    assert alarm["dimensions"] == {"Example": "movielens", "Environment": "prod"}
    assert alarm["treat_missing_data"] == "ignore"
    assert alarm["alarm_actions"][0].startswith("${aws_sns_topic.")
    patterns = [json.loads(rule["event_pattern"]) for rule in stack.all("aws_cloudwatch_event_rule")]
    assert [names.monitoring_pipeline] in [pattern["detail"]["pipeline"] for pattern in patterns]


def test_in_another_account_captures_are_read_in_a_role_of_that_account(names: Names) -> None:
    settings = settings_with(Monitoring(), environments=Environments(prod=AWAY))
    prod = settings.names_in("prod")
    pipeline = synthesized(settings, "movielens-pipeline")
    allowed = pipeline.allowed(names.role("monitor"))
    assert allowed["sts:AssumeRole"] == [prod.role_arn("prod-monitor")]
    assert not any("capture" in resource for resource in allowed["s3:GetObject"])
    build = pipeline.one("aws_codebuild_project", name=names.build("monitor"))
    told = {item["name"]: item["value"] for item in build["environment"]["environment_variable"]}
    assert told["CAPTURE_ROLE_ARN"] == prod.role_arn("prod-monitor")
    assert told["CAPTURE_REGION"] == "eu-central-1"
    access = synthesized(settings, "movielens-prod-access")
    there = access.allowed(prod.role("prod-monitor"))
    assert there["s3:GetObject"] == [f"arn:aws:s3:::{prod.models_bucket}/capture/prod/*"]
    assert {action.partition(":")[0] for action in there} == {"s3", "kms"}
