"""Whose account an access key belongs to."""

from __future__ import annotations

import re

from moto.iam.models import iam_backends
from moto.utilities.utils import PARTITION_NAMES


def account_of(access_key: str, default: str) -> str:
    """The account of an access key: of a user or an assumed role; any other key's is ``default``.

    Twelve digits are the key of that account itself, so that more than one can be used.
    """
    if re.fullmatch(r"\d{12}", access_key):
        return access_key
    for account_id, partitions in list(iam_backends.items()):
        if any(access_key in partitions[partition].access_keys for partition in PARTITION_NAMES):
            return account_id
    return default
