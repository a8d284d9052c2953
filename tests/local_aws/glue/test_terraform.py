"""A database, classifiers and a crawler kept by the real Terraform, then crawled and queried."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_aws.server import LocalAws
from mlops.toolchain import terraform_environment

NO_CHANGES = 0
STACK: dict[str, Any] = {
    "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0"}}},
    "provider": {"aws": {"region": "eu-west-1"}},
    "resource": {
        "aws_glue_catalog_database": {"this": {"name": "terraformed"}},
        "aws_glue_classifier": {
            "items": {
                "name": "items",
                "csv_classifier": {
                    "delimiter": "|",
                    "contains_header": "ABSENT",
                    "header": ["item_id", "title", "unknown"],
                    "serde": "LazySimpleSerDe",
                },
            }
        },
    },
}


def crawler(bucket: str) -> dict[str, Any]:
    return {
        "name": "terraformed",
        "role": "arn:aws:iam::123456789012:role/crawler",
        "database_name": "${aws_glue_catalog_database.this.name}",
        "classifiers": ["${aws_glue_classifier.items.name}"],
        "s3_target": {"path": f"s3://{bucket}/items/"},
        "schema_change_policy": {"delete_behavior": "LOG", "update_behavior": "UPDATE_IN_DATABASE"},
    }


def test_terraform_keeps_classifiers_and_their_crawler_fills_the_catalogue(
    aws: LocalAws,
    client: Callable[[str], Any],
    s3: Any,
    glue: Any,
    bucket: str,
    run_crawler: Callable[[str], dict[str, Any]],
    tmp_path: Path,
) -> None:
    environment = {**terraform_environment(), **aws.runtime.environment()}

    def terraform(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["terraform", *arguments, "-input=false", "-no-color"]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    s3.put_object(Bucket=bucket, Key="items/u.item", Body='1|Die "H" Xué|0\n2|"Till|1\n'.encode("latin-1"))
    resources: dict[str, Any] = {**STACK["resource"], "aws_glue_crawler": {"this": crawler(bucket)}}
    (tmp_path / "main.tf.json").write_text(json.dumps({**STACK, "resource": resources}))
    for command in (("init",), ("apply", "-auto-approve")):
        done = terraform(*command)
        assert done.returncode == 0, done.stderr
    assert run_crawler("terraformed")["LastCrawl"]["Status"] == "SUCCEEDED"

    athena = client("athena")
    query = athena.start_query_execution(
        QueryString="SELECT title FROM terraformed.items ORDER BY item_id",
        ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"},
    )["QueryExecutionId"]
    state = "QUEUED"
    while state in ("QUEUED", "RUNNING"):
        state = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"]
        time.sleep(0.02)
    rows = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
    assert [row["Data"][0]["VarCharValue"] for row in rows] == ["title", 'Die "H" Xué', '"Till']

    planned = terraform("plan", "-detailed-exitcode")
    assert planned.returncode == NO_CHANGES, planned.stdout
    destroyed = terraform("destroy", "-auto-approve")
    assert destroyed.returncode == 0, destroyed.stderr
    assert glue.get_classifiers()["Classifiers"] == []
