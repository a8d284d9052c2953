"""The page on monitoring names every setting with its default, and its example can be used as it is."""

from __future__ import annotations

import re
import tomllib

from mlops.spec.monitoring import Monitoring, Retraining
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs/monitoring.md"
WORDS = {None: "by hand only", (): "none", True: "true", False: "false"}


def test_the_table_has_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)\.(\w+)` \|.*\| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    shown = {(table, field): default for table, field, default in rows}
    wanted = {
        (table, name): "needed" if field.is_required() else WORDS.get(field.default, str(field.default))
        for table, model in (("retraining", Retraining), ("monitoring", Monitoring))
        for name, field in model.model_fields.items()
    }
    assert shown == wanted


def test_the_example_is_taken() -> None:
    [example] = blocks(PAGE, "toml")
    tables = tomllib.loads(example)
    assert Retraining.model_validate(tables["retraining"]).schedule == "cron(0 3 ? * MON *)"
    assert Monitoring.model_validate(tables["monitoring"]).schedule == "rate(1 day)"
