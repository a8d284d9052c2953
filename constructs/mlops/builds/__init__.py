"""The pipeline's frozen builds: buildspecs, which a construct writes into the project, and their commands.

No push can change what they run: the library comes from the pipeline stack, by its digest.
"""

from pathlib import Path
from textwrap import indent

#: The Terraform that a build without one installs, and the checksum of terraform_<version>_linux_amd64.zip.
#: https://releases.hashicorp.com/terraform/1.11.4/terraform_1.11.4_SHA256SUMS
TERRAFORM = {
    "TERRAFORM_VERSION": "1.11.4",
    "TERRAFORM_SHA256": "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
}
_FOLDER = Path(__file__).parent
_LOCKS = {"synth": "synth", "monitor": "monitor"}
_INSTALL = "        {install_library}\n"


def read(step: str) -> str:
    """The text of ``<step>.yml`` here, with ``install_library.sh`` in its place.

    The shell's ``${`` is escaped so that Terraform leaves it alone.
    """
    text = (_FOLDER / f"{step}.yml").read_text(encoding="utf-8")
    script = (_FOLDER / "install_library.sh").read_text(encoding="utf-8")
    script = script.replace("{lock}", _LOCKS.get(step, "release"))
    return text.replace(_INSTALL, indent(script, " " * 8)).replace("${", "$${")
