"""The pipeline of the example: its stages as promised, and what each of its builds may do."""

from __future__ import annotations

import json
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from mlops.approval.evidence import STEPS
from mlops.approval.wording import CHANGES_LENGTH, SUMMARY_LENGTH
from mlops.gate.report import SUMMARY_LENGTH as GATE_SUMMARY
from mlops.spec import Names


@pytest.fixture(scope="module")
def pipeline(stacks_folder: Path) -> dict[str, Any]:
    terraform = json.loads((stacks_folder / "movielens-pipeline" / "cdk.tf.json").read_text())
    (block,) = terraform["resource"]["aws_codepipeline"].values()
    return {"terraform": terraform, **block}


def actions(pipeline: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{stage['name']}/{action['name']}": action
        for stage in pipeline["stage"]
        for action in stage["action"]
    }


def project(pipeline: dict[str, Any], name: str) -> dict[str, Any]:
    blocks = pipeline["terraform"]["resource"]["aws_codebuild_project"].values()
    (found,) = [block for block in blocks if block["name"] == name]
    return dict(found)


def variables(action: dict[str, Any]) -> dict[str, str]:
    listed = json.loads(action["configuration"]["EnvironmentVariables"])
    return {item["name"]: item["value"] for item in listed}


def test_a_model_goes_through_training_and_qa_before_anyone_is_asked_about_production(
    pipeline: dict[str, Any],
) -> None:
    order = [(path, action["run_order"]) for path, action in actions(pipeline).items()]
    assert order == [
        ("Source/Source", 1),
        ("Train/Train", 1),
        ("Synth/Synth", 1),
        ("QA/Plan", 1),
        ("QA/Deploy", 2),
        ("QA/Test", 3),
        ("PROD/Plan", 1),
        ("PROD/Review", 2),
        ("PROD/Approve", 3),
        ("PROD/Deploy", 4),
        ("PROD/Test", 5),
    ]


def test_artifacts_flow_from_step_to_step(pipeline: dict[str, Any]) -> None:
    flow = {
        path: (action.get("input_artifacts", []), action.get("output_artifacts", []))
        for path, action in actions(pipeline).items()
    }
    assert flow == {
        "Source/Source": ([], ["SourceOutput"]),
        "Train/Train": (["SourceOutput"], ["TrainOutput"]),
        "Synth/Synth": (["SourceOutput", "TrainOutput"], ["SynthOutput"]),
        "QA/Plan": (["SynthOutput"], ["QaPlan"]),
        "QA/Deploy": (["QaPlan"], []),
        "QA/Test": (["SourceOutput", "TrainOutput"], ["QaTest"]),
        "PROD/Plan": (["SynthOutput"], ["ProdPlan"]),
        "PROD/Review": (["SourceOutput", "TrainOutput", "QaTest", "ProdPlan"], ["ProdReview"]),
        "PROD/Approve": ([], []),
        "PROD/Deploy": (["ProdPlan", "SourceOutput"], []),
        "PROD/Test": (["SourceOutput", "TrainOutput"], ["ProdTest"]),
    }
    for path in ("Synth/Synth", "QA/Test", "PROD/Review", "PROD/Test"):
        assert actions(pipeline)[path]["configuration"]["PrimarySource"] == "SourceOutput"
    assert actions(pipeline)["PROD/Deploy"]["configuration"]["PrimarySource"] == "ProdPlan"


def test_executions_wait_for_one_another(pipeline: dict[str, Any]) -> None:
    assert (pipeline["pipeline_type"], pipeline["execution_mode"]) == ("V2", "QUEUED")


def test_every_build_learns_the_execution_and_a_deployment_its_plans_checksum_and_expiry(
    pipeline: dict[str, Any],
) -> None:
    for action in actions(pipeline).values():
        if action["category"] == "Build":
            assert variables(action)["MLOPS_EXECUTION_ID"] == "#{codepipeline.PipelineExecutionId}"
    vouched_for = (("QA/Deploy", "QaPlan"), ("PROD/Review", "ProdPlan"), ("PROD/Deploy", "ProdPlan"))
    for path, plan in vouched_for:
        told = variables(actions(pipeline)[path])
        assert told["PLAN_SHA256"] == f"#{{{plan}.PLAN_SHA256}}"
        assert told["PLAN_EXPIRES"] == f"#{{{plan}.PLAN_EXPIRES}}"
        assert actions(pipeline)[f"{path.partition('/')[0]}/Plan"]["namespace"] == plan


