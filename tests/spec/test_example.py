"""What an example declares, and what is said of a declaration that is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlops.spec import InvalidInputError, example_names, load_example
from mlops.spec.example import referred

ROOT = Path(__file__).parents[2]
EXAMPLES = example_names(ROOT)

Declare = Callable[[str], None]


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declare:
    """Write ``examples/churn/stacks.py`` of a repository whose folder is importable."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "examples"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "examples" / "churn"
    folder.mkdir(parents=True)
    (tmp_path / "examples" / "__init__.py").touch()

    def write(text: str) -> None:
        (folder / "stacks.py").write_text(text, encoding="utf-8")

    return write


def example(**fields: str) -> str:
    given = {
        "files": "()",
        "fetch_command": "'make data'",
        "training_images": "('xgboost',)",
        "endpoint_images": "('xgboost',)",
        "images": "'training.churn.train:images'",
        "protocol": "'endpoint_tests.churn.protocol:protocol_of'",
        **fields,
    }
    arguments = ", ".join(f"{name}={value}" for name, value in given.items())
    return f"from mlops.spec import Example\nEXAMPLE = Example({arguments})\n"


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("reference", ["images", "protocol"])
def test_what_an_example_refers_to_is_there(name: str, reference: str) -> None:
    assert callable(referred(getattr(load_example(name), reference)))


def test_a_declaration_is_read_without_importing_what_it_refers_to(declare: Declare) -> None:
    declare(example())
    assert load_example("churn").images == "training.churn.train:images"


@pytest.mark.parametrize(
    ("text", "given"), [("", "given nothing"), ("EXAMPLE = {'files': ()}", "given a dict")]
)
def test_a_file_without_an_example_is_refused(declare: Declare, text: str, given: str) -> None:
    declare(text)
    with pytest.raises(InvalidInputError, match=f"examples/churn/stacks.py: EXAMPLE: {given}"):
        load_example("churn")


def test_every_malformed_reference_is_reported_at_once(declare: Declare) -> None:
    declare(example(images="'training.churn.train'", protocol="'a-b:c'", own_stacks="':add'"))
    with pytest.raises(InvalidInputError) as error:
        load_example("churn")
    assert [problem.field for problem in error.value.problems] == [
        "EXAMPLE.images",
        "EXAMPLE.protocol",
        "EXAMPLE.own_stacks",
    ]
