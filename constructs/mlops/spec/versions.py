"""Files that outlive the version of the library that wrote them: docs/compatibility.md."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, model_validator
from pydantic_core import PydanticCustomError

#: The type of the validation error of a file in a form that this version does not read.
UNREADABLE = "unreadable_schema_version"


class Versioned(BaseModel):
    """A file with a ``schema_version``, of which this version of the library reads OLDEST to NEWEST.

    Whatever else a newer file holds is not looked at: its version is the only thing that is wrong with it.
    """

    OLDEST: ClassVar[int] = 1
    NEWEST: ClassVar[int] = 1

    @model_validator(mode="before")
    @classmethod
    def _readable(cls, data: Any) -> Any:
        given = data.get("schema_version") if isinstance(data, dict) else None
        if isinstance(given, int) and not cls.OLDEST <= given <= cls.NEWEST:
            context = {"allowed": cls._versions(), "remedy": cls._remedy(given)}
            raise PydanticCustomError(UNREADABLE, "allowed: schema_version {allowed}. {remedy}", context)
        return data

    @classmethod
    def _versions(cls) -> str:
        return f"{cls.OLDEST}" if cls.OLDEST == cls.NEWEST else f"{cls.OLDEST} to {cls.NEWEST}"

    @classmethod
    def _remedy(cls, given: int) -> str:
        if given < cls.OLDEST:
            return "Write the file anew: this version of sagemaker-mlops-cdktf no longer reads it."
        return (
            "Upgrade sagemaker-mlops-cdktf, which is older than what wrote the file; "
            "what a pipeline's frozen steps run is upgraded by deploying its stack."
        )
