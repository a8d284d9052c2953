"""Which tests run when: ``--tier check``, ``test`` or ``all``, each with everything of the one before.

``tiers.toml`` names what takes longer than a check may; what it does not name is a check.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
TIERS = ("check", "test", "all")
# An example may be deleted, and its tests go with it.
_OF_EXAMPLES = ("endpoint_tests", "examples", "training")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option ``--tier``; left out, every test that is asked for runs."""
    parser.addoption("--tier", choices=TIERS, default=TIERS[-1], help="which tests run: tests/tiers.toml")


def named() -> dict[str, str]:
    """Each folder, file or test that ``tiers.toml`` names, and its tier.

    Raises:
        pytest.UsageError: what it names is not there.
    """
    content = tomllib.loads((TESTS / "tiers.toml").read_text(encoding="utf-8"))
    found = {place: tier for tier in TIERS for place in content.get(tier, [])}
    own = [place for place in found if place.partition("/")[0] not in _OF_EXAMPLES]
    if missing := [place for place in own if not _is_there(place)]:
        raise pytest.UsageError(f"tests/tiers.toml names what is not there: {', '.join(missing)}")
    return found


def _is_there(place: str) -> bool:
    file, _, test = place.partition("::")
    path = TESTS / file
    return path.exists() and (not test or f"def {test}(" in path.read_text(encoding="utf-8"))


def tier_of(test: str, places: dict[str, str]) -> str:
    """The tier of a test's id, relative to ``tests``: the longest place that it is in decides."""
    inside = [place for place in places if test == place or test.startswith((f"{place}/", f"{place}::"))]
    return places[max(inside, key=len)] if inside else TIERS[0]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is of a later tier; run what is of a later tier first, so that the last is short."""
    places = named()
    rank = {}
    for item in items:
        name = item.nodeid.removeprefix(f"{TESTS.name}/").partition("[")[0]
        rank[item] = TIERS.index(tier_of(name, places))
    limit = TIERS.index(config.getoption("--tier"))
    config.hook.pytest_deselected(items=[item for item in items if rank[item] > limit])
    # Files keep together: each has what its tests share.
    first = {item.path: 0 for item in items}
    for item in items:
        first[item.path] = max(first[item.path], rank[item])
    items[:] = sorted((item for item in items if rank[item] <= limit), key=lambda item: -first[item.path])
