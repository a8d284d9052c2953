"""Training data: files that Terraform uploads, and the catalogue to query them through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cdktf import App, TerraformStack

from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig
from mlops.constructs.training_data import TrainingData, TrainingDataConfig
from mlops.constructs.training_data_access import TrainingDataAccess
from mlops.spec import InvalidInputError, Names, Table, TrainingFile

RATINGS = Table("ratings", "\t", ("user", "item", "rating"))


def config(names: Names, *tables: Table, key: str = "ratings/u.data") -> TrainingDataConfig:
    files = (TrainingFile(Path("raw/u.data"), key),)
    return TrainingDataConfig(names=names, files=files, fetch_command="make data", tables=tables)


def test_files_need_not_be_there_to_synthesize_and_paths_are_relative(names: Names, synth: Any) -> None:
    stack = synth(lambda stack: TrainingData(stack, "data", config(names)))
    path = "${path.module}/../../../raw/u.data"
    uploaded = stack.one("aws_s3_object", key="ratings/u.data")
    assert uploaded["source"] == path
    assert f'filemd5("{path}")' in uploaded["source_hash"]


def test_a_missing_file_is_told_with_the_command_that_fetches_it(names: Names, synth: Any) -> None:
    stack = synth(lambda stack: TrainingData(stack, "data", config(names)))
    [condition] = stack.one("aws_s3_object")["lifecycle"]["precondition"]
    assert condition["error_message"] == "u.data is not there yet. Run: make data"
    assert condition["condition"] == '${fileexists("${path.module}/../../../raw/u.data")}'


def test_paths_follow_the_output_folder(names: Names, tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path / "out"))
    stack = TerraformStack(app, "stack")
    files = (TrainingFile(tmp_path / "u.data", "u.data"),)
    TrainingData(stack, "data", TrainingDataConfig(names=names, files=files, fetch_command="make data"))
    [uploaded] = stack.to_terraform()["resource"]["aws_s3_object"].values()
    assert uploaded["source"] == "${path.module}/../../../u.data"


def test_without_tables_there_is_only_the_bucket_with_its_files(names: Names, synth: Any) -> None:
    stack = synth(lambda stack: TrainingData(stack, "data", config(names)))
    assert stack.one("aws_s3_bucket")["bucket"] == names.data_bucket
    assert not [kind for kind in stack.terraform["resource"] if kind.startswith(("aws_glue", "aws_athena"))]


def test_the_crawler_reads_each_table_with_its_columns_and_encrypts_its_log(names: Names, synth: Any) -> None:
    stack = synth(lambda stack: TrainingData(stack, "data", config(names, RATINGS)))
    crawler = stack.one("aws_glue_crawler")
    assert crawler["name"] == names.glue_crawler
    assert crawler["s3_target"] == [{"path": f"s3://{names.data_bucket}/ratings/"}]
    assert crawler["security_configuration"].startswith("${aws_glue_security_configuration.")
    columns = stack.one("aws_glue_classifier")["csv_classifier"]
    assert columns["header"] == ["user", "item", "rating"]
    assert (columns["delimiter"], columns["contains_header"]) == ("\t", "ABSENT")


def test_the_crawler_may_read_its_tables_and_write_its_own_database_only(names: Names, synth: Any) -> None:
    stack = synth(lambda stack: TrainingData(stack, "data", config(names, RATINGS)))
    allowed = stack.allowed(names.role("crawler"))
    assert allowed["s3:GetObject"] == [f"arn:aws:s3:::{names.data_bucket}/ratings/*"]
    assert "s3:PutObject" not in allowed
    assert allowed["glue:CreateTable"] == [
        "arn:aws:glue:eu-west-1:123456789012:catalog",
        "arn:aws:glue:eu-west-1:123456789012:database/mlops_movielens",
        "arn:aws:glue:eu-west-1:123456789012:table/mlops_movielens/*",
    ]


def test_query_results_are_encrypted_in_one_place_and_expire(names: Names, synth: Any) -> None:
    stack = synth(lambda stack: TrainingData(stack, "data", config(names, RATINGS)))
    workgroup = stack.one("aws_athena_workgroup")["configuration"]
    results = workgroup["result_configuration"]
    assert workgroup["enforce_workgroup_configuration"] is True
    assert results["output_location"] == f"s3://{names.data_bucket}/athena-results/"
    assert results["encryption_configuration"]["encryption_option"] == "SSE_KMS"
    assert "athena-results/" in [rule.get("prefix") for rule in stack.one("aws_s3_bucket")["lifecycle_rule"]]


def test_another_stack_grants_queries_without_a_reference_to_this_one(names: Names, synth: Any) -> None:
    def build(stack: TerraformStack) -> None:
        config = ServiceRoleConfig(
            name="train", service="codebuild.amazonaws.com", account_id=names.account_id, description="Trains"
        )
        role = ServiceRole(stack, "role", config)
        TrainingDataAccess(names).grant_query(role, ["ratings/"])

    allowed = synth(build).allowed("train")
    results = f"arn:aws:s3:::{names.data_bucket}/athena-results/*"
    assert allowed["s3:PutObject"] == [results]
    assert allowed["s3:GetObject"] == [f"arn:aws:s3:::{names.data_bucket}/ratings/*", results]
    assert allowed["athena:StartQueryExecution"] == [
        "arn:aws:athena:eu-west-1:123456789012:workgroup/mlops-movielens-athena"
    ]


def test_every_mistake_is_told_before_anything_is_made(names: Names, synth: Any) -> None:
    file = TrainingFile(Path("raw/u.data"), "ratings/u.data")
    tables = (Table("ratings", "\t", ("user", "user")), Table("users", "|", ("user",)))

    def build(stack: TerraformStack) -> None:
        with pytest.raises(InvalidInputError) as caught:
            TrainingData(
                stack,
                "data",
                TrainingDataConfig(names=names, files=(file, file), fetch_command="make data", tables=tables),
            )
        assert [problem.field for problem in caught.value.problems] == [
            "files",
            "tables.ratings.columns",
            "tables.users",
        ]

    assert "resource" not in synth(build).terraform
