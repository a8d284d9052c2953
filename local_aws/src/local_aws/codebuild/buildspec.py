"""The buildspec: version 0.2 of the YAML that says what a build runs and keeps.

Source: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

PHASES = ("install", "pre_build", "build", "post_build")


class BuildspecError(Exception):
    """A buildspec that cannot be used; the message lists every problem in it, one a line."""


def _dashed(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _nothing(value: object) -> object:
    """An empty YAML value stands for the default, as ``commands:`` with nothing below it does."""
    return [] if value == "" else value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_dashed)


Strings = Annotated[tuple[str, ...], BeforeValidator(_nothing)]
VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
YesNo = Literal["yes", "no", "true", "false"]


class Environment(_Part):
    """``env``: what the commands find in their environment beside the project's own variables."""

    shell: Literal["bash", "sh", "/bin/sh"] = "bash"
    variables: dict[VariableName, str] = {}
    parameter_store: dict[VariableName, str] = {}
    secrets_manager: dict[VariableName, str] = {}
    exported_variables: Annotated[tuple[VariableName, ...], BeforeValidator(_nothing)] = ()
    git_credential_helper: YesNo = "no"


class Phase(_Part):
    """One phase: ``commands`` in order, then ``finally`` whatever came of them."""

    run_as: str | None = None
    on_failure: Literal["ABORT", "CONTINUE"] | None = None
    runtime_versions: dict[str, str] = {}
    commands: Strings = ()
    finally_: Strings = ()


class Phases(BaseModel):
    """``phases``: all four are optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    install: Phase = Phase()
    pre_build: Phase = Phase()
    build: Phase = Phase()
    post_build: Phase = Phase()


class Artifact(_Part):
    """Files to keep: glob patterns below ``base-directory``, itself below the source folder."""

    files: Annotated[Strings, Field(min_length=1)]
    name: str | None = None
    discard_paths: YesNo = "no"
    base_directory: str = "."
    exclude_paths: Strings = ()
    enable_symlinks: YesNo = "no"
    s3_prefix: str = ""


class Artifacts(Artifact):
    """``artifacts``: the primary one, and secondary ones by identifier."""

    files: Strings = ()
    secondary_artifacts: dict[str, Artifact] = {}


class Report(_Part):
    """Test results for a report group; JUnit XML is what this CodeBuild reads."""

    files: Annotated[Strings, Field(min_length=1)]
    base_directory: str = "."
    discard_paths: YesNo = "no"
    file_format: Literal["JUNITXML"] = "JUNITXML"


class Buildspec(_Part):
    """A whole buildspec; the keys that concern AWS's own machines are accepted and not used."""

    version: Literal["0.2"]
    run_as: str | None = None
    env: Environment = Environment()
    proxy: dict[str, str] = {}
    batch: dict[str, Any] = {}
    phases: Phases
    reports: dict[str, Report] = {}
    artifacts: Artifacts = Artifacts()
    cache: dict[str, Any] = {}

    def phase(self, name: str) -> Phase:
        """The phase of a name in ``PHASES``."""
        return getattr(self.phases, name)  # type: ignore[no-any-return]


def is_inline(text: str) -> bool:
    """Whether a project's ``buildspec`` is the YAML itself rather than a path to it."""
    return "\n" in text.strip() or text.lstrip().startswith(("version:", "{"))


def parse(text: str) -> Buildspec:
    """A buildspec from its YAML text.

    Raises:
        BuildspecError: it is not YAML, or not a buildspec; every problem is in the message.
    """
    try:
        # Scalars stay as they are written: `FLAG: yes` is the string "yes" for CodeBuild.
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes only str, list and dict
    except yaml.YAMLError as error:
        raise BuildspecError(f"not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise BuildspecError(f"given {_shown(content)}; allowed: a mapping with `version` and `phases`")
    try:
        return Buildspec.model_validate(content)
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors()]
        raise BuildspecError("\n".join(problems)) from error


def _problem(detail: ErrorDetails) -> str:
    field = ".".join(str(part) for part in detail["loc"])
    given = detail["input"]
    if detail["type"] == "missing":
        return f"{field}: missing. Add it."
    if detail["type"] == "extra_forbidden":
        return f"{field}: no such key in a buildspec. Remove it or fix its spelling."
    if detail["type"] == "string_type" and isinstance(given, dict):
        return f"{field}: given {_shown(given)}; allowed: a string. Quote it: `: ` makes a YAML mapping."
    return f"{field}: given {_shown(given)}; {detail['msg'][:1].lower()}{detail['msg'][1:]}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
