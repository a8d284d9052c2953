"""The lines with which a person asks PROD's endpoint, in the AWS CLI's words."""

from __future__ import annotations

from pathlib import Path

from mlops.spec import Settings


def call(settings: Settings, folder: Path) -> str:
    """What asks the endpoint for the example's own sample request; the local AWS works in ``folder``."""
    request = f"examples/{settings.example.name}/request.json"
    asking = _asynchronously if settings.example.endpoint.prod.asynchronous else _at_once
    environment = f'  eval "$(.venv/bin/python -m local_aws env --folder {folder})"\n'
    return environment + asking(settings, settings.names.endpoint("prod"), request)


def _at_once(_: Settings, endpoint: str, request: str) -> str:
    return (
        f"  .venv/bin/aws sagemaker-runtime invoke-endpoint --endpoint-name {endpoint} \\\n"
        f"    --content-type application/json --body fileb://{request} /dev/stdout"
    )


def _asynchronously(settings: Settings, endpoint: str, request: str) -> str:
    names = settings.names_in("prod")
    inputs = f"s3://{names.models_bucket}/{names.asynchronous_folder('prod', 'inputs')}"
    return (
        f"  .venv/bin/aws s3 cp --only-show-errors {request} {inputs}\n"
        "  answer=$(.venv/bin/aws sagemaker-runtime invoke-endpoint-async \\\n"
        f"    --endpoint-name {endpoint} --content-type application/json \\\n"
        f"    --input-location {inputs}request.json --query OutputLocation --output text)\n"
        "  until .venv/bin/aws s3 ls $answer > /dev/null; do sleep 1; done\n"
        "  .venv/bin/aws s3 cp $answer -"
    )
