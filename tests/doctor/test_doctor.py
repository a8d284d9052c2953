"""The doctor, on a local AWS whose set-up is broken on purpose; each fault is planted as AWS would show it.

https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.server import LocalAws
from mlops.doctor.examination import examine
from mlops.doctor.finding import Finding, Verdict
from mlops.doctor.set_up import SetUp
from mlops.spec import Settings
from tests.project import PROJECT, settings_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalAws]:
    """A local AWS that every client of this process and its children speaks to."""
    with LocalAws(tmp_path / "aws") as running:
        for name, value in running.runtime.environment().items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def settings() -> Settings:
    return settings_of("iris")


@pytest.fixture
def sound(settings: Settings) -> Settings:
    """The settings of an account in which everything is as the doctor wants it."""
    s3, sns, bucket = boto3.client("s3"), boto3.client("sns"), settings.names.state_bucket
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": f"alias/{bucket}"}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": key}]}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rules)
    topic = sns.create_topic(Name=settings.names.notification_topic)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=settings.project.approval.email)
    return settings


def set_up(settings: Settings) -> SetUp:
    return SetUp(PROJECT, (settings,), boto3.Session())


def findings(set_up: SetUp) -> dict[str, Finding]:
    return {finding.subject: finding for finding in examine(set_up)}


def plant(set_up: SetUp, operation: str, change: Callable[[dict[str, Any]], None]) -> SetUp:
    """Let an operation's reply come back changed, as AWS would send it."""
    set_up.session.events.register(f"after-call.{operation}", lambda parsed, **_: change(parsed))
    return set_up


def changed(settings: Settings, part: str, **changes: Any) -> Settings:
    """The settings with other values in ``project.<part>``."""
    project = settings.project
    section = getattr(project, part).model_copy(update=changes)
    return settings.model_copy(update={"project": project.model_copy(update={part: section})})


def test_a_sound_set_up_has_no_fault(sound: Settings) -> None:
    found = findings(set_up(sound))
    assert {finding.verdict for subject, finding in found.items() if subject != "cdktf"} == {Verdict.OK}
    assert found["account"].said.startswith("123456789012, as arn:aws:")
    assert found["ml.m5.large for endpoint usage"].said == "4 of 8"


def test_looking_changes_nothing(sound: Settings) -> None:
    asked: list[str] = []
    watched = set_up(sound)
    watched.session.events.register("before-call", lambda model, **_: asked.append(str(model.name)))
    examine(watched)
    assert len(asked) >= 6
    assert [name for name in asked if not re.match("Get|List|Head|Describe", name)] == []


def test_a_missing_state_bucket_is_made_by_bootstrap(settings: Settings) -> None:
    found = findings(set_up(settings))["state bucket"]
    assert found.verdict is Verdict.FAULT
    assert found.said == "mlops-terraform-state-123456789012-eu-west-1 does not exist"
    assert found.remedy == "cdktf deploy bootstrap"


