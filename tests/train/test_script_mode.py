"""The script's archive: what it holds, and that it is the same for the same files."""

from __future__ import annotations

import io
import tarfile
import time
from pathlib import Path

from mlops.train.script_mode import pack


def test_an_archive_holds_the_script_and_nothing_python_left_there(tmp_path: Path) -> None:
    (tmp_path / "helpers/__pycache__").mkdir(parents=True)
    (tmp_path / "helpers/__pycache__/more.pyc").write_bytes(b"")
    (tmp_path / "helpers/more.py").write_text("")
    (tmp_path / "train.py").write_text("print()")
    with tarfile.open(fileobj=io.BytesIO(pack(tmp_path))) as archive:
        assert archive.getnames() == ["helpers/more.py", "train.py"]
        script = archive.extractfile("train.py")
        assert script is not None
        assert script.read() == b"print()"


def test_the_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("print()")
    first = pack(tmp_path)
    time.sleep(0.01)
    script.write_text("print()")
    assert pack(tmp_path) == first
    script.write_text("print(1)")
    assert pack(tmp_path) != first
