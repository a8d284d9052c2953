"""Objects in S3 on their way to and from a container's folders."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local_aws.s3_location import S3Location


class DataError(Exception):
    """Data in S3 that a job or a model names and that cannot be had."""


@dataclass(frozen=True)
class Source:
    """An object and the path that it gets below a channel's folder."""

    bucket: str
    key: str
    path: str


def under_prefix(client: Any, uri: str) -> list[Source]:
    """The objects whose keys start with the location's key.

    Their paths are relative to the folder that the key names, or else to the folder that it is in.

    Raises:
        DataError: there are none, or the bucket does not exist.
    """
    try:
        location = S3Location.parse(uri)
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=location.bucket, Prefix=location.key)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    except ValueError as error:
        raise DataError(str(error)) from error
    except ClientError as error:
        raise DataError(f"{uri}: {error.response['Error']['Message']}") from error
    keys = [key for key in keys if not key.endswith("/")]
    if not keys:
        raise DataError(f"No S3 objects found under S3 URL {uri!r}")
    return [Source(location.bucket, key, _relative(key, location.key)) for key in keys]


def _relative(key: str, prefix: str) -> str:
    folder = prefix if prefix.endswith("/") or not prefix else f"{prefix}/"
    if key.startswith(folder):
        return key[len(folder) :]
    return key[prefix.rfind("/") + 1 :]


def in_manifest(client: Any, uri: str) -> list[Source]:
    """The objects of a manifest, ``[{"prefix": "s3://bucket/folder/"}, "file", ...]``.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html

    Raises:
        DataError: the manifest is missing or malformed.
    """
    try:
        location = S3Location.parse(uri)
        body = client.get_object(Bucket=location.bucket, Key=location.key)["Body"].read()
        head, *names = json.loads(body)
        prefix = S3Location.parse(head["prefix"])
        if not names or not all(isinstance(name, str) for name in names):
            raise ValueError("it names no file")
    except ClientError as error:
        raise DataError(f"manifest {uri}: {error.response['Error']['Message']}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(
            f'manifest {uri} is not of the form [{{"prefix": "s3://..."}}, "file"]: {error}'
        ) from error
    return [Source(prefix.bucket, prefix.key + name, name) for name in names]


def download(client: Any, sources: Iterable[Source], folder: Path) -> None:
    """Fetch objects into a folder.

    Raises:
        DataError: an object is missing, or its path would leave the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for source in sources:
        target = (folder / source.path).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise DataError(f"s3://{source.bucket}/{source.key} would be written outside of {folder.name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            client.download_file(source.bucket, source.key, str(target))
        except ClientError as error:
            reason = error.response["Error"]["Message"]
            raise DataError(f"s3://{source.bucket}/{source.key}: {reason}") from error


def unpack(client: Any, uri: str, folder: Path) -> None:
    """Fetch a ``model.tar.gz`` and unpack it into a folder.

    Raises:
        DataError: it is missing, or not a gzipped tar file that stays within the folder.
    """
    try:
        location = S3Location.parse(uri)
    except ValueError as error:
        raise DataError(str(error)) from error
    archive = folder.with_name("model.tar.gz")
    download(client, [Source(location.bucket, location.key, archive.name)], archive.parent)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise DataError(f"{uri} is not a model.tar.gz: {error}") from error
    finally:
        archive.unlink()


def pack(client: Any, folder: Path, uri: str, kms_key: str | None) -> None:
    """Upload a folder's content as a gzipped tar file.

    Raises:
        DataError: S3 refuses it.
    """
    archive = folder.with_name(f"{folder.name}.tar.gz")
    with tarfile.open(archive, "w:gz") as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, path.name)
    location = S3Location.parse(uri)
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
    try:
        client.upload_file(str(archive), location.bucket, location.key, ExtraArgs=encryption)
    except Exception as error:  # boto3 wraps what S3 says in an exception of its transfer manager
        raise DataError(f"{uri}: {error}") from error
    finally:
        archive.unlink()
