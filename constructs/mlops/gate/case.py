"""Everything a gate run needs, read and checked before the endpoint is asked anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from mlops.gate.gate_file import GateFile, Thresholds, load_gate_file
from mlops.gate.held_out import HeldOut, load_held_out
from mlops.gate.known import rows_of
from mlops.gate.metrics import metrics_of
from mlops.serving.caller import Caller
from mlops.serving.protocol import ModelProtocol, ProtocolOf
from mlops.spec import InvalidInputError, Problem, Release, load_release, load_settings
from mlops.spec.settings import ENVIRONMENTS

T = TypeVar("T")


@dataclass(frozen=True)
class Subject:
    """An example whose endpoints are judged: its name and how its model speaks."""

    example: str
    protocol_of: ProtocolOf


@dataclass(frozen=True)
class Case:
    """One endpoint, the release it should serve, and the rows and limits it is judged by.

    ``champion_name`` is the endpoint whose release it would replace; empty where there is none.
    """

    example: str
    environment: str
    endpoint_name: str
    caller: Caller
    champion_caller: Caller
    model_name: str
    champion_name: str
    gate: GateFile
    release: Release
    protocol: ModelProtocol
    held_out: HeldOut


class _Problems(list[Problem]):
    """Gathers what is wrong, so that all of it is reported at once."""

    def attempt(self, load: Callable[[], T]) -> T | None:
        try:
            return load()
        except InvalidInputError as error:
            self.extend(error.problems)
            return None


def load_case(subject: Subject, environ: Mapping[str, str], root: Path) -> Case:
    """Read the environment's variables, the gate file, the settings and training's output.

    Raises:
        InvalidInputError: with every problem of all of them.
    """
    problems = _Problems()
    gate_path = root / "endpoint_tests" / subject.example / "gate.toml"
    inputs = problems.attempt(lambda: _variables(subject.example, environ))
    folder = Path(environ.get("CODEBUILD_SRC_DIR_TrainOutput") or ".")
    gate = problems.attempt(lambda: load_gate_file(gate_path))
    settings = problems.attempt(lambda: load_settings(root, subject.example))
    release = problems.attempt(lambda: _release(folder / "release.json", subject.example)) if inputs else None
    protocol = problems.attempt(lambda: subject.protocol_of(release)) if release else None
    held_out = None
    if gate and release and protocol:
        problems.extend(_beyond_the_model(gate, protocol))
        held_out = problems.attempt(
            lambda: load_held_out(folder / "held_out.parquet", gate, release, protocol)
        )
    if problems or not (inputs and gate and settings and release and protocol and held_out):
        raise InvalidInputError(problems)
    environment, endpoint_name = inputs
    names = settings.names_in(environment)
    endpoint = settings.example.endpoint.of(environment)
    return Case(
        example=subject.example,
        environment=environment,
        endpoint_name=endpoint_name,
        caller=Caller.of(environ),
        champion_caller=Caller.of(environ, "CHAMPION"),
        # A rollback deploys what was recorded, under settings that may since have changed.
        model_name=environ.get("ENDPOINT_MODEL")
        or names.model(environment, endpoint.model_hash(release.model.at(names))),
        champion_name=environ.get("CHAMPION_ENDPOINT", ""),
        gate=gate,
        release=release,
        protocol=protocol,
        held_out=held_out,
    )


def _variables(example: str, environ: Mapping[str, str]) -> tuple[str, str]:
    """The environment and the endpoint's name."""
    allowed = {
        "ENDPOINT_NAME": "the name of the endpoint to judge",
        "MLOPS_ENVIRONMENT": " or ".join(ENVIRONMENTS),
        "MLOPS_EXAMPLE": example,
        "CODEBUILD_SRC_DIR_TrainOutput": "the folder of training's release.json and held_out.parquet",
    }
    given = {name: environ.get(name, "") for name in allowed}
    wrong = [name for name, value in given.items() if not value]
    if given["MLOPS_ENVIRONMENT"] not in ("", *ENVIRONMENTS):
        wrong.append("MLOPS_ENVIRONMENT")
    if given["MLOPS_EXAMPLE"] not in ("", example):
        wrong.append("MLOPS_EXAMPLE")
    if wrong:
        raise InvalidInputError(
            Problem("environment", name, given[name] or "nothing", allowed[name], f"Set {name}.")
            for name in wrong
        )
    return given["MLOPS_ENVIRONMENT"], given["ENDPOINT_NAME"]


def _release(path: Path, example: str) -> Release:
    release = load_release(path)
    if release.example != example:
        remedy = "Take the release that this example's training wrote."
        raise InvalidInputError([Problem(path.name, "example", release.example, example, remedy)])
    return release


def _beyond_the_model(gate: GateFile, protocol: ModelProtocol) -> list[Problem]:
    """What the gate file asks of a model of another kind."""
    return [
        *_unknown_kinds(gate, protocol),
        *_unknown_metrics(gate, len(protocol.classes)),
        *_unknown_rows(gate, protocol),
    ]


def _unknown_kinds(gate: GateFile, protocol: ModelProtocol) -> list[Problem]:
    allowed = f"some of {', '.join(protocol.malformed_kinds)}"
    return [
        Problem("gate.toml", "malformed.kinds", kind, allowed, "Correct or remove it.")
        for kind in gate.malformed.kinds
        if kind not in protocol.malformed_kinds
    ]


def _unknown_metrics(gate: GateFile, classes: int) -> list[Problem]:
    known = metrics_of(classes)
    allowed = f"{', '.join(known)} for {classes} classes"
    return [
        Problem("gate.toml", f"{section}.{name}", "a threshold", allowed, "Remove it.")
        for section, thresholds in _sections(gate)
        for name in thresholds.given
        if name not in known
    ]


def _sections(gate: GateFile) -> list[tuple[str, Thresholds]]:
    return [
        ("thresholds", gate.thresholds),
        ("baseline", gate.baseline),
        ("champion", gate.champion),
        *((f"slices.{number}.thresholds", each.thresholds) for number, each in enumerate(gate.slices)),
    ]


def _unknown_rows(gate: GateFile, protocol: ModelProtocol) -> list[Problem]:
    last = len(protocol.classes) - 1
    problems = []
    for number, known in enumerate(gate.known):
        field = f"known.{number} ({known.name})"
        if known.label > last:
            allowed = f"a class from 0 to {last}"
            problems.append(Problem("gate.toml", f"{field}.label", str(known.label), allowed, "Correct it."))
        problems += [
            replace(problem, source="gate.toml", field=f"{field}.row.{problem.field}", remedy="Correct it.")
            for problem in protocol.problems(rows_of([known]))
        ]
    return problems
