"""The commands of docs/state.md, run in their order with the real Terraform on the local AWS."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_aws.server import LocalAws
from mlops.toolchain import terraform_environment
from tests.docs.pages import ROOT
from tests.project import PROJECT

PAGE = ROOT / "docs/state.md"
STACK = "cdktf.out/stacks/iris-init"
TIMEOUT_SECONDS = 300


@dataclass(frozen=True)
class Shell:
    """A shell as the page wants it, in a copy of the project."""

    root: Path
    environment: dict[str, str]

    def run(self, commands: str) -> str:
        """Run commands one after the other; each must succeed."""
        bucket = section("State")[0]
        done = subprocess.run(
            ["bash", "-ec", f"{bucket}{commands}"],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


def section(title: str) -> list[str]:
    """The shell blocks under a heading of the page."""
    text = re.split(r"^#+ ", PAGE.read_text(), flags=re.MULTILINE)
    (body,) = [part for part in text if part.startswith(f"{title}\n")]
    blocks = re.findall(r"^( *)```\n(.*?)^ *```", body, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", code, flags=re.MULTILINE) for indent, code in blocks]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    root = tmp_path_factory.mktemp("project")
    for name in ("main.py", "mlops.toml"):
        shutil.copy(PROJECT / name, root)
    for name in ("constructs", "examples"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "ml-100k"))
    with LocalAws(tmp_path_factory.mktemp("aws")) as aws:
        environment = {**terraform_environment(), **aws.runtime.environment()}
        path = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
        yield Shell(root, {**environment, "PATH": path, "TF_CLI_ARGS_apply": "-auto-approve -input=false"})


@pytest.fixture(scope="module")
def bootstrapped(shell: Shell) -> Shell:
    """The bucket is there, and its own state in it."""
    create, move = section("Create the bucket")
    shell.run(create)
    assert (shell.root / "terraform.bootstrap.tfstate").exists()
    settings = shell.root / "mlops.toml"
    switch = "# state_bucket_exists = true"
    assert switch in settings.read_text()
    settings.write_text(settings.read_text().replace(switch, switch.removeprefix("# ")))
    assert "No changes." in shell.run(move)
    return shell


@pytest.fixture(scope="module")
def moved(bootstrapped: Shell) -> Shell:
    """A stack that was deployed with a local state, its state in the bucket."""
    bootstrapped.run("python -m examples.iris.fetch_data")
    stack = bootstrapped.root / STACK
    local = stack / "override.tf.json"
    local.write_text(json.dumps({"terraform": {"backend": {"local": {"path": "../../../old.tfstate"}}}}))
    bootstrapped.run(f"terraform -chdir={STACK} init -input=false && terraform -chdir={STACK} apply")
    local.unlink()
    shutil.rmtree(stack / ".terraform")
    (commands,) = section("Move a local state into the bucket")
    assert "No changes." in bootstrapped.run(commands)
    return bootstrapped


@pytest.mark.usefixtures("bootstrapped")
def test_the_bucket_holds_the_state_of_its_own_stack(shell: Shell) -> None:
    assert "bootstrap/terraform.tfstate" in shell.run("aws s3 ls --recursive s3://$BUCKET")


def test_a_local_state_is_the_bucket_s_after_its_move(moved: Shell) -> None:
    listed = moved.run(f"terraform -chdir={STACK} state list; aws s3 ls --recursive s3://$BUCKET")
    assert "aws_s3_bucket.data_bucket_" in listed
    assert "iris-init/terraform.tfstate" in listed


def killed(shell: Shell) -> str:
    """Kill a run that waits for its answer, lock in hand; the lock's ID."""
    command = ["terraform", f"-chdir={STACK}", "apply", "-destroy", "-no-color"]
    environment = {**shell.environment, "TF_CLI_ARGS_apply": "-input=true"}
    process = subprocess.Popen(
        command,
        cwd=shell.root,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Only 'yes' will be accepted" in line:
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    (read,) = section("Locks")
    lock = json.loads(shell.run(read))
    assert lock["Operation"] == "OperationTypeApply"
    return str(lock["ID"])


def test_the_lock_of_a_killed_run_is_freed_by_its_id(moved: Shell) -> None:
    lock = killed(moved)
    _, unlock, _ = section("A stale lock")
    assert "No changes." in moved.run(unlock.replace("<ID>", lock))
    assert "tflock" not in moved.run("aws s3 ls --recursive s3://$BUCKET")


def test_a_lock_file_that_cannot_be_read_is_removed_as_an_object(moved: Shell) -> None:
    moved.run("echo ruined | aws s3 cp - s3://$BUCKET/iris-init/terraform.tfstate.tflock")
    *_, remove = section("A stale lock")
    moved.run(remove)
    assert "No changes." in moved.run(f"terraform -chdir={STACK} plan")


def test_an_earlier_version_of_a_state_comes_back(moved: Shell) -> None:
    (commands,) = section("An earlier version")
    listing, *rest = commands.splitlines(keepends=True)
    latest = next(line for line in moved.run(listing).splitlines() if line.endswith("True"))
    terraform = f"terraform -chdir={STACK}"
    moved.run(f"{terraform} state rm $({terraform} state list | grep ^aws_s3_bucket_policy)")
    moved.run("".join(rest).replace("<version>", latest.split()[0]))
    assert "No changes." in moved.run(f"terraform -chdir={STACK} plan")
