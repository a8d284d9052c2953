"""How much the owner of a repository and of an example owns, and how much differs between two examples.

    python -m tools.bench.lines

Counts lines that are not empty, and prints the tables of docs/own-repository.md and
docs/writing-an-example.md.
"""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from mlops.template.example import render
from mlops.template.repository import render_repository

ROOT = Path(__file__).parents[2]
_NAME = "churn"
_PARTS = {
    "settings, stacks, data": "examples",
    "training": "training",
    "gate": "endpoint_tests",
    "tests of these": "tests",
}
_WHOLE = {
    "the app, its settings, the library's version": (
        ("main.py", "cdktf.json", "mlops.toml", "requirements.in", "requirements-dev.in")
    ),
    "a model, which the library calls an *example*": ("examples",),
    "its training: the pipeline's action *Train*": ("training",),
    "its *gate*, which the actions *Test* of QA and PROD run": ("endpoint_tests",),
    "tests of these": ("tests", "pyproject.toml"),
    "what is what, aliases of `mlops`": ("README.md", "Makefile", ".gitignore"),
    "workflows, which `mlops init --update` keeps up to date": (".github",),
}
_COMPARED = {
    "settings": ("example.toml",),
    "stacks": ("stacks.py",),
    "sample request": ("request.json",),
    "fetching the data": ("fetch_data.py", "sources.py"),
}


def owned() -> str:
    """The lines of a new example, by part, snapshots aside: they are written by a command."""
    with tempfile.TemporaryDirectory() as folder:
        files = render(_NAME, Path(folder), in_tree=True)
        counts = {
            part: len(_lines(Path(folder) / file for file in files if file.parts[0] == top))
            for part, top in _PARTS.items()
        }
    counts["all"] = sum(counts.values())
    return _table(("part", "lines"), [(part, str(count)) for part, count in counts.items()])


def whole() -> str:
    """The files and lines of a new repository with one example, without what commands write."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        render_repository(root, {"project": _NAME, "version": "1", "wheels": False})
        for file in render(_NAME, root / "model", in_tree=False):
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / "model" / file).rename(root / file)
        files = [path for path in root.rglob("*") if path.is_file()]
        rows = [
            (part, own := [file for file in files if file.relative_to(root).parts[0] in tops], _lines(own))
            for part, tops in _WHOLE.items()
        ]
    rows.append(("all", files, [line for *_, lines in rows for line in lines]))
    counts = [(part, str(len(own)), str(len(lines))) for part, own, lines in rows]
    return _table(("part", "files", "lines"), counts)


def differing() -> str:
    """The lines in which two examples differ outside training and gate, their names aside."""
    rows = []
    totals = [0, 0, 0]
    for part, names in _COMPARED.items():
        iris, movielens = (_of_example(example, names) for example in ("iris", "movielens"))
        matched = sum(block.size for block in _matching(iris, movielens))
        counts = [len(iris) - matched, len(movielens) - matched, matched]
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        rows.append((part, *map(str, counts)))
    rows.append(("all", *map(str, totals)))
    return _table(("part", "only iris", "only movielens", "the same"), rows)


def _of_example(example: str, names: Sequence[str]) -> list[str]:
    folder = ROOT / "examples" / example
    lines = _lines(folder / name for name in names if (folder / name).exists())
    return [line.replace(example, "<name>") for line in lines]


def _lines(files: Iterable[Path]) -> list[str]:
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _matching(one: list[str], other: list[str]) -> list[difflib.Match]:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    divider = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, divider, *rows))


if __name__ == "__main__":
    print(whole(), owned(), differing(), sep="\n\n")
