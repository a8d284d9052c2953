"""Train and serve a scikit-learn script by version 2 of the SDK; the argument is its ``metric``."""

import sys
from pathlib import Path

import numpy as np
from sagemaker.session import Session
from sagemaker.sklearn import SKLearn

session = Session()
Path("rows.csv").write_text("0,0,0\n0,1,0\n5,5,1\n5,6,1\n")
train = session.upload_data("rows.csv", key_prefix="scikit-learn")
estimator = SKLearn(
    entry_point="train.py",
    source_dir=str(Path(__file__).parent / "scripts/scikit_learn"),
    role="arn:aws:iam::123456789012:role/sagemaker",
    instance_type="ml.m5.large",
    framework_version="1.2-1",
    hyperparameters={"metric": sys.argv[1]},
    metric_definitions=[{"Name": "accuracy", "Regex": "accuracy=(.*?);"}],
)
estimator.fit({"train": train})
predictor = estimator.deploy(initial_instance_count=1, instance_type="ml.m5.large")
print("bucket", session.default_bucket())
print("predicted", predictor.predict(np.array([[0, 0], [5, 5]])).tolist())
predictor.delete_model()
predictor.delete_endpoint()