def test_the_approver_sees_the_review_the_figures_of_qa_and_what_no_push_can_change(
    pipeline: dict[str, Any],
) -> None:
    configuration = actions(pipeline)["PROD/Approve"]["configuration"]
    longest = {
        "#{QaTest.GATE_SUMMARY}": GATE_SUMMARY,
        "#{ProdReview.REVIEW_SUMMARY}": SUMMARY_LENGTH,
        "#{ProdReview.REVIEW_CHANGES}": CHANGES_LENGTH,
        "#{ProdPlan.PLAN_SUMMARY}": len("9 to import, 99 to add, 99 to change, 99 to destroy"),
        "#{ProdPlan.PLAN_EXPIRES}": len("2026-01-02T03:04:05Z"),
        "#{ProdPlan.PLAN_SHA256}": 64,
    }
    filled_in = configuration["CustomData"]
    for name, length in longest.items():
        assert name in filled_in
        filled_in = filled_in.replace(name, "x" * length)
    assert "#{" not in filled_in
    assert len(filled_in) <= 1000, "AWS refuses a longer one"
    assert configuration["ExternalEntityLink"] == "#{ProdReview.REVIEW_URL}"


def test_an_approval_waits_as_long_as_its_plan_is_valid(pipeline: dict[str, Any], names: Names) -> None:
    assert actions(pipeline)["PROD/Approve"]["timeout_in_minutes"] == 24 * 60
    listed = project(pipeline, names.build("prod-plan"))["environment"]["environment_variable"]
    assert {"name": "PLAN_VALID_HOURS", "value": "24"} in listed


def test_a_push_can_change_what_is_trained_and_tested_but_not_what_a_deployment_runs(
    pipeline: dict[str, Any], names: Names
) -> None:
    for step in ("synth", "qa-plan", "qa-deploy", "prod-plan", "prod-review", "prod-deploy"):
        buildspec = project(pipeline, names.build(step))["source"]["buildspec"]
        assert yaml.safe_load(buildspec)["version"] == 0.2
    assert (
        project(pipeline, names.build("train"))["source"]["buildspec"] == "training/movielens/buildspec.yml"
    )
    for step in ("qa-test", "prod-test"):
        buildspec = project(pipeline, names.build(step))["source"]["buildspec"]
        assert buildspec == "endpoint_tests/movielens/buildspec.yml"


def test_every_frozen_build_runs_the_library_that_the_stack_names_and_no_other_build_knows_of_it(
    pipeline: dict[str, Any], names: Names, allowed_in: Any
) -> None:
    (uploaded,) = pipeline["terraform"]["resource"]["aws_s3_object"].values()
    folder, digest, _ = uploaded["key"].split("/")
    assert folder == "library"
    frozen = {"synth", "qa-plan", "qa-deploy", "prod-plan", "prod-review", "prod-deploy"}
    for step in (*frozen, "train", "qa-test", "prod-test"):
        listed = project(pipeline, names.build(step))["environment"]["environment_variable"]
        variables = {item["name"]: item["value"] for item in listed}
        read = allowed_in(pipeline["terraform"], names.role(step))["s3:GetObject"]
        library = f"arn:aws:s3:::{names.models_bucket}/library/*"
        if step in frozen:
            assert variables["MLOPS_LIBRARY"] == f"s3://{names.models_bucket}/{uploaded['key']}"
            assert variables["MLOPS_LIBRARY_SHA256"] == digest
            assert library in read
        else:
            assert not {name for name in variables if name.startswith("MLOPS_LIBRARY")}
            assert library not in read


def test_no_build_writes_where_the_library_is(
    pipeline: dict[str, Any], names: Names, allowed_in: Any
) -> None:
    (uploaded,) = pipeline["terraform"]["resource"]["aws_s3_object"].values()
    arn = f"arn:aws:s3:::{names.models_bucket}/{uploaded['key']}"
    for role in pipeline["terraform"]["resource"]["aws_iam_role"].values():
        allowed = allowed_in(pipeline["terraform"], role["name"])
        for action in ("s3:PutObject", "s3:DeleteObject"):
            assert not [each for each in allowed.get(action, ()) if fnmatch(arn, each)]


