"""A stack's JSON as a snapshot keeps it."""

from __future__ import annotations

import re
from typing import Any

from mlops.builds.library import library_archive

# Relative to the output folder, which differs from run to run.
_DATA = re.compile(r"\$\{path\.module\}/[^\"]*?/examples/")


def normalised(value: Any) -> Any:
    """Without cdktf's comments, which repeat the identifiers, and without this run's folder; each statement
    of a policy on a line of its own, and texts of many lines left to their files."""
    if isinstance(value, dict):
        if "actions" in value and "effect" in value:
            return sentence(value)
        return {key: normalised(item) for key, item in value.items() if key != "//"}
    if isinstance(value, list):
        return [normalised(item) for item in value]
    if isinstance(value, str):
        if "\n" in value:
            return "(inline)"
        # Which library the builds run says a plan; a snapshot holds for any.
        library = library_archive()
        value = value.replace(library.sha256, "(digest of the library)")
        value = value.replace(library.name, "(archive of the library)")
        return _DATA.sub("${path.module}/../../../examples/", value)
    return value


def sentence(statement: Any) -> str:
    """``Allow Read: s3:GetObject on arn:… for Service … if StringEquals …``."""
    parts = [f"{statement['effect']} {statement.get('sid', '')}: {' '.join(statement['actions'])}"]
    parts += [f"on {' '.join(statement['resources'])}"] if "resources" in statement else []
    parts += [f"for {who['type']} {' '.join(who['identifiers'])}" for who in statement.get("principals", ())]
    parts += [
        f"if {condition['test']} {condition['variable']} {' '.join(condition['values'])}"
        for condition in statement.get("condition", ())
    ]
    return " ".join(parts)
