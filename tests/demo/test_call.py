"""The lines that the demo ends with, where PROD's endpoint is asynchronous.

``test_demo.py`` runs those of an endpoint that answers at once.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

from mlops.demo.call import call
from mlops.spec import load_settings
from tests.project import PROJECT

ROOT = Path(__file__).parents[2]
# Notes what it is asked; there is an answer when it is looked for the second time.
AWS = """#!/bin/sh
echo "$@" >> asked
case "$1 $2" in
  "sagemaker-runtime invoke-endpoint-async") echo s3://answers/one.out ;;
  "s3 ls") test "$(grep -c '^s3 ls' asked)" -gt 1 ;;
  "s3 cp") test "$4" = - && echo the answer ;;
esac
"""


def test_the_lines_put_the_request_into_s3_and_wait_for_the_answer(tmp_path: Path) -> None:
    shutil.copy(PROJECT / "mlops.toml", tmp_path)
    example = tmp_path / "examples" / "movielens" / "example.toml"
    example.parent.mkdir(parents=True)
    shipped = (ROOT / "examples/movielens/example.toml").read_text()
    example.write_text(shipped.replace("[trigger]", "[endpoint.prod.asynchronous]\n\n[trigger]"))
    for name, text in (("aws", AWS), ("python", "#!/bin/sh\n")):
        program = tmp_path / ".venv" / "bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(text)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    settings = load_settings(tmp_path, "movielens")

    lines = call(settings, Path(".work/local-aws"), tmp_path / ".venv/bin")
    run = subprocess.run(
        ["bash", "-c", lines], cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=False
    )

    asked = (tmp_path / "asked").read_text().splitlines()
    inputs = f"s3://{settings.names.models_bucket}/asynchronous/prod/inputs/"
    assert asked[0] == f"s3 cp --only-show-errors examples/movielens/request.json {inputs}"
    assert f"--input-location {inputs}request.json" in asked[1]
    assert asked[2:] == ["s3 ls s3://answers/one.out"] * 2 + ["s3 cp s3://answers/one.out -"]
    assert run.stdout == "the answer\n"
