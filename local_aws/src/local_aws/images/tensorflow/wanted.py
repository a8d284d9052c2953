"""Which model a request asks for, by its custom attributes.

https://github.com/aws/sagemaker-tensorflow-serving-container#configurable-sagemaker-environment-variables
"""

from __future__ import annotations

import re
from collections.abc import Mapping

ATTRIBUTES = "x-amzn-sagemaker-custom-attributes"
_ATTRIBUTE = re.compile(r"(tfs-[a-z\-]+)=([^,]+)")


def wanted(headers: Mapping[str, str], default: str) -> tuple[str, str | None, str]:
    """The model's name, its version (None: the newest) and the method."""
    asked = dict(_ATTRIBUTE.findall(headers.get(ATTRIBUTES, "")))
    return (
        asked.get("tfs-model-name", default),
        asked.get("tfs-model-version"),
        asked.get("tfs-method", "predict"),
    )