def test_a_state_bucket_made_by_hand_is_told_what_it_lacks(settings: Settings) -> None:
    boto3.client("s3").create_bucket(
        Bucket=settings.names.state_bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    found = findings(set_up(settings))["state bucket"]
    assert found.verdict is Verdict.FAULT
    assert "versioning is off" in found.said
    assert "it is not encrypted with a KMS key of its own" in found.said


def test_a_state_bucket_in_another_region_is_a_fault(settings: Settings) -> None:
    boto3.client("s3", region_name="eu-central-1").create_bucket(
        Bucket=settings.names.state_bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    found = findings(set_up(settings))["state bucket"]
    assert found.verdict is Verdict.FAULT
    assert "eu-central-1" in found.said


def test_credentials_of_another_account_end_the_examination(sound: Settings) -> None:
    found = findings(set_up(changed(sound, "aws", account_id="999999999999")))
    assert found["account"].verdict is Verdict.FAULT
    assert found["account"].said == (
        "the credentials are of account 123456789012, mlops.toml says 999999999999"
    )
    assert 'aws.account_id = "123456789012"' in found["account"].remedy
    assert (
        found["state bucket, source, e-mail, images, quotas, other accounts and regions"].verdict
        is Verdict.UNKNOWN
    )


def test_a_connection_that_nobody_completed_names_the_page(sound: Settings) -> None:
    def pending(reply: dict[str, Any]) -> None:
        reply["Connection"] |= {"ConnectionStatus": "PENDING", "ConnectionName": "team"}

    found = findings(plant(set_up(sound), "codeconnections.GetConnection", pending))["source"]
    assert found.verdict is Verdict.FAULT
    assert found.said == "the connection team is PENDING: a person has to complete it"
    assert "console.aws.amazon.com/codesuite/settings/connections?region=eu-west-1" in found.remedy


def test_a_deleted_connection_is_to_be_made_anew(sound: Settings) -> None:
    connections = boto3.client("codeconnections")
    connections.delete_connection(ConnectionArn=sound.project.source.connection_arn)
    found = findings(set_up(sound))["source"]
    assert found.verdict is Verdict.FAULT
    assert found.remedy.startswith("aws codeconnections create-connection --provider-type GitHub")


def test_a_connection_to_another_provider_is_a_fault(sound: Settings) -> None:
    made = boto3.client("codeconnections").create_connection(ProviderType="GitLab", ConnectionName="lab")
    changes = changed(sound, "source", connection_arn=made["ConnectionArn"])
    found = findings(set_up(changes))["source"]
    assert found.said == "the connection lab leads to GitLab; allowed: GitHub"


def test_a_token_is_looked_for_and_never_read(sound: Settings) -> None:
    secrets = boto3.client("secretsmanager")
    arn = secrets.create_secret(Name="github-token", SecretString="a-secret")["ARN"]
    with_token = changed(sound, "source", connection_arn=None, token_secret_arn=arn)
    assert findings(set_up(with_token))["source"].verdict is Verdict.OK
    secrets.delete_secret(SecretId=arn, RecoveryWindowInDays=7)
    found = findings(set_up(with_token))["source"]
    assert (found.verdict, found.said) == (Verdict.FAULT, "the secret github-token is being deleted")
    assert found.remedy == f"aws secretsmanager restore-secret --secret-id {arn}"
    secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    assert "does not exist" in findings(set_up(with_token))["source"].said


def test_an_unconfirmed_address_hears_of_nothing(sound: Settings) -> None:
    def pending(reply: dict[str, Any]) -> None:
        for subscription in reply["Subscriptions"]:
            subscription["SubscriptionArn"] = "PendingConfirmation"

    found = findings(plant(set_up(sound), "sns.ListSubscriptionsByTopic", pending))["e-mail iris"]
    assert found.verdict is Verdict.FAULT
    assert found.said == "ml-team@example.com has not confirmed: nobody hears of a waiting approval"
    assert "--notification-endpoint ml-team@example.com" in found.remedy


def test_another_approver_than_the_subscribed_one_is_a_fault(sound: Settings) -> None:
    found = findings(set_up(changed(sound, "approval", email="new@example.com")))["e-mail iris"]
    assert (found.verdict, found.said) == (Verdict.FAULT, "new@example.com is not subscribed")


def test_a_topic_not_deployed_yet_is_for_later(sound: Settings) -> None:
    boto3.client("sns").delete_topic(TopicArn=sound.names.notification_topic_arn)
    found = findings(set_up(sound))["e-mail iris"]
    assert (found.verdict, found.remedy) == (Verdict.LATER, "cdktf deploy iris-init iris-pipeline")


def test_a_quota_counts_the_second_fleet_of_an_update(sound: Settings) -> None:
    # PROD's two and, while an update runs, two more; the local AWS lends eight.
    example = sound.example
    prod = example.endpoint.prod.model_copy(update={"instance_count": 5})
    endpoint = example.endpoint.model_copy(update={"prod": prod})
    more = sound.model_copy(update={"example": example.model_copy(update={"endpoint": endpoint})})
    found = findings(set_up(more))["ml.m5.large for endpoint usage"]
    assert (found.verdict, found.said) == (Verdict.FAULT, "10 needed, 8 allowed")
    assert re.search(r"--quota-code L-[0-9A-F]{8} --desired-value 10;", found.remedy)


def test_what_credentials_may_not_see_is_said_to_be_unknown(sound: Settings) -> None:
    def denied(**_: Any) -> None:
        error = {"Code": "AccessDeniedException", "Message": "not authorized to perform: ListServiceQuotas"}
        raise ClientError({"Error": error}, "ListServiceQuotas")

    watched = set_up(sound)
    watched.session.events.register("before-call.service-quotas", denied)
    found = findings(watched)["quotas"]
    assert found.verdict is Verdict.UNKNOWN
    assert found.said == "ListServiceQuotas: not authorized to perform: ListServiceQuotas"
    assert found.remedy.startswith("allow these credentials ListServiceQuotas")


def test_an_own_image_that_was_never_pushed_is_a_fault(sound: Settings) -> None:
    boto3.client("ecr").create_repository(repositoryName="team/churn")
    uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/churn:7"
    training = sound.example.training.model_copy(update={"image": uri})
    own = sound.model_copy(update={"example": sound.example.model_copy(update={"training": training})})
    found = findings(set_up(own))["image"]
    assert (found.verdict, found.said) == (Verdict.FAULT, f"{uri} does not exist")
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json"})
    boto3.client("ecr").put_image(repositoryName="team/churn", imageManifest=manifest, imageTag="7")
    assert findings(set_up(own))["image"].verdict is Verdict.OK


def test_a_region_without_the_images_is_a_fault(sound: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    found = findings(set_up(sound))["images iris"]
    assert (found.verdict, found.said) == (
        Verdict.OK,
        "tensorflow-training:2.21.0-cpu-py312, tensorflow-inference:2.20.0-cpu-py312",
    )
    monkeypatch.setattr(Settings, "further_regions", ["xx-west-1"])
    found = findings(set_up(sound))["images iris"]
    assert (found.verdict, found.said) == (Verdict.FAULT, "Unsupported region: xx-west-1.")
    assert found.remedy.endswith("or another image in training.iris.train")


def test_an_environment_elsewhere_is_left_to_its_own_credentials(sound: Settings) -> None:
    prod = sound.project.environments.prod.model_copy(update={"account_id": "333333333333"})
    environments = sound.project.environments.model_copy(update={"prod": prod})
    project = sound.project.model_copy(update={"environments": environments})
    found = findings(set_up(sound.model_copy(update={"project": project})))
    assert found["iris-prod"].verdict is Verdict.LATER
    assert found["iris-prod"].remedy.endswith("cdktf deploy iris-prod-access")
    assert "ml.m5.large for endpoint usage" not in found


def run(root: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{root}:{root / 'constructs'}", **variables}
    return subprocess.run(
        [sys.executable, "-m", "mlops", "doctor", *options],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_every_planted_fault_is_told_at_once_with_its_remedy() -> None:
    done = run(PROJECT)
    assert done.returncode == 1
    assert "✗ state bucket" in done.stdout
    assert "\n    cdktf deploy bootstrap\n" in done.stdout
    assert "… e-mail movielens" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("each with its remedy above.")


def test_findings_keep_to_a_terminal_of_80_columns() -> None:
    done = run(ROOT, COLUMNS="80")
    remedies = [line for line in done.stdout.splitlines() if line.startswith("    ")]
    rest = [line for line in done.stdout.splitlines() if line not in remedies]
    assert len(rest) > 5
    assert max(map(len, rest)) <= 80


def test_programs_read_the_findings_as_json() -> None:
    done = run(ROOT, "--json")
    assert done.returncode == 1
    read = {finding["subject"]: finding for finding in json.loads(done.stdout)}
    assert read["state bucket"]["verdict"] == "fault"
    assert read["state bucket"]["remedy"] == "cdktf deploy bootstrap"


def test_a_shell_without_credentials_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    nothing = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    done = run(PROJECT, **nothing)
    assert done.returncode == 1
    assert "✗ account" in done.stdout
    assert "aws sso login, or export AWS_PROFILE=…; locally: mlops up" in done.stdout
    assert "Traceback" not in done.stderr
