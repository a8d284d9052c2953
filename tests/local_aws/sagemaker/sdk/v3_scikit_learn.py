"""Train and serve a scikit-learn script by version 3 of the SDK; the argument is its ``metric``."""

import sys
from pathlib import Path

from sagemaker.core import image_uris
from sagemaker.core.helper import IamRoleResolver
from sagemaker.serve import ModelBuilder
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, SourceCode

Path("rows.csv").write_text("0,0,0\n0,1,0\n5,5,1\n5,6,1\n")
role = IamRoleResolver().create_execution_role(role_type="training")
image = image_uris.retrieve("sklearn", "eu-west-1", version="1.2-1", py_version="py3")
source = SourceCode(source_dir=str(Path(__file__).parent / "scripts/scikit_learn"), entry_script="train.py")
trainer = ModelTrainer(
    training_image=image,
    role=role,
    source_code=source,
    compute=Compute(instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=1),
    hyperparameters={"metric": sys.argv[1]},
)
trainer.train([InputData(channel_name="train", data_source="rows.csv")])
job = trainer._latest_training_job
builder = ModelBuilder(
    image_uri=image,
    s3_model_data_url=job.model_artifacts.s3_model_artifacts,
    source_code=source,
    role_arn=role,
)
model = builder.build(model_name="v3")
endpoint = builder.deploy(endpoint_name="v3", instance_type="ml.m5.large", initial_instance_count=1)
reply = endpoint.invoke(body="[[0, 0], [5, 5]]", content_type="application/json", accept="application/json")
print("job", job.training_job_name)
print("predicted", reply.body.read().decode())
endpoint.delete()
model.delete()
