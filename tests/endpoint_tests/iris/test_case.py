"""What the iris gate refuses before it asks the endpoint: rows and limits that do not fit three classes."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from endpoint_tests.iris.protocol import protocol_of
from mlops.gate.case import Case, Subject, load_case
from mlops.spec import InvalidInputError, load_release
from tests.project import PROJECT

ROOT = Path(__file__).parents[3]
GATE = Path("endpoint_tests/iris/gate.toml")
ROWS = pl.DataFrame({"features": [[5.1, 3.5, 1.4, 0.2]] * 30, "label": [0, 1, 2] * 10})


def load(root: Path, rows: pl.DataFrame = ROWS) -> Case:
    """The case of a release with these held-out rows, in a checkout at ``root``."""
    release = load_release(ROOT / "tests/fixtures/iris-release.json")
    data = release.data.model_copy(update={"held_out_rows": rows.height})
    release.model_copy(update={"data": data}).write(root / "release.json")
    rows.write_parquet(root / "held_out.parquet")
    environment = {
        "ENDPOINT_NAME": "mlops-iris-qa",
        "MLOPS_ENVIRONMENT": "qa",
        "MLOPS_EXAMPLE": "iris",
        "CODEBUILD_SRC_DIR_TrainOutput": str(root),
    }
    return load_case(Subject("iris", protocol_of), environment, root)


def refused(root: Path, rows: pl.DataFrame = ROWS) -> list[str]:
    with pytest.raises(InvalidInputError) as told:
        load(root, rows)
    return [str(problem) for problem in told.value.problems]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for path in (Path("mlops.toml"), Path("examples/iris/example.toml"), GATE):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / path, tmp_path / path)
    return tmp_path


def change(root: Path, old: str, new: str) -> None:
    text = (root / GATE).read_text()
    assert old in text
    (root / GATE).write_text(text.replace(old, new))


def test_thirty_rows_of_three_classes_can_be_judged(checkout: Path) -> None:
    case = load(checkout)
    assert case.held_out.labels.tolist() == [0, 1, 2] * 10
    assert case.held_out.baseline is None


def test_too_few_rows_of_a_class_are_not_judged(checkout: Path) -> None:
    (told,) = refused(checkout, ROWS.with_columns(label=pl.Series([0, 1, 2] * 9 + [0, 1, 1])))
    assert "label: given" in told
    assert "allowed: 0 to 2, at least 10 rows of each" in told


def test_an_auc_of_three_classes_is_refused_with_the_metrics_that_there_are(checkout: Path) -> None:
    change(checkout, "accuracy.at_least = 0.75", "auc.at_least = 0.75")
    (told,) = refused(checkout)
    assert told.startswith(
        "gate.toml: thresholds.auc: given a threshold; allowed: accuracy, log_loss for 3 classes"
    )


def test_a_known_row_that_does_not_fit_the_model_is_named(checkout: Path) -> None:
    change(checkout, "row.features = [6.3, 3.3, 6.0, 2.5]\nlabel = 2", "row.features = [6.3, 3.3]\nlabel = 3")
    told = refused(checkout)
    assert told[0].startswith("gate.toml: known.2 (a virginica).label: given 3; allowed: a class from 0 to 2")
    assert told[1].startswith("gate.toml: known.2 (a virginica).row.features: given lists of 2 numbers")


def test_a_baseline_of_three_classes_has_three_scores_a_row(checkout: Path) -> None:
    change(checkout, "[thresholds]", "[baseline]\naccuracy.at_least = 0.0\n\n[thresholds]")
    assert "baseline_score: given no such column" in refused(checkout)[0]
    one = ROWS.with_columns(baseline_score=pl.lit(0.5))
    assert "allowed: a list of 3 scores from 0 to 1" in refused(checkout, one)[0]
    three = ROWS.with_columns(baseline_score=pl.concat_list(pl.lit(0.2), pl.lit(0.3), pl.lit(0.5)))
    baseline = load(checkout, three).held_out.baseline
    assert baseline is not None
    assert baseline.shape == (30, 3)
