"""A training job's input channels.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Channel.html
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from local_aws.hooks import Params
from local_aws.sagemaker.objects import DataError, Source, download, in_manifest, under_prefix

_LIST = {"S3Prefix": under_prefix, "ManifestFile": in_manifest}
_AS_FILES = ("File", "FastFile")


def input_config(request: Params) -> dict[str, Params]:
    """``inputdataconfig.json``: how each channel reaches the container."""
    return {
        channel["ChannelName"]: {
            "TrainingInputMode": _mode(request, channel),
            "S3DistributionType": _source(channel).get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
            **({"ContentType": channel["ContentType"]} if "ContentType" in channel else {}),
        }
        for channel in request.get("InputDataConfig") or []
    }


def check(client: Any, request: Params) -> None:
    """Look for the data of every channel that names a prefix, as CreateTrainingJob does.

    Raises:
        DataError: naming the first prefix without an object.
    """
    for channel in request.get("InputDataConfig") or []:
        if _source(channel).get("S3DataType") == "S3Prefix":
            under_prefix(client, _source(channel)["S3Uri"])


def download_channels(client: Any, request: Params, folders: list[Path]) -> None:
    """Fetch every channel into ``<folder>/<channel>`` for each host's folder.

    With ShardedByS3Key a host gets every n-th object, as on n instances.

    Raises:
        DataError: data is missing, or of a kind that is not read here.
    """
    for channel in request.get("InputDataConfig") or []:
        name, source = channel["ChannelName"], _source(channel)
        sources = _sources(client, request, channel, source)
        sharded = source.get("S3DataDistributionType") == "ShardedByS3Key"
        for host, folder in enumerate(folders):
            download(client, sources[host :: len(folders)] if sharded else sources, folder / name)


def _sources(client: Any, request: Params, channel: Params, source: Params) -> list[Source]:
    name = channel["ChannelName"]
    if source.get("S3DataType") not in _LIST:
        raise DataError(f"channel {name}: the local AWS reads S3DataSource of {' and '.join(_LIST)} only")
    if _mode(request, channel) not in _AS_FILES:
        raise DataError(f"channel {name}: the local AWS has the input modes {' and '.join(_AS_FILES)} only")
    if channel.get("CompressionType", "None") != "None":
        raise DataError(f"channel {name}: the local AWS does not decompress; use CompressionType None")
    return _LIST[source["S3DataType"]](client, source["S3Uri"])


def _source(channel: Params) -> Params:
    return dict(channel["DataSource"].get("S3DataSource") or {})


def _mode(request: Params, channel: Params) -> str:
    return str(channel.get("InputMode") or request["AlgorithmSpecification"].get("TrainingInputMode", "File"))
