"""What holds for all tests: the app, synthesized once for all that read stacks; the order; no timing."""

from __future__ import annotations

import fcntl
import functools
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from mlops.spec import example_names
from mlops.testing import example_release
from mlops.testing.synthesis import synthesize
from tests.project import PROJECT, settings_of

ROOT = Path(__file__).parents[1]
pytest_plugins = ["tests.tiers"]

# No example has a deadline: machines are shared, and the first example pays for imports.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


Make = Callable[[pytest.TempPathFactory], Path]


def once_for_all_workers(make: Make) -> Make:
    """What ``make`` makes for the first worker that asks is there for all; nobody may change it."""

    @functools.wraps(make)
    def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
        own = tmp_path_factory.getbasetemp()
        # A worker's folder; a run within a test inherits the worker's variables, but not its folder.
        shared = own.parent if own.name.startswith("popen-") else own
        where = shared / f"{make.__name__}.txt"
        with (shared / f"{make.__name__}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not where.exists():
                where.write_text(str(make(tmp_path_factory)))
        return Path(where.read_text())

    return made


@pytest.fixture(scope="session")
@once_for_all_workers
def stacks_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which ``main.py`` wrote every stack, the endpoints' too: ``<stack>/cdk.tf.json``.

    ``tests/fixtures`` has a ``release.json`` of an example, as training writes it; a new one has none.
    """
    out = tmp_path_factory.mktemp("one-account")
    for example in example_names(PROJECT):
        release = ROOT / "tests" / "fixtures" / f"{example}-release.json"
        if not release.exists():
            release = out / release.name
            example_release(PROJECT, example).write(release)
        synthesize(PROJECT, out, release)
    return out / "stacks"


@pytest.fixture(scope="session")
@once_for_all_workers
def accounts_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ``stacks_folder``, of MovieLens with accounts for QA and PROD, and PROD in another region, too."""
    settings_of("movielens")
    project, out = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("accounts")
    shutil.copy(ROOT / "main.py", project)
    settings = (PROJECT / "mlops.toml").read_text() + (ROOT / "tests/fixtures/accounts.toml").read_text()
    (project / "mlops.toml").write_text(settings)
    (project / "examples").mkdir()
    (project / "examples" / "movielens").symlink_to(ROOT / "examples" / "movielens")
    manifest = json.loads((ROOT / "tests/fixtures/movielens-release.json").read_text())
    image = "664544806723.dkr.ecr.eu-central-1.amazonaws.com/factorization-machines:1"
    manifest["model"]["images"] = {"eu-central-1": image}
    (project / "release.json").write_text(json.dumps(manifest))
    synthesize(project, out, project / "release.json")
    return out / "stacks"


@pytest.fixture(scope="session")
@once_for_all_workers
def options_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ``stacks_folder``, of MovieLens with endpoints that have options."""
    settings_of("movielens")
    project, out = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("options")
    for name in ("main.py", "mlops.toml"):
        shutil.copy(PROJECT / name, project)
    shutil.copytree(ROOT / "examples" / "movielens", project / "examples" / "movielens")
    shipped = ROOT / "examples" / "movielens" / "example.toml"
    before, _, rest = shipped.read_text().partition("[endpoint.qa]")
    trigger = rest[rest.index("[trigger]") :]
    options = (ROOT / "tests/fixtures/endpoint-options.toml").read_text()
    (project / "examples" / "movielens" / "example.toml").write_text(f"{before}{options}\n{trigger}")
    synthesize(project, out, ROOT / "tests/fixtures/movielens-release.json")
    return out / "stacks"
