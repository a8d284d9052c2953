"""The bindings: loaded in part, and never wrongly for that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from mlops.toolchain.bindings import bindings_folder, submodules_of

ROOT = Path(__file__).parents[2]
SYNTH = """
import mlops.constructs
from cdktf import App, TerraformStack, Testing
from mlops.constructs.private_bucket import PrivateBucket, PrivateBucketConfig
stack = TerraformStack(App(), "stack")
PrivateBucket(stack, "bucket", PrivateBucketConfig(name="raw", account_id="123456789012", region="eu-west-1"))
print(Testing.synth(stack))
"""


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "constructs")])
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
    )


def test_the_trimmed_and_the_whole_bindings_synthesize_the_same() -> None:
    trimmed, whole = run(SYNTH), run(SYNTH, MLOPS_BINDINGS="whole")
    assert trimmed.returncode == 0, trimmed.stderr
    assert "aws_s3_bucket" in trimmed.stdout
    assert trimmed.stdout == whole.stdout


def test_only_the_submodules_used_are_imported() -> None:
    code = "import sys, mlops.constructs.aws; print(sum(n.startswith('cdktf_cdktf') for n in sys.modules))"
    assert int(run(code).stdout) < 150


def test_a_binding_that_the_trimmed_set_lacks_is_named_with_the_remedy() -> None:
    assert submodules_of(bindings_folder()), "run: python -m mlops.toolchain.assembly"
    lacking = run("import mlops.constructs\nfrom cdktf_cdktf_provider_aws import quicksight_theme")
    assert lacking.returncode != 0
    message = lacking.stderr.splitlines()[-1]
    assert "The trimmed AWS bindings lack quicksight_theme" in message
    assert "MLOPS_BINDINGS=whole" in message


def test_a_binding_that_does_not_exist_is_an_ordinary_import_error() -> None:
    missing = run("import mlops.constructs\nimport cdktf_cdktf_provider_aws.no_such_thing")
    assert "ModuleNotFoundError" in missing.stderr
