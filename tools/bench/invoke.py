"""``python -m tools.bench.invoke``: InvokeEndpoint through the local AWS against the container's own answer.

Trains the iris example in TensorFlow's image, deploys the model and asks both in turn, so that a busy machine
slows both: boto3 through the local AWS, which runs in a process of its own as it does for a user, and a
second server of the same model over a kept connection. Both must predict the same, or there is no figure.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from examples.iris.fetch_data import flowers
from local_aws import background, state_file
from local_aws.runtime import Runtime
from local_aws.sagemaker.model_server import ModelServer
from local_aws.sagemaker.registry import Registry
from mlops.train.script_mode import pack
from training.iris.flowers import FLOWERS

ROOT = Path(__file__).parents[2]
REGISTRY = "763104351884.dkr.ecr.eu-west-1.amazonaws.com"
TRAINING = f"{REGISTRY}/tensorflow-training:2.21-cpu-py312"
INFERENCE = f"{REGISTRY}/tensorflow-inference:2.20-cpu"
ROLE = "arn:aws:iam::123456789012:role/bench"
NAME = "bench-invoke"
START_SECONDS, UNTIMED_CALLS = 300, 100


def train(runtime: Runtime) -> str:
    """Where the model is that the example's own script trains on all flowers."""
    s3, sagemaker = runtime.client("s3"), runtime.client("sagemaker")
    s3.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": runtime.region})
    labels = pl.col("species").replace_strict(FLOWERS.classes, range(len(FLOWERS.classes)))
    rows = flowers().with_columns(label=labels).drop("species").write_csv()
    s3.put_object(Bucket=NAME, Key="flowers/flowers.csv", Body=rows.encode())
    s3.put_object(Bucket=NAME, Key="sourcedir.tar.gz", Body=pack(ROOT / "training/iris/script"))
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{NAME}/flowers/"}
    sagemaker.create_training_job(
        TrainingJobName=NAME,
        RoleArn=ROLE,
        AlgorithmSpecification={"TrainingImage": TRAINING, "TrainingInputMode": "File"},
        HyperParameters={
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": f"s3://{NAME}/sourcedir.tar.gz",
            "epochs": "5",
        },
        InputDataConfig=[
            {"ChannelName": channel, "DataSource": {"S3DataSource": source}} for channel in ("train", "test")
        ],
        OutputDataConfig={"S3OutputPath": f"s3://{NAME}/models"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )
    waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 3600})
    return str(sagemaker.describe_training_job(TrainingJobName=NAME)["ModelArtifacts"]["S3ModelArtifacts"])


def deploy(runtime: Runtime, container: dict[str, str]) -> None:
    """Put the container behind an endpoint and wait for it."""
    sagemaker = runtime.client("sagemaker")
    sagemaker.create_model(ModelName=NAME, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    variant = {"VariantName": "A", "ModelName": NAME, "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(
        EndpointConfigName=NAME, ProductionVariants=[{**variant, "InitialInstanceCount": 1}]
    )
    sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
    waiter = sagemaker.get_waiter("endpoint_in_service")
    waiter.wait(EndpointName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": START_SECONDS})


def compare(runtime: Runtime, server: ModelServer, calls: int) -> tuple[list[float], list[float]]:
    """Seconds of each call through the local AWS, and of each to the server itself."""
    body = (ROOT / "examples/iris/request.json").read_bytes()
    client = runtime.client("sagemaker-runtime")
    json_type = "application/json"

    def through() -> Any:
        reply = client.invoke_endpoint(EndpointName=NAME, Body=body, ContentType=json_type)
        return json.loads(reply["Body"].read())

    def itself() -> Any:
        return json.loads(server.invoke(body, {"Content-Type": json_type}).body)

    if through() != itself():
        raise SystemExit("The two predict differently.")
    times = [(_seconds(through), _seconds(itself)) for _ in range(calls + UNTIMED_CALLS)][UNTIMED_CALLS:]
    return [pair[0] for pair in times], [pair[1] for pair in times]


def _seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _print(name: str, times: list[float]) -> float:
    """Print the percentiles of ``times``; returns the median."""
    cuts = [1000 * cut for cut in statistics.quantiles(times, n=20)]
    typer.echo(f"{name:21}  p50 {cuts[9]:6.2f} ms  p95 {cuts[18]:6.2f} ms")
    return cuts[9]


def main(calls: Annotated[int, typer.Option(min=20, help="how many times to ask each")] = 1000) -> None:
    """Print the percentiles of both, and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runtime = background.start(folder, ["--port", "0"], START_SECONDS).runtime(folder)
        try:
            container = {"Image": INFERENCE, "ModelDataUrl": train(runtime)}
            deploy(runtime, container)
            runtime.provide(Registry())
            log = (NAME, "server")
            server = ModelServer(runtime, runtime.account_region, container, folder / "server", log)
            server.wait_until_ready(START_SECONDS, threading.Event())
            through, itself = compare(runtime, server, calls)
        finally:
            runtime.stop()
            state_file.stop(folder, START_SECONDS)
    typer.echo(f"{calls} calls of each; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    slow, fast = _print("through the local AWS", through), _print("the container itself", itself)
    typer.echo(f"Ratio of the medians {slow / fast:.1f}")


if __name__ == "__main__":
    typer.run(main)
