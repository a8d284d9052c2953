"""What a wrong script, or a right one, tells in script mode: on the scikit-learn image, as on any other."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from local_aws import job_logs
from local_aws.server import LocalAws

from .conftest import BUCKET, Serve, Train, channel, put_archive, put_model

IMAGE = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3"

pytestmark = pytest.mark.timeout(900)

OUT_OF_MEMORY = """
import resource
print('loading')
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
everything = bytearray(2**32)
"""
KILLED = "import os\nprint('epoch 7')\nos.kill(os.getpid(), 9)"
KILLED_REASON = "epoch 7\nThe process was killed (SIGKILL), as it is when memory runs out."


@pytest.mark.parametrize(
    ("name", "script", "expected"),
    [
        ("raises", "class NoColumn(Exception): ...\nraise NoColumn('petal_width')", "NoColumn: petal_width"),
        ("misspelt", "import pandsa", "ModuleNotFoundError: No module named 'pandsa'"),
        ("exits", "import sys\nsys.exit('--epochs is missing')", "--epochs is missing"),
        ("out-of-memory", OUT_OF_MEMORY, "everything = bytearray(2**32)\n"),
        ("killed", KILLED, KILLED_REASON),
    ],
)
def test_a_failed_scripts_last_lines_are_the_reason(
    train_script: Train, name: str, script: str, expected: str
) -> None:
    job = train_script(name, IMAGE, script)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("AlgorithmError: ExecuteUserScriptError:")
    own, _, command = job["FailureReason"].partition('"\nCommand')
    assert expected in own
    assert "script.py" in command


@pytest.mark.parametrize(
    ("name", "hyperparameters", "expected"),
    [
        ("absent", {"sagemaker_program": "no_such.py"}, "no_such.py"),
        ("unnamed", {"sagemaker_program": None}, "sagemaker_program"),
    ],
    ids=["a script that is not in the archive", "no script at all"],
)
def test_a_script_that_is_not_there_is_told(
    train_script: Train, name: str, hyperparameters: dict[str, Any], expected: str
) -> None:
    job = train_script(name, IMAGE, "", hyperparameters=hyperparameters)
    assert job["TrainingJobStatus"] == "Failed"
    assert expected in job["FailureReason"]


def test_a_script_that_writes_elsewhere_is_told_by_its_endpoint(
    aws: LocalAws, train_script: Train, serve: Serve
) -> None:
    job = train_script("elsewhere", IMAGE, "print('saved to /tmp/elsewhere')")
    assert job["TrainingJobStatus"] == "Completed"
    assert any("/opt/ml/model" in line for line in job_logs.lines(aws.runtime, "elsewhere"))
    endpoint = serve("elsewhere", IMAGE, job["ModelArtifacts"]["S3ModelArtifacts"])
    assert endpoint["EndpointStatus"] == "Failed"
    assert "Training job elsewhere left nothing in /opt/ml/model" in endpoint["FailureReason"]
    assert "saved to /tmp/elsewhere" in endpoint["FailureReason"]


@pytest.mark.parametrize(
    ("name", "script", "expected"),
    [
        ("bare", "print('the script is loaded')", "Please provide a model_fn implementation"),
        ("no-file", "def model_fn(folder): return open(folder + '/model.pkl')", "/model/model.pkl'"),
        ("loads-too-much", f"def model_fn(_):\n    exec({KILLED!r})", KILLED_REASON.splitlines()[1]),
    ],
    ids=["no model_fn", "a model_fn that raises", "a model_fn that is killed"],
)
def test_a_script_that_cannot_load_the_model_is_told(
    s3: Any, serve: Serve, name: str, script: str, expected: str
) -> None:
    submitted = put_archive(s3, f"{name}/sourcedir.tar.gz", {"script.py": script})
    environment = {"SAGEMAKER_PROGRAM": "script.py", "SAGEMAKER_SUBMIT_DIRECTORY": submitted}
    endpoint = serve(name, IMAGE, put_model(s3, "model.joblib"), environment)
    assert endpoint["EndpointStatus"] == "Failed"
    assert expected in endpoint["FailureReason"]


def test_a_script_may_come_as_a_channel(s3: Any, train_script: Train) -> None:
    put_archive(s3, "code/sourcedir.tar.gz", {"script.py": "raise SystemExit('the script of the channel')"})
    code = {**channel(f"s3://{BUCKET}/code/"), "ChannelName": "code"}
    submitted = {"sagemaker_submit_directory": "/opt/ml/input/data/code/sourcedir.tar.gz"}
    job = train_script("isolated", IMAGE, "", hyperparameters=submitted, InputDataConfig=[code])
    assert "the script of the channel" in job["FailureReason"]


def test_a_scripts_own_requirements_stay_with_its_job(train_script: Train) -> None:
    wheel, name = io.BytesIO(), "only_here-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("only_here.py", "")
        info = "only_here-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: only-here\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    files: dict[str, bytes | str] = {"requirements.txt": f"./{name}\n", name: wheel.getvalue()}
    installed = train_script("own-packages", IMAGE, "import only_here", files=files)
    assert installed["TrainingJobStatus"] == "Completed", installed.get("FailureReason")
    other = train_script("others-packages", IMAGE, "import only_here")
    assert "No module named 'only_here'" in other["FailureReason"]
