"""Buildspecs that a construct writes into the project, so that no push can change what a deployment runs."""

from pathlib import Path
from textwrap import indent

#: What ``install_terraform.sh`` needs: a version, and the checksum of terraform_<version>_linux_amd64.zip.
#: https://releases.hashicorp.com/terraform/1.11.4/terraform_1.11.4_SHA256SUMS
TERRAFORM = {
    "TERRAFORM_VERSION": "1.11.4",
    "TERRAFORM_SHA256": "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
}
_FOLDER = Path(__file__).parent
_INSTALL = "        {install_terraform}\n"


def read(name: str) -> str:
    """The text of ``<name>.yml`` here, with ``install_terraform.sh`` in its place, for images without it.

    The shell's ``${`` is escaped so that Terraform leaves it alone.
    """
    text = (_FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    script = (_FOLDER / "install_terraform.sh").read_text(encoding="utf-8")
    return text.replace(_INSTALL, indent(script, " " * 8)).replace("${", "$${")
