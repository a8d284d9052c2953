"""A pipeline as declared: its stages and actions, as one execution sees them.

Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

QUEUED, SUPERSEDED, PARALLEL = "QUEUED", "SUPERSEDED", "PARALLEL"
_SECRET_SETTINGS = ("OAuthToken",)


@dataclass(frozen=True)
class Action:
    """One action; ``inputs`` and ``outputs`` are names of artifacts."""

    name: str
    stage: str
    type_id: Mapping[str, str]
    run_order: int
    configuration: Mapping[str, str]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    namespace: str | None
    region: str | None
    timeout_minutes: int | None

    @property
    def kind(self) -> tuple[str, str]:
        """Category and provider, such as ``("Build", "CodeBuild")``."""
        return self.type_id["category"], self.type_id["provider"]

    @property
    def repository(self) -> str | None:
        """Of a source action by a connection or a token: ``owner/name``."""
        if self.kind == ("Source", "GitHub"):
            return f"{self.configuration.get('Owner')}/{self.configuration.get('Repo')}"
        return self.configuration.get("FullRepositoryId")

    @property
    def branch(self) -> str | None:
        """The branch of such a source action."""
        return self.configuration.get("Branch" if self.kind == ("Source", "GitHub") else "BranchName")

    @property
    def detects_changes(self) -> bool:
        """Whether a push to the branch starts the pipeline where no trigger says otherwise."""
        setting = "PollForSourceChanges" if self.kind == ("Source", "GitHub") else "DetectChanges"
        return self.configuration.get(setting, "true").lower() == "true"

    @property
    def shown_configuration(self) -> dict[str, str]:
        """The configuration with its secrets hidden."""
        return {key: "****" if key in _SECRET_SETTINGS else text for key, text in self.configuration.items()}

    @classmethod
    def read(cls, stage: str, declared: Mapping[str, Any]) -> Action:
        """From the API's ``ActionDeclaration``."""
        return cls(
            name=declared["name"],
            stage=stage,
            type_id=declared["actionTypeId"],
            run_order=declared.get("runOrder", 1),
            configuration=declared.get("configuration") or {},
            inputs=tuple(each["name"] for each in declared.get("inputArtifacts") or []),
            outputs=tuple(each["name"] for each in declared.get("outputArtifacts") or []),
            namespace=declared.get("namespace"),
            region=declared.get("region"),
            timeout_minutes=declared.get("timeoutInMinutes"),
        )


@dataclass(frozen=True)
class Stage:
    """One stage and its actions."""

    name: str
    actions: tuple[Action, ...]

    @property
    def steps(self) -> list[list[Action]]:
        """The actions in their run order; those of one step run together."""
        ordered = sorted(self.actions, key=lambda action: action.run_order)
        return [list(step) for _, step in groupby(ordered, key=lambda action: action.run_order)]


@dataclass(frozen=True)
class Declaration:
    """A whole pipeline; ``bucket`` and ``kms_key`` are its artifact store, ``role`` what it acts as."""

    name: str
    version: int
    role: str
    stages: tuple[Stage, ...]
    bucket: str
    kms_key: str | None
    mode: str
    variables: Mapping[str, str | None]
    triggers: tuple[Mapping[str, Any], ...]

    @property
    def sources(self) -> list[Action]:
        """The actions that fetch a revision."""
        return [a for stage in self.stages for a in stage.actions if a.type_id["category"] == "Source"]

    def stage(self, name: str) -> Stage | None:
        """The stage of a name."""
        return next((stage for stage in self.stages if stage.name == name), None)

    @classmethod
    def read(cls, declared: Mapping[str, Any]) -> Declaration:
        """From the API's ``PipelineDeclaration``; of several artifact stores the first counts."""
        store = declared.get("artifactStore") or next(iter(declared["artifactStores"].values()))
        return cls(
            name=declared["name"],
            version=declared["version"],
            role=declared["roleArn"],
            stages=tuple(
                Stage(stage["name"], tuple(Action.read(stage["name"], action) for action in stage["actions"]))
                for stage in declared["stages"]
            ),
            bucket=store["location"],
            kms_key=(store.get("encryptionKey") or {}).get("id"),
            mode=declared.get("executionMode") or SUPERSEDED,
            variables={each["name"]: each.get("defaultValue") for each in declared.get("variables") or []},
            triggers=tuple(declared.get("triggers") or ()),
        )


def not_emulated(declared: Mapping[str, Any]) -> list[str]:
    """What a declaration asks for and the local AWS does not do, as ``stage: setting``."""
    conditions = ("beforeEntry", "onSuccess", "onFailure")
    return [f"{stage['name']}: {key}" for stage in declared["stages"] for key in conditions if stage.get(key)]
