"""Records ``plans/``: what the real Terraform and provider plan for each change of ``reviewed/main.tf``.

``python tests/plans/record.py``, from the project's root, after a change of that file or of Terraform.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from local_aws.server import LocalAws
from mlops.toolchain import terraform_environment

HERE = Path(__file__).parent
CHANGES = ("none", "additions", "replacement", "destruction", "widening", "secret")
# What a summary is read from; the rest repeats it.
KEPT = ("format_version", "resource_changes", "resource_drift", "output_changes", "configuration")
EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, LocalAws(Path(temporary) / "aws") as aws:
        stack = Path(temporary) / "stack"
        shutil.copytree(HERE / "reviewed", stack)
        environment = {**terraform_environment(), **aws.runtime.environment()}

        def terraform(*arguments: str) -> str:
            command = ["terraform", *arguments]
            run = subprocess.run(command, cwd=stack, env=environment, capture_output=True, text=True)
            assert run.returncode == 0, run.stderr
            return run.stdout

        def record(name: str, *options: str) -> None:
            terraform("plan", "-input=false", "-out=tfplan", *options)
            plan: dict[str, Any] = json.loads(terraform("show", "-json", "tfplan"))
            kept = {key: plan[key] for key in KEPT if key in plan}
            (HERE / "plans" / f"{name}.json").write_text(f"{json.dumps(kept)}\n")
            (HERE / "plans" / f"{name}.txt").write_text(terraform("show", "-no-color", "tfplan"))

        terraform("init", "-input=false")
        terraform("apply", "-auto-approve", "-input=false")
        for change in CHANGES:
            record(change, f"-var=change={change}")
        change_by_hand(aws)
        record("drift", "-refresh-only")


def change_by_hand(aws: LocalAws) -> None:
    """What nobody should do in the console."""
    policy = {"RoleName": "reviewed-training", "PolicyName": "training"}
    aws.runtime.client("iam").put_role_policy(**policy, PolicyDocument=json.dumps(EVERYTHING))
    aws.runtime.client("s3").delete_bucket(Bucket="reviewed-data")


if __name__ == "__main__":
    main()
