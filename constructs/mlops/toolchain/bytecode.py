"""``python -m mlops.toolchain.bytecode``: compile what is installed, but not what nobody imports.

2,200 submodules of the bindings are half of all Python source in the environment; pipelines use a tenth.
"""

from __future__ import annotations

import compileall
import re
import sys
import sysconfig
from pathlib import Path

from mlops.toolchain.bindings import bindings_folder, submodules_of


def unused(package: Path) -> re.Pattern[str]:
    """Matches the path of every file in a submodule that ``toolchain.assembly`` has not kept.

    Raises:
        LookupError: it has not run.
    """
    submodules = submodules_of(package)
    if submodules is None:
        raise LookupError(f"{package} has no cut assembly. Run: python -m mlops.toolchain.assembly")
    kept = "|".join(map(re.escape, sorted(submodules)))
    return re.compile(rf"{re.escape(str(package))}/(?!(?:{kept})/|[^/]*$)")


def main() -> int:
    """Compile on every processor; sources of another Python's grammar, which some packages hold, stay."""
    compileall.compile_dir(
        sysconfig.get_path("purelib"), maxlevels=99, quiet=2, rx=unused(bindings_folder()), workers=0
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
