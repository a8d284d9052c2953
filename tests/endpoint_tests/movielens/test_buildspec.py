"""The gate's build, run as CodeBuild runs it: the buildspec's own commands in one shell."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "endpoint_tests" / "movielens"


def run_build(build: Any) -> tuple[int, str, str]:
    """Exit code of the build phase, GATE_SUMMARY and the log."""
    spec = yaml.safe_load((FOLDER / "buildspec.yml").read_text())
    phases = spec["phases"]
    script = "\n".join(
        [
            *phases["build"]["commands"],
            "code=$?",
            "export CODEBUILD_BUILD_SUCCEEDING=$((code == 0))",
            *phases["post_build"]["commands"],
            'printf %s "$GATE_SUMMARY" > exported',
            "exit $code",
        ]
    )
    for package in ("endpoint_tests",):
        for path in (path for kind in ("py", "j2", "sh") for path in (ROOT / package).rglob(f"*.{kind}")):
            target = build.root / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    variables = {**os.environ, **spec["env"]["variables"], "MLOPS_EXECUTION_ID": "release-1"}
    variables["PATH"] = f"{Path(sys.executable).parent}:{variables['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=build.root, env=variables, capture_output=True, text=True, check=False
    )
    assert spec["env"]["exported-variables"] == ["GATE_SUMMARY"]
    return done.returncode, (build.root / "exported").read_text(), done.stdout + done.stderr


def keeps_its_reports(build: Any) -> bool:
    spec = yaml.safe_load((FOLDER / "buildspec.yml").read_text())
    kept = spec["artifacts"]
    names = [*kept["files"], *spec["reports"]["gate"]["files"]]
    return all((build.root / kept["base-directory"] / name).stat().st_size > 0 for name in names)


def recorded(build: Any) -> list[str]:
    """The files of the ledger's entry, in the order in which they were put."""
    (folder,) = {key.rpartition("/")[0] for key in build.sagemaker.stored}
    assert re.search(r"/mlops-movielens-ledger-[^/]+/qa-test/\d{8}T\d{6}\.\d{6}Z-release-1$", folder)
    return [key.rpartition("/")[2] for key in build.sagemaker.stored]


def test_a_passing_build_exports_the_summary_and_keeps_the_reports(build: Any) -> None:
    code, summary, log = run_build(build)
    assert code == 0
    assert summary.startswith("PASSED: accuracy 0.")
    assert "AUC - baseline" in log
    assert keeps_its_reports(build)
    assert recorded(build) == ["gate.json", "gate.html", "junit.xml", "entry.json"]
    assert "Traceback" not in log


def test_a_blocked_build_fails_and_still_exports_the_summary_and_keeps_the_reports(build: Any) -> None:
    build.replace(
        "endpoint_tests/movielens/gate.toml", "accuracy.at_least = 0.69", "accuracy.at_least = 0.99"
    )
    code, summary, log = run_build(build)
    assert code == 1
    assert re.search(r"BLOCKED: accuracy 0\.\d{3} \[0\.\d{3}, 0\.\d{3}\] misses ≥ 0\.99", summary)
    assert "The pipeline stops here; PROD is not changed." in log
    assert "Bringing PROD back" not in log
    assert "ROLLBACK" not in log
    assert keeps_its_reports(build)
    assert "entry.json" in recorded(build)
    assert json.loads((build.root / "gate-report" / "gate.json").read_text())["verdict"] == "blocked"


def test_a_build_that_cannot_judge_fails_with_2_and_a_remedy(
    build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CODEBUILD_SRC_DIR_TrainOutput")
    code, summary, log = run_build(build)
    assert code == 2
    assert keeps_its_reports(build)
    assert summary.startswith("NOT JUDGED: environment: CODEBUILD_SRC_DIR_TrainOutput: given nothing")
    assert "Set CODEBUILD_SRC_DIR_TrainOutput." in log
    assert "Traceback" not in log


def test_a_gate_of_prod_that_breaks_without_a_report_is_followed_by_the_way_back(
    build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_ENVIRONMENT", "prod")
    monkeypatch.setenv("RESTORE_ROLE_ARN", "arn:aws:iam::123456789012:role/mlops-movielens-prod-restore")
    build.replace("endpoint_tests/movielens/gate.toml", "[evaluation]", "[evaluation")
    (build.root / "gate-report").write_text("no folder")
    code, summary, log = run_build(build)
    assert (code, summary) == (2, "")
    assert "PROD's test did not pass release release-1: its gate left no summary" in log
    assert "THE ROLLBACK FAILED, since AWS refused or could not be reached" in log
