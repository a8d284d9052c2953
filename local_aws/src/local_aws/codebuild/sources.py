"""Where a build's files come from: zips in S3, unpacked into folders."""

from __future__ import annotations

import os
import stat
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local_aws.codebuild.job import S3Object
from local_aws.codebuild.phase import PhaseError


def fetch(s3: Any, source: S3Object, folder: Path, version: str = "") -> None:
    """Put an S3 source into a folder: a zip unpacked, a prefix ending in ``/`` file by file.

    Raises:
        PhaseError: it is not there or not a zip.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if source.key.endswith("/"):
        _fetch_prefix(s3, source, folder)
        return
    extra = {"VersionId": version} if version else {}
    with tempfile.TemporaryFile() as file:
        try:
            s3.download_fileobj(source.bucket, source.key, file, ExtraArgs=extra)
            unpack(file, folder)
        except ClientError as error:
            raise PhaseError("CLIENT_ERROR", f"{error} for the source {source.arn}") from error
        except zipfile.BadZipFile as error:
            raise PhaseError("CLIENT_ERROR", f"The source {source.arn} is not a zip file") from error


def _fetch_prefix(s3: Any, source: S3Object, folder: Path) -> None:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=source.bucket, Prefix=source.key)
    try:
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    except ClientError as error:
        raise PhaseError("CLIENT_ERROR", f"{error} for the source {source.arn}") from error
    for key in keys:
        target = (folder / key.removeprefix(source.key)).resolve()
        if key.endswith("/") or not target.is_relative_to(folder.resolve()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(source.bucket, key, str(target))


def unpack(file: Any, folder: Path) -> None:
    """Unpack a zip with its file modes and symbolic links; a link that leads outside is left out."""
    root = folder.resolve()
    with zipfile.ZipFile(file) as archive:
        for item in archive.infolist():
            mode = item.external_attr >> 16
            if stat.S_ISLNK(mode):
                _link(root, root / item.filename, archive.read(item).decode(errors="surrogateescape"))
                continue
            path = Path(archive.extract(item, root))
            if mode and not item.is_dir():
                path.chmod(stat.S_IMODE(mode) | stat.S_IRUSR | stat.S_IWUSR)


def _link(root: Path, path: Path, target: str) -> None:
    inside = Path(os.path.normpath(path.parent / target))
    if not inside.is_relative_to(root) or not path.parent.resolve().is_relative_to(root):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)
