"""An XGBoost script from training to predictions, with AWS's own toolkits and the container's defaults."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import BUCKET, Serve, Train, channel

IMAGE = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.0-5"

pytestmark = pytest.mark.timeout(900)

# The label is the first feature where that is known, else 7. The script travels with the model.
SCRIPT = """
import argparse, os, shutil
from pathlib import Path
import pandas, xgboost

def model_fn(model_dir):
    booster = xgboost.Booster()
    booster.load_model(os.path.join(model_dir, "model.ubj"))
    return booster

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--num_round", type=int)
    given = parser.parse_args()
    data = pandas.read_csv(os.environ["SM_CHANNEL_TRAIN"] + "/rows.csv", header=None)
    rows = xgboost.DMatrix(data[[1, 2]], data[0])
    parameters = {"learning_rate": 1, "reg_lambda": 0, "min_child_weight": 0, "base_score": 0}
    folder = Path(os.environ["SM_MODEL_DIR"])
    xgboost.train(parameters, rows, given.num_round).save_model(folder / "model.ubj")
    (folder / "code").mkdir()
    shutil.copy(__file__, folder / "code/inference.py")
"""
ROWS = "\n".join(
    f"{label},{feature},{other}" for other in (0, 1) for label, feature in [(0, 0), (1, 1), (7, "")]
)


@pytest.fixture(scope="module")
def endpoint(s3: Any, train_script: Train, serve: Serve) -> str:
    s3.put_object(Bucket=BUCKET, Key="rows/rows.csv", Body=ROWS.encode())
    data = channel(f"s3://{BUCKET}/rows/")
    job = train_script("boosted", IMAGE, SCRIPT, hyperparameters={"num_round": 3}, InputDataConfig=[data])
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    described = serve("boosted", IMAGE, job["ModelArtifacts"]["S3ModelArtifacts"])
    assert described["EndpointStatus"] == "InService", described.get("FailureReason")
    return "boosted"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"0,1\n1,0\n,1\n", "text/csv"),
        (b"0;1\n1;0\n;1", "text/csv; charset=utf-8"),
        (b"0 0:0 1:1\n0 0:1 1:0\n0 1:1\n", "text/libsvm"),
        (b"0 0:0 1:1\n0 0:1 1:0\n0 1:1\n", "text/x-libsvm"),
    ],
    ids=["CSV", "semicolons", "libsvm", "libsvm's other name"],
)
def test_rows_are_predicted_without_an_input_fn(
    endpoint: str, invoke: Callable[..., Any], body: bytes, content_type: str
) -> None:
    reply = invoke(endpoint, body, ContentType=content_type)
    assert reply["ContentType"] == "application/json"
    assert json.loads(reply["Body"]) == pytest.approx([0, 1, 7], abs=1e-5)


def test_the_reply_is_csv_where_that_is_accepted(endpoint: str, invoke: Callable[..., Any]) -> None:
    reply = invoke(endpoint, b"0,1\n1,0", ContentType="text/csv", Accept="text/csv")
    assert [float(line) for line in reply["Body"].split()] == pytest.approx([0, 1], abs=1e-5)


def test_json_is_refused_as_the_container_does(endpoint: str, invoke: Callable[..., Any]) -> None:
    with pytest.raises(ClientError) as refused:
        invoke(endpoint, b"[[0, 1]]", ContentType="application/json")
    assert "application/json is not supported" in refused.value.response["OriginalMessage"]
