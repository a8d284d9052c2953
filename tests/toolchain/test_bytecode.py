"""Which files of the AWS bindings are not compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlops.toolchain.bindings import bindings_folder
from mlops.toolchain.bytecode import unused


def test_submodules_that_pipelines_use_are_compiled_and_others_are_not() -> None:
    package = bindings_folder()
    skipped = unused(package)
    for name in ("sagemaker_endpoint/__init__.py", "s3_bucket/__init__.py", "__init__.py"):
        assert (package / name).is_file()
        assert not skipped.search(str(package / name))
    assert (package / "medialive_channel/__init__.py").is_file()
    assert skipped.search(str(package / "medialive_channel/__init__.py"))
    assert not skipped.search(str(package.parent / "boto3/__init__.py"))


def test_bindings_that_were_not_cut_are_told(tmp_path: Path) -> None:
    (tmp_path / "_jsii").mkdir()
    (tmp_path / "_jsii/bindings.jsii.tgz").touch()
    with pytest.raises(LookupError, match="has no cut assembly"):
        unused(tmp_path)
