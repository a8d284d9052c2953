"""The serving process of the test image: does what its environment says."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from local_aws.images.inference_server import Prediction, RequestError, serve

print("the probe starts", flush=True)
time.sleep(float(os.environ.get("PROBE_SLEEP", "0")))
if "PROBE_EXIT" in os.environ:
    print("the probe gives up", flush=True)
    sys.exit(int(os.environ["PROBE_EXIT"]))
model = {path.name: path.read_text() for path in (Path(os.environ["SAGEMAKER_BASE_DIR"]) / "model").glob("*")}


def predict(body: bytes, headers: Mapping[str, str]) -> Prediction:
    if body == b"refuse":
        raise RequestError(400, "The probe refuses.")
    if body == b"break":
        raise ValueError("the probe breaks")
    if body == b"die":
        os._exit(9)
    if body == b"who":
        who = {
            "model": model,
            "process": os.getpid(),
            "environment": dict(os.environ),
            "headers": dict(headers),
        }
        return Prediction(json.dumps(who).encode(), "application/json")
    if body.startswith(b"sleep "):
        time.sleep(float(body.split()[1]))
    return Prediction(body, headers["content-type"])


serve(predict)
