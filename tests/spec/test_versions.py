"""What the last version wrote is read; what a newer one wrote is refused with the remedy.

The recorded files are of commit 5ce4e2b. docs/compatibility.md says what is promised.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mlops.ledger.entry import Entry
from mlops.spec import InvalidInputError, load_release, load_settings
from mlops.spec.gate_report import GateReport
from mlops.spec.problems import Problem, parse_json, parse_json_bytes
from mlops.spec.release import Release
from mlops.spec.versions import Versioned

FORMATS = Path(__file__).parents[1] / "fixtures"
ENTRIES = sorted((FORMATS / "ledger/v1").glob("*.json"))


def test_a_manifest_of_version_1_says_all_but_how_many_rows_were_trained_on() -> None:
    release = load_release(FORMATS / "release/v1/manifest.json")
    assert (release.schema_version, release.release_id[:8]) == (1, "91d3d608")
    assert release.training.hyperparameters["num_factors"] == "64"
    assert str(release.data) == "100,000 rows, 9,430 of them held out"


def test_a_gates_report_of_version_2_keeps_all_that_it_says() -> None:
    path = FORMATS / "gate/v2/gate.json"
    report = parse_json(path, GateReport)
    assert (report.passed, report.deployed) == (True, True)
    recorded, read = json.loads(path.read_text()), json.loads(report.model_dump_json())
    recorded["release"]["data"] |= {"train_rows": None, "facts": {}}
    assert read == recorded


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.stem)
def test_an_entry_of_version_1_keeps_all_that_it_says(path: Path) -> None:
    entry = Entry.parse(path.read_bytes())
    assert entry.step == path.stem
    assert json.loads(entry.model_dump_json()) == json.loads(path.read_text())


def test_settings_without_a_version_are_of_version_1(tmp_path: Path) -> None:
    settings = load_settings(recorded_project(tmp_path), "movielens")
    assert settings.project.schema_version == 1
    assert settings.example.training.hyperparameters["num_factors"] == 64


def test_newer_settings_are_refused_for_their_version_alone(tmp_path: Path) -> None:
    project = recorded_project(tmp_path)
    path = project / "mlops.toml"
    path.write_text(f'schema_version = 2\nteam = "ratings"\n{path.read_text()}')
    with pytest.raises(InvalidInputError) as refused:
        load_settings(project, "movielens")
    (problem,) = refused.value.problems
    assert (problem.source, problem.field, problem.given) == ("mlops.toml", "schema_version", "2")
    assert problem.allowed == "1"
    assert problem.remedy.startswith("Upgrade sagemaker-mlops-cdktf")


@pytest.mark.parametrize(
    ("model", "recorded", "allowed"),
    [
        (Release, FORMATS / "release/v1/manifest.json", "1 to 2"),
        (GateReport, FORMATS / "gate/v2/gate.json", "2"),
        (Entry, FORMATS / "ledger/v1/train.json", "1"),
    ],
    ids=["release.json", "gate.json", "entry.json"],
)
def test_a_newer_file_is_refused_for_its_version_alone(
    model: type[Versioned], recorded: Path, allowed: str
) -> None:
    body = json.dumps(json.loads(recorded.read_text()) | {"schema_version": 9, "signature": "x", "at": 1})
    with pytest.raises(InvalidInputError) as refused:
        parse_json_bytes(body.encode(), "file.json", model)
    (problem,) = refused.value.problems
    assert (problem.field, problem.given, problem.allowed) == ("schema_version", "9", allowed)
    assert problem.remedy.startswith("Upgrade sagemaker-mlops-cdktf")


def test_a_report_from_before_the_first_promised_version_says_to_write_it_anew() -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_json_bytes(b'{"schema_version": 1}', "gate.json", GateReport)
    assert refused.value.problems == (
        Problem(
            "gate.json",
            "schema_version",
            "1",
            "2",
            "Write the file anew: this version of sagemaker-mlops-cdktf no longer reads it.",
        ),
    )


def recorded_project(folder: Path) -> Path:
    example = folder / "examples/movielens"
    example.mkdir(parents=True)
    shutil.copy(FORMATS / "settings/v1/mlops.toml", folder)
    shutil.copy(FORMATS / "settings/v1/example.toml", example)
    return folder
