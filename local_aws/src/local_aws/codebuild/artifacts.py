"""What a build keeps: files found by patterns, packed and put into S3."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws.codebuild.buildspec import Artifact, Report
from local_aws.codebuild.job import S3Object
from local_aws.codebuild.phase import PhaseError


@dataclass(frozen=True)
class Packed:
    """A zip of artifact files beside the build, with its checksums."""

    path: Path
    sha256: str
    md5: str


def find(spec: Artifact | Report, source: Path) -> dict[str, Path]:
    """The files of an artifact by their name within it, in the order of the patterns.

    A pattern with ``*`` may match nothing as long as another one matches; a file that is named must
    be there. Files whose name starts with a dot count like others.

    Raises:
        PhaseError: the base directory, a named file or every file is missing.
    """
    base_pattern = _relative(spec.base_directory)
    found_bases = [source] if base_pattern == "." else sorted(source.glob(base_pattern))
    bases = [path for path in found_bases if path.is_dir()]
    if not bases:
        raise PhaseError("CLIENT_ERROR", f"no matching base directory path found for {spec.base_directory}")
    excluded = spec.exclude_paths if isinstance(spec, Artifact) else ()
    found: dict[str, Path] = {}
    for base in bases:
        unwanted = {path for pattern in excluded for path in _matches(base, pattern)}
        for pattern in spec.files:
            paths = list(_matches(base, pattern))
            if not paths and "*" not in pattern:
                raise PhaseError("CLIENT_ERROR", f"no matching artifact paths found: {pattern} is not there")
            for path in paths:
                if path not in unwanted:
                    discard = spec.discard_paths in ("yes", "true") or not path.is_relative_to(base)
                    found[path.name if discard else path.relative_to(base).as_posix()] = path
    if not found:
        patterns = ", ".join(spec.files)
        raise PhaseError("CLIENT_ERROR", f"no matching artifact paths found for {patterns}")
    return found


def pack(files: dict[str, Path], target: Path) -> Packed:
    """Zip files under their names; executable files stay so."""
    with zipfile.ZipFile(
        target, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False
    ) as archive:
        for name, path in files.items():
            archive.write(path, name)
    with target.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    return Packed(target, sha256, md5)


def upload(s3: Any, path: Path, target: S3Object, kms_key: str | None = None) -> None:
    """Put one file into S3, encrypted with the key where there is one."""
    extra = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else None
    s3.upload_file(str(path), target.bucket, target.key, ExtraArgs=extra)


def destination(project: dict[str, Any], name: str, build_uuid: str) -> S3Object:
    """Where an artifact of type S3 goes: ``path``, the build's id if asked for, then its name.

    Source: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectArtifacts.html
    """
    parts = [project.get("path", "").strip("/")]
    if project.get("namespaceType") == "BUILD_ID":
        parts.append(build_uuid)
    parts.append("" if name == "/" else name)
    return S3Object(project["location"], "/".join(part for part in parts if part))


def _matches(base: Path, pattern: str) -> Iterator[Path]:
    if Path(pattern).is_absolute():
        yield from ([Path(pattern)] if Path(pattern).is_file() else [])
        return
    pattern = _relative(pattern)
    if "*" not in pattern:
        path = Path(os.path.normpath(base / pattern))
        yield from ([path] if path.is_file() else [])
        return
    yield from sorted(path for path in base.glob(pattern) if path.is_file())


def _relative(pattern: str) -> str:
    return os.path.normpath(pattern).lstrip("/") or "."
