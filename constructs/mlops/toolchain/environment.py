"""The environment in which Terraform, CDKTF and jsii run the same way on every machine."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from mlops.toolchain.folders import tools_folder
from mlops.toolchain.node import find_node, link_node
from mlops.toolchain.provider_mirror import cli_config, find_mirror
from mlops.toolchain.terraform import find_terraform


def terraform_environment(
    environ: Mapping[str, str] | None = None, tools: Path | None = None
) -> dict[str, str]:
    """``environ`` (the process's own when left out) with what Terraform and CDKTF need added.

    * ``PATH`` begins with ``tools/bin``: ``node``, ``npm``, ``cdktf``, and a ``terraform`` where the
      machine has none.
    * ``TF_CLI_CONFIG_FILE`` uses a provider mirror where there is one; a CLI configuration of the
      user's own that exists is left alone. ``TF_CLI_ARGS_providers_lock`` locks it from there, too.
      Without a mirror, stacks share one downloaded provider.
    * ``JSII_NODE`` is the pinned Node, too.
    * ``GOGC`` makes Terraform and its provider collect garbage more rarely: a seventh of their processor
      time, which goes to reading the provider's schemas, for 60 MB more.

    Raises:
        ToolchainError: no usable Terraform, or a mirror variable that names no mirror.
    """
    result = dict(os.environ if environ is None else environ)
    tools = tools or tools_folder()
    commands = tools / "bin"
    search_path = [part for part in result.get("PATH", os.defpath).split(os.pathsep) if part != str(commands)]
    find_terraform(os.pathsep.join(search_path), commands)
    node = find_node()
    if node is not None:
        link_node(node, commands)
        result["JSII_NODE"] = str(node)
    result["PATH"] = os.pathsep.join([str(commands), *search_path])
    result.setdefault("CHECKPOINT_DISABLE", "1")
    result.setdefault("GOGC", "300")
    home_config = Path(result.get("HOME") or Path.home()) / ".terraformrc"
    if Path(result.get("TF_CLI_CONFIG_FILE") or home_config).is_file():
        return result
    result.pop("TF_CLI_CONFIG_FILE", None)
    mirror = find_mirror(result)
    if mirror is not None:
        result["TF_CLI_CONFIG_FILE"] = str(_written(tools / "terraform.rc", cli_config(mirror)))
        # `cdktf deploy` has Terraform lock providers, which by default asks the registry whatever the
        # configuration says: https://developer.hashicorp.com/terraform/cli/commands/providers/lock
        result.setdefault("TF_CLI_ARGS_providers_lock", f"-fs-mirror={shlex.quote(str(mirror))}")
    elif "TF_PLUGIN_CACHE_DIR" not in result:
        cache = tools / "terraform-plugins"
        cache.mkdir(parents=True, exist_ok=True)
        result["TF_PLUGIN_CACHE_DIR"] = str(cache)
    return result


def _written(path: Path, text: str) -> Path:
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return path
