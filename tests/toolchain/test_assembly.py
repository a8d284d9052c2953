"""Trimming the bindings: what is kept is whole, what is not is gone, and the project's own is kept."""

from __future__ import annotations

import io
import json
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mlops.constructs import aws
from mlops.toolchain.assembly import trim, trim_once
from mlops.toolchain.bindings import TRIMMED, submodules_of, trimmed_folder
from mlops.toolchain.families import wanted

NAME = "provider-aws@1.0.0.jsii.tgz"
ASSEMBLY = {
    "name": "@cdktf/provider-aws",
    "version": "1.0.0",
    "readme": {"markdown": "long"},
    "submodules": {
        "@cdktf/provider-aws.s3Bucket": {"symbolId": "src/s3-bucket/index:", "readme": {"markdown": "long"}},
        "@cdktf/provider-aws.quicksightTheme": {"symbolId": "src/quicksight-theme/index:"},
    },
    "types": {
        "@cdktf/provider-aws.s3Bucket.S3Bucket": {"kind": "class", "docs": {"summary": "long"}},
        "@cdktf/provider-aws.quicksightTheme.QuicksightTheme": {"kind": "class"},
    },
}
FILES = {
    "package/.jsii": json.dumps(ASSEMBLY),
    "package/package.json": "{}",
    "package/lib/index.js": "everything at once",
    "package/lib/s3-bucket/index.js": "exports.S3Bucket = 1;\n//# sourceMappingURL=data:long",
    "package/lib/quicksight-theme/index.js": "exports.QuicksightTheme = 1;",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "_jsii").mkdir()
    (tmp_path / "_jsii" / "__init__.py").write_text("# loads the assembly beside it\n")
    with tarfile.open(tmp_path / "_jsii" / NAME, "w:gz") as archive:
        for name, text in FILES.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return tmp_path


def unpacked(package: Path) -> dict[str, str]:
    with tarfile.open(package / TRIMMED / "_jsii" / NAME) as archive:
        return {name: archive.extractfile(name).read().decode() for name in archive.getnames()}  # type: ignore[union-attr]


def test_the_wanted_submodules_are_kept_without_documentation(package: Path) -> None:
    assert trim(package) == ["s3_bucket"]
    files = unpacked(package)
    assembly = json.loads(files["package/.jsii"])
    assert (assembly["name"], assembly["version"]) == ("@cdktf/provider-aws", "1.0.0")
    assert assembly["types"] == {"@cdktf/provider-aws.s3Bucket.S3Bucket": {"kind": "class"}}
    assert list(assembly["submodules"]) == ["@cdktf/provider-aws.s3Bucket"]
    assert files["package/lib/s3-bucket/index.js"] == "exports.S3Bucket = 1;\n"
    assert "package/lib/quicksight-theme/index.js" not in files
    assert "require('./s3-bucket')" in files["package/lib/index.js"]


def test_the_stock_assembly_stays_as_it_was(package: Path) -> None:
    before = (package / "_jsii" / NAME).read_bytes()
    trim(package)
    assert (package / "_jsii" / NAME).read_bytes() == before


def test_the_same_assembly_is_trimmed_to_the_same_bytes(package: Path) -> None:
    trim(package)
    first = (package / TRIMMED / "_jsii" / NAME).read_bytes()
    trim(package)
    assert (package / TRIMMED / "_jsii" / NAME).read_bytes() == first


def test_a_cut_of_another_version_is_not_used(package: Path) -> None:
    trim(package)
    assert submodules_of(package) == frozenset({"s3_bucket"})
    (package / "_jsii" / NAME).rename(package / "_jsii" / "provider-aws@2.0.0.jsii.tgz")
    assert submodules_of(package) is None


def test_a_cut_to_another_choice_is_not_used(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trim(package)
    monkeypatch.setattr("mlops.toolchain.bindings.FAMILIES", ("quicksight",))
    assert submodules_of(package) is None


def test_of_several_processes_at_once_one_trims_and_all_find_the_cut(package: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        did = list(pool.map(trim_once, [package] * 4))
    assert sorted(did) == [False, False, False, True]
    assert submodules_of(package) == frozenset({"s3_bucket"})


def test_where_the_bindings_are_read_only_the_cut_goes_into_the_users_cache(
    package: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setattr("mlops.toolchain.bindings.os.access", lambda *_: False)
    assert trim_once(package)
    assert trimmed_folder(package).is_relative_to(cache)
    assert submodules_of(package) == frozenset({"s3_bucket"})
    assert not (package / TRIMMED).exists()


def test_everything_that_the_project_uses_is_kept() -> None:
    used = set(aws.__all__) - {"PROVIDER_VERSIONS"}
    assert used
    assert {name for name in used if not wanted(name)} == set()
