"""A bucket listed while other calls delete from it: moto looks each key up again, and fails if it is gone.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.s3.utils import _VersionedKeyStore

from local_aws.hooks import Hooks
from local_aws.runtime import Runtime


def register(hooks: Hooks, runtime: Runtime) -> None:  # noqa: ARG001
    """Let every listing walk through one copy of the bucket's keys."""
    for method in (iterlists, items, values):
        setattr(_VersionedKeyStore, method.__name__, method)


def iterlists(store: _VersionedKeyStore) -> Iterator[tuple[str, list[Any]]]:
    """Each key with its versions, oldest first."""
    return ((key, list(versions)) for key, versions in dict.items(dict(store)))


def items(store: _VersionedKeyStore) -> Iterator[tuple[str, Any]]:
    """Each key with its latest version."""
    return ((key, versions[-1]) for key, versions in iterlists(store) if versions)


def values(store: _VersionedKeyStore) -> Iterator[Any]:
    """The latest version of each key."""
    return (version for _, version in items(store))
