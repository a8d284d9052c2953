"""Find a filesystem mirror of the AWS provider, so that Terraform needs no registry where one exists.

https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from mlops.toolchain.errors import ToolchainError

PROVIDER = "registry.terraform.io/hashicorp/aws"
MIRROR_VARIABLE = "MLOPS_TERRAFORM_MIRROR"
_ADD_ON_SOFTWARE = Path("/opt")  # Filesystem Hierarchy Standard 3.0, section 3.13


def find_mirror(environ: Mapping[str, str]) -> Path | None:
    """The folder of the first mirror that holds the AWS provider, or None.

    Looks at ``MLOPS_TERRAFORM_MIRROR``, then where Terraform itself looks, then one level below the
    folder for add-on software.

    Raises:
        ToolchainError: ``MLOPS_TERRAFORM_MIRROR`` names a folder that holds no AWS provider.
    """
    named = environ.get(MIRROR_VARIABLE)
    if named:
        if not _holds_provider(Path(named)):
            raise ToolchainError(
                f"{MIRROR_VARIABLE}: {named} holds no {PROVIDER}/<version>/<os_arch>/. "
                f"Name a filesystem mirror that does, or unset {MIRROR_VARIABLE} to download the provider."
            )
        return Path(named)
    return next((folder for folder in _candidates(environ) if _holds_provider(folder)), None)


def cli_config(mirror: Path) -> str:
    """A Terraform CLI configuration that takes the AWS provider from ``mirror`` and all else directly.

    Terraform asks every matching source, and one it cannot reach is an error: hence the exclusion.
    """
    return f"""provider_installation {{
  filesystem_mirror {{
    path    = "{mirror}"
    include = ["{PROVIDER}"]
  }}
  direct {{
    exclude = ["{PROVIDER}"]
  }}
}}
"""


def _candidates(environ: Mapping[str, str]) -> Iterable[Path]:
    home = Path(environ.get("HOME") or Path.home())
    data_home = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    yield Path("terraform.d/plugins").absolute()
    yield home / ".terraform.d" / "plugins"
    yield data_home / "terraform" / "plugins"
    for folder in (environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":"):
        yield Path(folder) / "terraform" / "plugins"
    if _ADD_ON_SOFTWARE.is_dir():
        yield from sorted(_ADD_ON_SOFTWARE.iterdir())


def _holds_provider(folder: Path) -> bool:
    return any(folder.glob(f"{PROVIDER}/*/*/terraform-provider-aws*"))
