"""The settings with which the SageMaker SDK, version 2 or 3, stays on this machine.

Left to itself it asks the public STS for the account, at a host that it has built in, whatever
``AWS_ENDPOINT_URL`` says, to name its default bucket; and it tells AWS of each use.
https://sagemaker.readthedocs.io/en/stable/overview.html#configuring-and-using-defaults-with-the-sagemaker-python-sdk
"""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

from local_aws.account_region import AccountRegion

# An administrator's settings: a user's own file still has its say.
VARIABLE = "SAGEMAKER_ADMIN_CONFIG_OVERRIDE"


def write(folder: Path, account_region: AccountRegion) -> Path:
    """The file for an account and region, in the work folder; it is written once.

    Raises:
        OSError: the folder cannot be written.
    """
    path = folder.absolute() / "sagemaker/sdk" / f"{account_region.account_id}-{account_region.region}.yaml"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        session = {"DefaultS3Bucket": f"sagemaker-{account_region.region}-{account_region.account_id}"}
        modules = {"TelemetryOptOut": True, "Session": session}
        settings = {"SchemaVersion": "1.0", "SageMaker": {"PythonSDK": {"Modules": modules}}}
        part = path.with_suffix(f".{uuid4().hex}")
        part.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")  # YAML holds JSON
        part.replace(path)
    return path