def test_no_build_outlives_its_work_or_runs_twice_at_once(pipeline: dict[str, Any], names: Names) -> None:
    blocks = pipeline["terraform"]["resource"]["aws_codebuild_project"].values()
    assert len(blocks) == 9
    assert {block["concurrent_build_limit"] for block in blocks} == {1}
    assert project(pipeline, names.build("train"))["build_timeout"] == 120
    for step in ("qa-deploy", "prod-deploy"):
        build = project(pipeline, names.build(step))
        listed = build["environment"]["environment_variable"]
        limit = {item["name"]: item["value"] for item in listed}["TERRAFORM_TIMEOUT_SECONDS"]
        # The provider waits an hour for an endpoint; Terraform must end before the build is killed.
        assert 60 < int(limit) / 60 < build["build_timeout"] - 5


def test_everything_is_encrypted_with_keys_of_our_own(pipeline: dict[str, Any]) -> None:
    resources = pipeline["terraform"]["resource"]
    for kind, argument in (
        ("aws_codebuild_project", "encryption_key"),
        ("aws_cloudwatch_log_group", "kms_key_id"),
        ("aws_sns_topic", "kms_master_key_id"),
    ):
        assert all(block[argument].startswith("${aws_kms_key.") for block in resources[kind].values())
    (store,) = pipeline["artifact_store"]
    assert store["encryption_key"]["id"].startswith("${aws_kms_key.")


def test_a_new_pipeline_waits_for_what_its_roles_may_do(pipeline: dict[str, Any]) -> None:
    """A pipeline runs as soon as it is made, and IAM is eventually consistent."""
    policies = {
        f"aws_iam_role_policy.{name}"
        for name in pipeline["terraform"]["resource"]["aws_iam_role_policy"]
        if not name.startswith("endpoint-execution")
    }
    assert policies <= set(pipeline["depends_on"])


def test_planning_changes_nothing_but_the_lock_and_its_own_part_of_the_ledger(
    pipeline: dict[str, Any], names: Names, allowed_in: Any
) -> None:
    allowed = allowed_in(pipeline["terraform"], names.role("qa-plan"))
    state = f"arn:aws:s3:::{names.state_bucket}/{names.state_key('movielens-qa')}"
    written = {a: r for a, r in allowed.items() if a in ("s3:PutObject", "s3:DeleteObject")}
    artifacts = f"arn:aws:s3:::{names.artifacts_bucket}/*"
    ledger = f"arn:aws:s3:::{names.ledger_bucket}/qa-plan/*"
    assert set(written["s3:PutObject"]) == {f"{state}.tflock", artifacts, ledger}
    assert written["s3:DeleteObject"] == [f"{state}.tflock"]
    changing = ("Create", "Update", "Delete", "Put", "Add", "Pass")
    services = ("sagemaker:", "cloudwatch:", "iam:")
    assert [a for a in allowed if a.startswith(services) and a.partition(":")[2].startswith(changing)] == []


def test_a_deployment_reaches_its_own_environment_alone(
    pipeline: dict[str, Any], names: Names, allowed_in: Any
) -> None:
    allowed = allowed_in(pipeline["terraform"], names.role("qa-deploy"))
    sagemaker = {r for a, on in allowed.items() if a.startswith("sagemaker:") for r in on}
    assert sagemaker
    assert all(resource.partition("/")[2].startswith("mlops-movielens-qa") for resource in sagemaker)
    updated = {
        resource.partition("/")[0].rpartition(":")[2] for resource in allowed["sagemaker:UpdateEndpoint"]
    }
    assert updated == {"endpoint", "endpoint-config"}
    assert allowed["iam:PassRole"] == [names.role_arn("endpoint-execution")]


def test_a_gate_asks_its_own_endpoint_alone(pipeline: dict[str, Any], names: Names, allowed_in: Any) -> None:
    allowed = allowed_in(pipeline["terraform"], names.role("prod-test"))
    endpoint = names.arn("sagemaker", f"endpoint/{names.endpoint('prod')}")
    assert allowed["sagemaker:InvokeEndpoint"] == [endpoint]
    assert not any(action.startswith(("sagemaker:Create", "sagemaker:Update", "iam:")) for action in allowed)


