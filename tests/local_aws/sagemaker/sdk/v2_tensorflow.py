"""Train and serve a TensorFlow script by version 2 of the SDK."""

from pathlib import Path

from sagemaker.session import Session
from sagemaker.tensorflow import TensorFlow

session = Session()
Path("rows.csv").write_text("1,2,0\n0,1,0\n")
train = session.upload_data("rows.csv", key_prefix="tensorflow")
estimator = TensorFlow(
    entry_point="train.py",
    source_dir=str(Path(__file__).parent / "scripts/tensorflow"),
    role="arn:aws:iam::123456789012:role/sagemaker",
    instance_count=1,
    instance_type="ml.m5.large",
    framework_version="2.18",
    py_version="py310",
    hyperparameters={"scale": 10},
)
estimator.fit({"train": train})
predictor = estimator.deploy(initial_instance_count=1, instance_type="ml.m5.large")
print("predicted", predictor.predict({"instances": [[1, 0], [1, 1]]})["predictions"])
predictor.delete_model()
predictor.delete_endpoint()
