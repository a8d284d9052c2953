"""``python -m mlops.toolchain.assembly``: cut the AWS bindings' jsii assembly down to what ML pipelines use.

The assembly describes 25,000 types in 130 MB of JSON, which every synth would read whole. The cut one is
written beside it, under the same name and version; ``mlops.toolchain.bindings`` prefers it, and has it made
before the first synth.
"""

from __future__ import annotations

import fcntl
import gzip
import io
import json
import re
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mlops.toolchain.bindings import (
    SUBMODULES_FILE,
    TRIMMED,
    bindings_folder,
    stock_assembly,
    submodules_of,
    trimmed_folder,
)
from mlops.toolchain.families import FAMILIES, wanted

_SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*$", re.MULTILINE)


def trim(package: Path) -> list[str]:
    """Write the cut assembly of the bindings' folder ``package``; the Python names of what it keeps.

    Raises:
        OSError: neither that folder nor the user's cache can be written.
    """
    stock, destination = stock_assembly(package), trimmed_folder(package)
    destination.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=destination.parent, prefix=".trim-") as temporary:
        work = Path(temporary) / TRIMMED
        jsii = work / "_jsii"
        jsii.mkdir(parents=True)
        shutil.copyfile(stock.parent / "__init__.py", jsii / "__init__.py")
        kept = _write_assembly(stock, jsii / stock.name)
        (work / SUBMODULES_FILE).write_text(json.dumps({"families": FAMILIES, "submodules": kept}, indent=0))
        if destination.exists():
            destination.rename(Path(temporary) / "old")
        work.rename(destination)
    return kept


def trim_once(package: Path) -> bool:
    """Trim unless that is done, be it by another process at the same time; whether anything was done here.

    Raises:
        OSError: as ``trim``.
    """
    lock = trimmed_folder(package).with_name(".trim.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if submodules_of(package) is not None:
            return False
        sys.stderr.write("Trimming the AWS bindings to what pipelines use, once: a few seconds\n")
        trim(package)
    return True


def _write_assembly(stock: Path, target: Path) -> list[str]:
    """Copy ``stock`` with the wanted submodules only; their Python names."""
    with (
        tarfile.open(stock) as source,
        # No time stamps: jsii caches a package by the digest of its file.
        gzip.GzipFile(target, "wb", compresslevel=6, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as result,
    ):
        folders: dict[str, str] = {}
        for member in source:
            content = source.extractfile(member)
            if content is None:
                continue
            if member.name == "package/.jsii":
                manifest = json.load(content)
                folders = _cut(manifest)
                _add(result, member.name, json.dumps(manifest).encode())
                _add(result, "package/lib/index.js", _index(folders))
            elif member.name == "package/package.json":
                _add(result, member.name, content.read())
            elif member.name.endswith("/index.js") and member.name.split("/")[2] in folders.values():
                _add(result, member.name, _SOURCE_MAP.sub(b"", content.read()))
    return sorted(_python_name(name) for name in folders)


def _cut(manifest: dict[str, Any]) -> dict[str, str]:
    """Take the unwanted submodules and all documentation out of ``manifest``; the folder of each kept one."""
    folders = {
        name.rpartition(".")[2]: submodule["symbolId"].split("/")[1]
        for name, submodule in manifest["submodules"].items()
        if wanted(_python_name(name.rpartition(".")[2]))
    }
    prefix = f"{manifest['name']}."
    manifest["submodules"] = {
        name: {"symbolId": submodule["symbolId"]}
        for name, submodule in manifest["submodules"].items()
        if name.removeprefix(prefix) in folders
    }
    manifest["types"] = {
        name: _undocumented(described)
        for name, described in manifest["types"].items()
        if name.removeprefix(prefix).partition(".")[0] in folders
    }
    manifest.pop("readme", None)
    return folders


def _undocumented(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _undocumented(v) for key, v in value.items() if key not in ("docs", "locationInModule")}
    return [_undocumented(item) for item in value] if isinstance(value, list) else value


def _index(folders: dict[str, str]) -> bytes:
    """The package's entry: each submodule is loaded when it is first asked for."""
    return "".join(_getters(folders)).encode()


def _getters(folders: dict[str, str]) -> Iterator[str]:
    yield '"use strict";\n'
    for name, folder in folders.items():
        yield f"Object.defineProperty(exports, {name!r}, {{ get: () => require('./{folder}') }});\n"


def _python_name(submodule: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", submodule).lower()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


def main() -> int:
    """Trim the installed bindings, unless that is done; 1 if the result cannot be written anywhere."""
    try:
        trim_once(bindings_folder())
    except OSError as error:
        sys.stderr.write(
            f"{error.filename} cannot be written: synthesis works, but slowly. Use a virtualenv.\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