def test_a_review_reads_the_ledger_and_adds_to_its_own_part_of_it(
    pipeline: dict[str, Any], names: Names, allowed_in: Any
) -> None:
    allowed = allowed_in(pipeline["terraform"], names.role("prod-review"))
    assert {action.partition(":")[0] for action in allowed} == {"kms", "logs", "s3"}
    ledger, artifacts = f"arn:aws:s3:::{names.ledger_bucket}", f"arn:aws:s3:::{names.artifacts_bucket}/*"
    assert set(allowed["s3:PutObject"]) == {artifacts, f"{ledger}/prod-review/*"}
    read = {f"{ledger}/{step}/*" for step in STEPS}
    library = f"arn:aws:s3:::{names.models_bucket}/library/*"
    assert set(allowed["s3:GetObject"]) == {artifacts, library, *read}


def test_the_deployment_and_the_gate_of_prod_alone_take_on_the_role_of_the_way_back(
    pipeline: dict[str, Any], names: Names, allowed_in: Any
) -> None:
    roles = pipeline["terraform"]["resource"]["aws_iam_role"]
    named = {block["name"]: f"${{aws_iam_role.{key}.arn}}" for key, block in roles.items()}
    documents = pipeline["terraform"]["data"]["aws_iam_policy_document"]
    (trust,) = (
        block["statement"] for key, block in documents.items() if key.startswith("prod-restore_trust")
    )
    ((principal,),) = [statement["principals"] for statement in trust]
    builds = [names.role(step) for step in ("prod-deploy", "prod-test")]
    assert principal == {"type": "AWS", "identifiers": [named[name] for name in builds]}
    taking = [name for name in named if "sts:AssumeRole" in allowed_in(pipeline["terraform"], name)]
    assert sorted(taking) == builds
    for name in builds:
        allowed = allowed_in(pipeline["terraform"], name)
        assert allowed["sts:AssumeRole"] == [names.role_arn("prod-restore")]


def test_the_builds_of_prod_alone_are_told_of_the_way_back_and_have_the_time_for_it(
    pipeline: dict[str, Any], names: Names
) -> None:
    blocks = pipeline["terraform"]["resource"]["aws_codebuild_project"].values()
    told = {
        block["name"]: {item["name"]: item["value"] for item in block["environment"]["environment_variable"]}
        for block in blocks
    }
    restoring = [name for name, variables in told.items() if "RESTORE_ROLE_ARN" in variables]
    assert sorted(restoring) == [names.build("prod-deploy"), names.build("prod-test")]
    for step in ("deploy", "test"):
        variables = told[names.build(f"prod-{step}")]
        assert variables["RESTORE_ROLE_ARN"] == names.role_arn("prod-restore")
        assert {"TERRAFORM_VERSION", "TERRAFORM_SHA256"} <= set(variables)
        qa, prod = (project(pipeline, names.build(f"{each}-{step}")) for each in ("qa", "prod"))
        assert prod["build_timeout"] == qa["build_timeout"] + 130


def test_the_way_back_deploys_and_asks_prod_and_adds_to_its_part_of_the_ledger_alone(
    pipeline: dict[str, Any], names: Names, allowed_in: Any
) -> None:
    allowed, deploy, gate = (
        allowed_in(pipeline["terraform"], names.role(f"prod-{part}"))
        for part in ("restore", "deploy", "test")
    )
    ledger = f"arn:aws:s3:::{names.ledger_bucket}"
    written = [resource for resource in allowed["s3:PutObject"] if resource.startswith(ledger)]
    assert written == [f"{ledger}/prod-plan/*", f"{ledger}/prod-test/*"]
    read = [resource for resource in allowed["s3:GetObject"] if resource.startswith(ledger)]
    assert sorted(read) == [f"{ledger}/prod-plan/*", f"{ledger}/prod-test/*", f"{ledger}/train/*"]
    assert "s3:DeleteObject" in allowed
    assert not any(resource.startswith(ledger) for resource in allowed["s3:DeleteObject"])
    services = ("sagemaker:", "cloudwatch:", "iam:")
    for action, resources in allowed.items():
        if action.startswith(services):
            assert set(resources) <= {*deploy.get(action, ()), *gate.get(action, ())}
    assert not any(names.artifacts_bucket in resource for on in allowed.values() for resource in on)


def test_synthesizing_needs_nothing_but_artifacts_and_a_log(
    pipeline: dict[str, Any], names: Names, allowed_in: Any
) -> None:
    allowed = allowed_in(pipeline["terraform"], names.role("synth"))
    assert {action.partition(":")[0] for action in allowed} == {"kms", "logs", "s3"}
