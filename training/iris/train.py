"""Training data to a release: ``python -m training.iris.train``, after ``prepare``.

Runs ``script/train.py`` in AWS's TensorFlow image and writes ``release.json``, ``metrics.json`` and what the
script left, the training curves, to the output folder.
"""

from __future__ import annotations

from pathlib import Path

import boto3

from mlops.train.build import OUTPUT, Log, load_build, run
from mlops.train.framework_script import FrameworkImage, FrameworkScript, train_script
from mlops.train.prepared import PreparedData
from mlops.train.script_mode import download_output

# The newest that AWS offers of each; TensorFlow Serving reads what TensorFlow 2 of any version saved.
# https://aws.github.io/deep-learning-containers/reference/available_images/
SCRIPT = FrameworkScript(
    program=Path(__file__).parent / "script" / "train.py",
    training=FrameworkImage("tensorflow", "2.21.0", "py312"),
    serving=FrameworkImage("tensorflow", "2.20.0", "py312"),
    metrics=("train_log_loss", "train_accuracy", "test_log_loss", "test_accuracy"),
)
images = SCRIPT.images


def main() -> None:
    """Train the build that the environment describes."""
    build = load_build()
    release = train_script(build, PreparedData.load(), SCRIPT, Log())
    s3 = boto3.Session(region_name=build.region).client("s3")
    download_output(s3, release.model.model_data_url, OUTPUT)


if __name__ == "__main__":
    run(main)
