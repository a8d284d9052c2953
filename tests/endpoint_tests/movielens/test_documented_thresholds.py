"""The thresholds in the documentation are those that the gate judges by."""

from __future__ import annotations

import re
import tomllib

from tests.docs.pages import ROOT

GATE = tomllib.loads((ROOT / "endpoint_tests" / "movielens" / "gate.toml").read_text())
SIGNS = {"at_least": "≥", "at_most": "≤"}


def test_the_table_of_thresholds_is_the_gate_files() -> None:
    expected = {
        metric.replace("_", "-").replace("auc", "AUC"): (SIGNS[side], limit)
        for metric, threshold in GATE["thresholds"].items()
        for side, limit in threshold.items()
    }
    expected["AUC - baseline"] = ("≥", GATE["baseline"]["auc"]["at_least"])
    page = (ROOT / "docs" / "gates.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\w -]+) \| ([≥≤]) ([\d.]+) \|", page, re.MULTILINE)
    assert {name: (sign, float(limit)) for name, sign, limit in rows} == expected
