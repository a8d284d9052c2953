"""What an ML instance type tells about itself."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

MlInstance = Annotated[str, Field(pattern=r"^ml\.[a-z0-9-]+\.[a-z0-9]+$")]

# Families with an NVMe instance store: a `d` after the generation, and those that have one without saying so.
_INSTANCE_STORE = re.compile(
    r"^ml\.(?:[a-z]+\d+[a-z]*d[a-z]*|g[56][a-z]*|gr6[a-z]*|p[45][a-z]*|trn\d[a-z]*|i\d[a-z]*)\."
)


def has_instance_store(instance_type: str) -> bool:
    """Whether an ``ml.*`` type stores data on its own NVMe disks, for which no KMS key may be given.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html#sagemaker-Type-ResourceConfig-VolumeKmsKeyId
    """
    return _INSTANCE_STORE.match(instance_type) is not None
