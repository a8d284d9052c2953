"""One release through QA and PROD in accounts of their own, from the pipeline's, on the local AWS.

Plan, Deploy and Test are the real builds with the real Terraform; training is one of seconds.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local_aws.account_region import AccountRegion, Credentials
from local_aws.git import GitServer
from local_aws.iam.roles import ServiceRoles
from local_aws.server import LocalAws
from mlops.demo.execution import Action, Execution
from mlops.spec import Names, Settings, load_settings
from mlops.toolchain import terraform_environment
from tests.project import clone_project

ROOT = Path(__file__).parents[1]
QA = AccountRegion("222222222222", "eu-west-1")
PROD = AccountRegion("333333333333", "eu-central-1")
TIMEOUT_SECONDS = 900


@dataclass(frozen=True)
class Released:
    """The local AWS after a release, and what the pipeline did."""

    aws: LocalAws
    settings: Settings
    actions: list[Action]
    stacks: Path
    tools: dict[str, str]

    def build(self, step: str) -> AccountRegion:
        """The pipeline's account, to act there as a build does."""
        names, runtime = self.settings.names, self.aws.runtime
        project = names.arn("codebuild", f"project/{names.build(step)}")
        return runtime.engine(ServiceRoles).assume(
            runtime.account_region, names.role_arn(step), "codebuild.amazonaws.com", "test", project
        )

    def visit(self, build: AccountRegion, environment: str, role: str) -> AccountRegion:
        """An environment's account, to act there in a role that the build takes on."""
        return self._take(build, self.names(environment), role)

    def restore(self, build: AccountRegion) -> AccountRegion:
        """The pipeline's account, to act there in the role of PROD's rollback, which the build takes on."""
        return self._take(build, self.settings.names, "prod-restore")

    def _take(self, build: AccountRegion, names: Names, role: str) -> AccountRegion:
        sts = self.aws.runtime.client("sts", build)
        keys = sts.assume_role(RoleArn=names.role_arn(role), RoleSessionName="test")["Credentials"]
        credentials = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        return AccountRegion(names.account_id, names.region, credentials)

    def names(self, environment: str) -> Names:
        return self.settings.names_in(environment)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with the two accounts in its settings, and a training of seconds."""
    root = tmp_path_factory.mktemp("project") / "clone"
    clone_project(root)
    shutil.copy(ROOT / "tests/fixtures/few_ratings.py", root / "training/movielens/few_ratings.py")
    settings = root / "mlops.toml"
    settings.write_text(settings.read_text() + (ROOT / "tests/fixtures/accounts.toml").read_text())
    build = root / "training/movielens/buildspec.yml"
    build.write_text(
        build.read_text()
        .replace("training.movielens.prepare", "training.movielens.few_ratings")
        .replace("python -m training.movielens.train", "ls build")
    )
    gate = root / "endpoint_tests/movielens/gate.toml"
    gate.write_text(
        gate.read_text()
        .replace("minimum_rows = 2000", "minimum_rows = 500")
        .replace("requests = 300\nwarm_up = 20", "requests = 20\nwarm_up = 1")
    )
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    for command in (["add", "--all"], ["commit", "--quiet", "--message", "Use two accounts"]):
        subprocess.run(["git", *identity, *command], cwd=root, check=True)
    return root


@pytest.fixture(scope="module")
def released(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Released]:
    folder = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as patch, LocalAws(folder) as aws:
        tools = terraform_environment()
        for name, value in tools.items():
            patch.setenv(name, value)
        settings = load_settings(project, "movielens")
        out = tmp_path_factory.mktemp("cdktf.out")
        run([sys.executable, "main.py"], project, {**tools, "CDKTF_OUTDIR": str(out)})
        for stack in ("bootstrap", "movielens-pipeline"):
            apply(out / "stacks" / stack, {**tools, **aws.runtime.environment()})
        with ThreadPoolExecutor() as pool:
            account_regions = (("qa", QA), ("prod", PROD))
            made = [
                pool.submit(
                    apply,
                    out / "stacks" / f"movielens-{environment}-access",
                    {**tools, **aws.runtime.environment(account_region)},
                )
                for environment, account_region in account_regions
            ]
            for each in made:
                each.result()
        execution = push(project, folder, aws, settings)
        actions = follow(execution)
        stacks = tmp_path_factory.mktemp("synthesized")
        synth = next(action for action in actions if action.name == "Synth")
        ((bucket, key),) = synth.output_artifacts.values()
        body = aws.runtime.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            archive.extractall(stacks)
        yield Released(aws, settings, actions, stacks / "stacks", tools)


def run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def apply(folder: Path, environment: dict[str, str]) -> None:
    run(["terraform", "init", "-input=false", "-no-color"], folder, environment)
    run(["terraform", "apply", "-auto-approve", "-input=false", "-no-color"], folder, environment)


def push(project: Path, folder: Path, aws: LocalAws, settings: Settings) -> Execution:
    """Push the clone; the execution that follows."""
    source = settings.project.source
    repository = GitServer(folder).repository(source.full_repository_id)
    subprocess.run(
        ["git", "push", "--quiet", str(repository), f"HEAD:refs/heads/{source.branch}"],
        cwd=project,
        check=True,
    )
    codepipeline = aws.runtime.client("codepipeline")
    pipeline = settings.names.pipeline
    listed = codepipeline.list_pipeline_executions(pipelineName=pipeline)["pipelineExecutionSummaries"]
    running = [each["pipelineExecutionId"] for each in listed if each["status"] == "InProgress"]
    started = running or [codepipeline.start_pipeline_execution(name=pipeline)["pipelineExecutionId"]]
    return Execution(aws.runtime.client, pipeline, started[0])


def follow(execution: Execution) -> list[Action]:
    """Approve PROD and wait for the end, which must be a success."""
    decided, deadline = False, time.monotonic() + TIMEOUT_SECONDS
    actions: list[Action] = []
    for actions in execution.follow():
        assert time.monotonic() < deadline, actions[-1]
        if not decided and any(a.name == "Approve" and a.status == "InProgress" for a in actions):
            with suppress(KeyError):  # the token comes a moment after the status
                execution.decide("PROD", "Approve", True, "")
                decided = True
    said = [execution.last_words(action) for action in actions if action.status == "Failed"]
    assert execution.status() == "Succeeded", "\n".join(said)
    return actions


def endpoints(aws: LocalAws, account_region: AccountRegion) -> dict[str, str]:
    listed = aws.runtime.client("sagemaker", account_region).list_endpoints()["Endpoints"]
    return {endpoint["EndpointName"]: endpoint["EndpointStatus"] for endpoint in listed}


def test_each_account_serves_its_own_endpoint_and_the_pipelines_none(released: Released) -> None:
    aws = released.aws
    assert endpoints(aws, QA) == {"mlops-movielens-qa": "InService"}
    assert endpoints(aws, PROD) == {"mlops-movielens-prod": "InService"}
    for region in (QA.region, PROD.region):
        assert endpoints(aws, AccountRegion(aws.runtime.account_id, region)) == {}


def test_both_gates_have_judged_the_endpoint_where_it_is(released: Released) -> None:
    told = {
        action.stage: action.output_variables["GATE_SUMMARY"]
        for action in released.actions
        if action.name == "Test"
    }
    assert set(told) == {"QA", "PROD"}
    assert all(summary.startswith("PASSED") for summary in told.values()), told


@pytest.mark.parametrize(("environment", "account_region"), [("qa", QA), ("prod", PROD)])
def test_an_endpoint_serves_a_copy_in_its_account_and_captures_there(
    released: Released, environment: str, account_region: AccountRegion
) -> None:
    names = released.names(environment)
    sagemaker, s3 = (
        released.aws.runtime.client("sagemaker", account_region),
        released.aws.runtime.client("s3", account_region),
    )
    (model,) = sagemaker.list_models()["Models"]
    served = sagemaker.describe_model(ModelName=model["ModelName"])
    bucket, _, key = served["PrimaryContainer"]["ModelDataUrl"].removeprefix("s3://").partition("/")
    assert bucket == names.models_bucket
    assert f".ecr.{account_region.region}." in served["PrimaryContainer"]["Image"]
    s3.head_object(Bucket=bucket, Key=key)
    assert s3.list_objects_v2(Bucket=bucket, Prefix=f"capture/{environment}/")["KeyCount"] > 0


@pytest.mark.parametrize("environment", ["qa", "prod"])
def test_a_second_plan_says_no_changes(released: Released, environment: str) -> None:
    folder = released.stacks / f"movielens-{environment}"
    role = released.names(environment).role_arn(f"{environment}-plan")
    own = released.aws.runtime.environment(released.build(f"{environment}-plan"))
    variables = {**released.tools, **own, "TF_VAR_assume_role_arn": role}
    run(["terraform", "init", "-input=false", "-no-color"], folder, variables)
    assert "No changes." in run(["terraform", "plan", "-input=false", "-no-color"], folder, variables)


@pytest.mark.parametrize("part", ["plan", "deploy", "test"])
def test_a_qa_build_takes_on_its_role_of_qa_and_not_that_of_prod(released: Released, part: str) -> None:
    build = released.build(f"qa-{part}")
    released.visit(build, "qa", f"qa-{part}")
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        released.visit(build, "prod", f"prod-{part}")


@pytest.mark.parametrize("part", ["deploy", "test"])
def test_the_way_back_of_prod_is_for_its_own_builds_and_goes_through_the_roles_of_its_account(
    released: Released, part: str
) -> None:
    restoring = released.restore(released.build(f"prod-{part}"))
    for role in ("prod-deploy", "prod-test"):
        released.visit(restoring, "prod", role)
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        released.visit(restoring, "qa", f"qa-{part}")
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        released.restore(released.build(f"qa-{part}"))


def test_the_deployment_of_qa_may_change_no_endpoint_of_prod(released: Released) -> None:
    deploy = released.visit(released.build("qa-deploy"), "qa", "qa-deploy")
    for account_region in (QA, PROD):
        sagemaker = released.aws.runtime.client("sagemaker", replace(deploy, region=account_region.region))
        with pytest.raises(ClientError, match="not authorized to perform: sagemaker:DeleteEndpoint"):
            sagemaker.delete_endpoint(EndpointName="mlops-movielens-prod")
    assert endpoints(released.aws, PROD) == {"mlops-movielens-prod": "InService"}


def test_the_gate_of_qa_may_ask_the_champion_and_not_change_it(released: Released) -> None:
    champion = released.visit(released.build("qa-test"), "prod", "prod-champion")
    sagemaker = released.aws.runtime.client("sagemaker", champion)
    found = sagemaker.describe_endpoint(EndpointName="mlops-movielens-prod")
    assert found["EndpointStatus"] == "InService"
    with pytest.raises(ClientError, match="not authorized to perform: sagemaker:DeleteEndpoint"):
        sagemaker.delete_endpoint(EndpointName="mlops-movielens-prod")
