"""Train and serve a built-in algorithm by version 2 of the SDK."""

from pathlib import Path

import numpy as np
from sagemaker import image_uris
from sagemaker.amazon.common import write_numpy_to_dense_tensor
from sagemaker.deserializers import JSONDeserializer
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.serializers import JSONSerializer
from sagemaker.session import Session

session = Session()
rows = np.tile(np.eye(2, dtype="float32"), (500, 1))
with Path("rows.recordio").open("wb") as file:
    write_numpy_to_dense_tensor(file, rows, rows[:, 0])
estimator = Estimator(
    image_uris.retrieve("factorization-machines", session.boto_region_name),
    role="arn:aws:iam::123456789012:role/sagemaker",
    instance_count=1,
    instance_type="ml.m5.large",
    hyperparameters={
        "feature_dim": 2,
        "num_factors": 2,
        "predictor_type": "binary_classifier",
        "epochs": 200,
        "mini_batch_size": 100,
    },
)
data = session.upload_data("rows.recordio", key_prefix="estimator")
estimator.fit({"train": TrainingInput(data, content_type="application/x-recordio-protobuf")})
predictor = estimator.deploy(
    initial_instance_count=1,
    instance_type="ml.m5.large",
    serializer=JSONSerializer(),
    deserializer=JSONDeserializer(),
)
reply = predictor.predict({"instances": [{"features": [1, 0]}, {"features": [0, 1]}]})
print("predicted", [row["predicted_label"] for row in reply["predictions"]])
predictor.delete_model()
predictor.delete_endpoint()
