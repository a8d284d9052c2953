"""One training job's run: data in, processes, model out."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from local_aws.account_region import AccountRegion
from local_aws.hooks import Params
from local_aws.images.image import Image, Metric
from local_aws.log_stream import LogStream
from local_aws.runtime import Runtime
from local_aws.sagemaker import opt_ml
from local_aws.sagemaker.channels import download_channels, input_config
from local_aws.sagemaker.container_process import ContainerProcess, StartError
from local_aws.sagemaker.failure_reason import failure_reason
from local_aws.sagemaker.image_environments import InstallError
from local_aws.sagemaker.interpreters import Interpreter, prepare
from local_aws.sagemaker.job_status import JobStatus
from local_aws.sagemaker.objects import DataError, pack

LOG_GROUP = "/aws/sagemaker/TrainingJobs"

_POLL_SECONDS = 0.1
_STOP_SECONDS = 10.0
_DEFAULT_MAX_RUNTIME = 86_400


class TrainingRun:
    """Runs a job that moto has stored; ``request`` is what CreateTrainingJob was called with.

    An image that is not distributed trains in one process on the data of all instances together.
    """

    def __init__(
        self,
        runtime: Runtime,
        account_region: AccountRegion,
        image: Image,
        request: Params,
        arn: str,
        status: JobStatus,
        metrics: tuple[Metric, ...],
    ) -> None:
        self._runtime = runtime
        self._place = account_region
        self._image = image
        self._request = request
        self._arn = arn
        self._status = status
        self._metrics = [(metric.name, re.compile(metric.regex)) for metric in metrics]
        self._stopped = threading.Event()
        self._started = int(time.time())
        self._folder = _folder(runtime, account_region, request["TrainingJobName"])
        count = request["ResourceConfig"].get("InstanceCount", 1) if image.distributed else 1
        # SageMaker's own toolkits look their host up: a single one must have a name that resolves.
        self._hosts = [f"algo-{number}" for number in range(1, count + 1)] if count > 1 else ["localhost"]

    def stop(self) -> None:
        """Ask the job to stop."""
        self._stopped.set()

    def run(self) -> None:
        """From Starting to a final status."""
        try:
            self._status.move("Downloading")
            self._prepare()
            interpreter = self._interpreter()
            secondary = self._train(interpreter) if not self._stopped.is_set() else "Stopped"
            if secondary != "Failed" and not self._runtime.stopping.is_set():
                self._upload()
                self._status.move(secondary)
        except DataError as error:
            self._status.fail(f"ClientError: Data download failed: {error}")
        except (InstallError, StartError) as error:
            self._status.fail(f"ClientError: {error}")

    def _bases(self) -> list[Path]:
        return [self._folder / f"algo-{number}" for number in range(1, len(self._hosts) + 1)]

    def _prepare(self) -> None:
        """Every host's folders: data and configuration."""
        shutil.rmtree(self._folder, ignore_errors=True)
        client = self._runtime.client("s3", self._place)
        for base, host in zip(self._bases(), self._hosts, strict=True):
            for folder in ("input/config", "input/data", "model", "output/data", "code", "checkpoints"):
                (base / folder).mkdir(parents=True)
            config = {
                "hyperparameters": opt_ml.hyperparameters(self._request.get("HyperParameters") or {}, base),
                "inputdataconfig": input_config(self._request),
                "resourceconfig": self._resource_config(host),
            }
            for name, content in config.items():
                path = base / "input/config" / f"{name}.json"
                path.write_text(json.dumps(content), encoding="utf-8")
        download_channels(client, self._request, [base / "input/data" for base in self._bases()])
        for base in self._bases():
            opt_ml.relocate_drivers(base)

    def _resource_config(self, host: str) -> Params:
        """https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html"""
        instance_type = self._request["ResourceConfig"].get("InstanceType", "local")
        group = {
            "instance_group_name": "homogeneousCluster",
            "instance_type": instance_type,
            "hosts": self._hosts,
        }
        return {
            "current_host": host,
            "current_instance_type": instance_type,
            "current_group_name": group["instance_group_name"],
            "hosts": self._hosts,
            "instance_groups": [group],
            "network_interface_name": "lo",
        }

    def _interpreter(self) -> Interpreter:
        """What the processes run on; the job's log tells of its installation."""
        folder, log = self._folder / "environment", self._log(1)
        try:
            return prepare(self._runtime, self._image, folder, log.put)
        finally:
            log.close()

    def _warn(self, message: str) -> None:
        log = self._log(1)
        log.put(message)
        log.close()

    def _log(self, number: int) -> LogStream:
        name = f"{self._request['TrainingJobName']}/algo-{number}-{self._started}"
        return LogStream(self._runtime.client("logs", self._place), LOG_GROUP, name, self._runtime.stopping)

    def _train(self, interpreter: Interpreter) -> str:
        """Run the processes to their end; the secondary status that the job ends with."""
        self._status.move("Training")
        limit = self._request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", _DEFAULT_MAX_RUNTIME)
        deadline = time.monotonic() + limit
        processes: list[ContainerProcess] = []
        try:
            for number, base in enumerate(self._bases(), 1):
                processes.append(self._start(interpreter, number, base))
            while True:
                ended = [process.wait(_POLL_SECONDS) for process in processes]
                failed = [number for number, process in enumerate(processes) if process.exit_code]
                if failed and not self._stopped.is_set():
                    self._fail(self._bases()[failed[0]], processes[failed[0]])
                    return "Failed"
                if all(ended):
                    return "Stopped" if self._stopped.is_set() else "Completed"
                if time.monotonic() > deadline:
                    return "MaxRuntimeExceeded"
                if self._stopped.is_set() or self._runtime.stopping.is_set():
                    return "Stopped"
        finally:
            for process in processes:
                process.stop(_STOP_SECONDS)

    def _start(self, interpreter: Interpreter, number: int, base: Path) -> ContainerProcess:
        assert self._image.train is not None  # noqa: S101 - CreateTrainingJob has checked it
        environment = {
            "TRAINING_JOB_NAME": self._request["TrainingJobName"],
            "TRAINING_JOB_ARN": self._arn,
            **interpreter.variables,
            **(self._request.get("Environment") or {}),
        }
        return ContainerProcess(
            self._runtime,
            self._place,
            opt_ml.command(self._request, interpreter.arguments(self._image.train), base),
            base,
            self._image.folder or base,
            environment,
            self._log(number),
            self._measure,
        )

    def _measure(self, line: str) -> None:
        for name, pattern in self._metrics:
            if found := pattern.search(line):
                try:
                    self._status.measure(name, float(found.group(1)))
                except (ValueError, IndexError):
                    continue

    def _fail(self, base: Path, process: ContainerProcess) -> None:
        process.wait(_STOP_SECONDS)
        path = base / "output/failure"
        left = path.read_text(encoding="utf-8", errors="replace").strip() if path.is_file() else ""
        assert process.exit_code is not None  # noqa: S101 - it has failed
        self._status.fail(failure_reason(left, process.tail, process.exit_code))

    def _upload(self) -> None:
        self._status.move("Uploading")
        output = self._request["OutputDataConfig"]
        client = self._runtime.client("s3", self._place)
        prefix = f"{output['S3OutputPath'].rstrip('/')}/{self._request['TrainingJobName']}/output"
        model, data = self._bases()[0] / "model", self._bases()[0] / "output/data"
        for other in self._bases()[1:]:
            shutil.copytree(other / "model", model, dirs_exist_ok=True)
            shutil.copytree(other / "output/data", data, dirs_exist_ok=True)
        if not any(model.iterdir()):
            self._warn(f"Nothing was left in {model} (/opt/ml/model on AWS): the job has no model.")
        for folder, name in ((model, "model.tar.gz"), (data, "output.tar.gz")):
            if any(folder.iterdir()):
                pack(client, folder, f"{prefix}/{name}", output.get("KmsKeyId"))


def _folder(runtime: Runtime, account_region: AccountRegion, job: str) -> Path:
    """A folder of the job's own: another account or region may have a job of the same name."""
    return runtime.folder / "sagemaker/training" / account_region.account_id / account_region.region / job


def stored_model(request: Params) -> dict[str, Any]:
    """``ModelArtifacts`` of a job."""
    output = request["OutputDataConfig"]["S3OutputPath"].rstrip("/")
    return {"S3ModelArtifacts": f"{output}/{request['TrainingJobName']}/output/model.tar.gz"}
