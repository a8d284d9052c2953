"""Schedules and monitoring in ``example.toml``: what is taken, and what is refused with its reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mlops.spec import InvalidInputError, Settings, load_settings
from mlops.spec.monitoring import Monitoring
from tests.project import PROJECT

ROOT = Path(__file__).parents[2]

Load = Callable[..., Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """The settings with these tables, and with this in PROD's."""
    shutil.copy(PROJECT / "mlops.toml", tmp_path)
    folder = tmp_path / "examples" / "iris"
    folder.mkdir(parents=True)
    shipped = (ROOT / "examples/iris/example.toml").read_text()

    def write(tables: str, prod: str = "") -> Settings:
        text = shipped.replace("[endpoint.prod]\n", f"[endpoint.prod]\n{prod}")
        (folder / "example.toml").write_text(f"{text}\n{tables}")
        return load_settings(tmp_path, "iris")

    return write


def told(load: Load, tables: str, prod: str = "") -> str:
    with pytest.raises(InvalidInputError) as refused:
        load(tables, prod)
    return str(refused.value)


def test_both_are_off_where_they_are_left_out(load: Load) -> None:
    example = load("").example
    assert (example.retraining, example.monitoring) == (None, None)


@pytest.mark.parametrize(
    "expression",
    ["rate(1 day)", "rate(12 hours)", "cron(0 3 ? * MON *)", "cron(0/15 8-18 1 * ? 2026-2030)"],
)
def test_a_schedule_is_a_rate_or_a_cron_expression(load: Load, expression: str) -> None:
    example = load(f'[retraining]\nschedule = "{expression}"\n').example
    assert example.retraining is not None
    assert (example.retraining.schedule, example.retraining.time_zone) == (expression, "UTC")


@pytest.mark.parametrize(
    "expression",
    [
        "daily",
        "rate(0 days)",
        "rate(1 week)",
        "cron(0 3 * * MON *)",
        "cron(0 3 ? * MON)",
        "at(2026-01-01T00:00:00)",
    ],
)
def test_any_other_is_refused_with_an_example(load: Load, expression: str) -> None:
    for table in ("retraining", "monitoring"):
        said = told(load, f'[{table}]\nschedule = "{expression}"\n')
        assert f"{table}.schedule: given '{expression}'" in said
        assert "cron(0 3 ? * MON *)" in said


def test_what_captures_nothing_cannot_be_monitored(load: Load) -> None:
    load("", "data_capture_percent = 0\n")
    said = told(load, "[monitoring]\n", "data_capture_percent = 0\n")
    assert "monitoring: given a table; allowed: with an endpoint.prod whose requests are captured" in said
    assert "Let endpoint.prod capture requests, or remove [monitoring]." in said


def test_what_is_found_must_be_more_than_what_is_tolerated(load: Load) -> None:
    said = told(load, "[monitoring]\npsi_tolerance = 0.5\ndetectable_psi = 0.5\n")
    assert "monitoring.detectable_psi: given 0.5; allowed: more than psi_tolerance, 0.5. Raise it." in said


def test_the_names_that_settings_had_before_are_read(load: Load) -> None:
    read = load("[monitoring]\ntolerated = 0.2\nfound = 0.6\nfalse_alarms = 0.05\n").example.monitoring
    assert read == Monitoring(psi_tolerance=0.2, detectable_psi=0.6, false_alarm_rate=0.05)


def test_a_name_before_beside_the_one_of_today_is_refused(load: Load) -> None:
    said = told(load, "[monitoring]\ntolerated = 0.2\npsi_tolerance = 0.3\n")
    assert "allowed: only one of tolerated and psi_tolerance, which mean the same. Correct monitor" in said
