"""The README's example runs, and its picture and tables show what there is."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

import mlops.constructs
import mlops.stacks
from tests.docs.pages import PAGES, ROOT, blocks

README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The stack that the README's example synthesizes."""
    folder = tmp_path_factory.mktemp("readme")
    [example] = blocks(README, "python")
    environment = {**os.environ, "CDKTF_OUTDIR": str(folder)}
    run = subprocess.run(
        [sys.executable, "-c", example], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    [written] = folder.glob("stacks/*/cdk.tf.json")
    return json.loads(written.read_text())


def test_the_example_synthesizes_a_bucket_and_an_alarm_on_an_endpoint_of_another_stack(stack: Any) -> None:
    assert {"aws_s3_bucket", "aws_kms_key"} <= stack["resource"].keys()
    assert "aws_sagemaker_endpoint" not in stack["resource"]
    [alarm] = stack["resource"]["aws_cloudwatch_metric_alarm"].values()
    assert alarm["dimensions"]["EndpointName"] == "mlops-movielens-prod"


def test_the_examples_role_may_do_what_was_granted_and_no_more(stack: Any) -> None:
    documents = stack["data"]["aws_iam_policy_document"]
    [policy] = [document for key, document in documents.items() if key.startswith("reporter_document")]
    actions = {action for statement in policy["statement"] for action in statement["actions"]}
    assert actions == {
        "sagemaker:InvokeEndpoint",
        "s3:AbortMultipartUpload",
        "s3:PutObject",
        "kms:Decrypt",
        "kms:GenerateDataKey",
    }


def test_the_table_has_every_public_construct_and_no_other() -> None:
    rows = TEXT.partition("| construct | makes |")[2].partition("\n\n")[0]
    named = {name for row in rows.strip().splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    # A construct's configuration is told with it.
    configs = {f"{name}Config" for name in mlops.constructs.__all__}
    assert set(mlops.constructs.__all__) - configs <= named
    assert named <= {*mlops.constructs.__all__, *mlops.stacks.__all__}


def test_the_picture_shows_every_action_of_the_pipeline() -> None:
    picture = html.unescape((ROOT / "docs" / "demo.svg").read_text(encoding="utf-8")).replace("\xa0", " ")
    resources = json.loads((ROOT / "tests/snapshots/movielens-pipeline.json").read_text())["resource"]
    [pipeline] = resources["aws_codepipeline"].values()
    for stage in pipeline["stage"]:
        for action in stage["action"]:
            assert f" {action['name']} " in picture
        assert f" {stage['name']} " in picture
    assert "PROD serves the new release" in picture


def test_every_page_is_linked_from_the_readme() -> None:
    pages = {str(page.relative_to(ROOT)) for page in PAGES if page != README}
    linked = {target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", TEXT)}
    assert pages <= linked
