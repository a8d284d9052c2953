"""The lines with which a person asks PROD's endpoint, in the AWS CLI's words."""

from __future__ import annotations

import sys
from pathlib import Path

from mlops.spec import Settings

_AWS = "<aws>"


def call(settings: Settings, folder: Path, programs: Path = Path(sys.executable).parent) -> str:
    """What asks the endpoint for the example's own sample request; the local AWS works in ``folder``.

    ``programs`` is where Python is, and perhaps the AWS CLI.
    """
    request = f"examples/{settings.example.name}/request.json"
    asking = _asynchronously if settings.example.endpoint.prod.asynchronous else _at_once
    aws = str(_short(programs / "aws")) if (programs / "aws").exists() else "aws"
    environment = f'  eval "$({_short(programs / "python")} -m local_aws env --folder {folder})"\n'
    return environment + asking(settings, settings.names.endpoint("prod"), request).replace(_AWS, aws)


def _at_once(_: Settings, endpoint: str, request: str) -> str:
    return (
        f"  {_AWS} sagemaker-runtime invoke-endpoint --endpoint-name {endpoint} \\\n"
        f"    --content-type application/json --body fileb://{request} /dev/stdout"
    )


def _asynchronously(settings: Settings, endpoint: str, request: str) -> str:
    names = settings.names_in("prod")
    inputs = f"s3://{names.models_bucket}/{names.asynchronous_folder('prod', 'inputs')}"
    return (
        f"  {_AWS} s3 cp --only-show-errors {request} {inputs}\n"
        f"  answer=$({_AWS} sagemaker-runtime invoke-endpoint-async \\\n"
        f"    --endpoint-name {endpoint} --content-type application/json \\\n"
        f"    --input-location {inputs}request.json --query OutputLocation --output text)\n"
        f"  until {_AWS} s3 ls $answer > /dev/null; do sleep 1; done\n"
        f"  {_AWS} s3 cp $answer -"
    )


def _short(path: Path) -> Path:
    """The path as one would type it here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
