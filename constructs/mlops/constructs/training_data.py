"""The raw data of an example: files in a bucket, and on demand a catalogue to query them through."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cdktf import App, Precondition, TerraformResourceLifecycle, TerraformStack
from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.data_catalog import DataCatalog, DataCatalogConfig
from mlops.constructs.private_bucket import PrivateBucket, PrivateBucketConfig
from mlops.constructs.query_workgroup import RESULTS, QueryWorkgroup, QueryWorkgroupConfig
from mlops.spec import InvalidInputError, Names, Problem, Table, TrainingFile

_KEEP_RESULTS_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class TrainingDataConfig:
    """``fetch_command`` is what a user runs when a file is missing; without ``tables``, no catalogue."""

    names: Names
    files: Sequence[TrainingFile]
    fetch_command: str
    tables: Sequence[Table] = ()

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that the files are in, each once; a file at the top stands for itself."""
        tops = (file.key.partition("/") for file in self.files)
        return tuple(dict.fromkeys(f"{head}{slash}" for head, slash, _ in tops))


class TrainingData(Construct):
    """The bucket ``names.data_bucket`` with the files in it, uploaded by Terraform when they change.

    Raises:
        InvalidInputError: files with the same key, or tables without a file or with columns twice.
    """

    def __init__(self, scope: Construct, id_: str, config: TrainingDataConfig) -> None:
        _check(config)
        super().__init__(scope, id_)
        names = config.names
        self.bucket = PrivateBucket(
            self,
            "bucket",
            PrivateBucketConfig(
                name=names.data_bucket,
                account_id=names.account_id,
                region=names.region,
                expire_after_days={RESULTS: _KEEP_RESULTS_DAYS} if config.tables else None,
            ),
        )
        for file in config.files:
            self._upload(file, config.fetch_command)
        if config.tables:
            DataCatalog(
                self, "catalog", DataCatalogConfig(names=names, bucket=self.bucket, tables=config.tables)
            )
            QueryWorkgroup(
                self, "athena", QueryWorkgroupConfig(name=names.athena_workgroup, bucket=self.bucket)
            )

    def _upload(self, file: TrainingFile, fetch_command: str) -> None:
        path = self._from_stack_folder(file.path)
        aws.s3_object.S3Object(
            self,
            file.key,
            bucket=self.bucket.id_reference,
            key=file.key,
            source=path,
            source_hash=f'${{fileexists("{path}") ? filemd5("{path}") : null}}',
            kms_key_id=self.bucket.key.arn,
            lifecycle=TerraformResourceLifecycle(
                precondition=[
                    Precondition(
                        condition=f'${{fileexists("{path}")}}',
                        error_message=f"{file.path.name} is not there yet. Run: {fetch_command}",
                    )
                ]
            ),
            depends_on=self.bucket.dependencies,
        )

    def _from_stack_folder(self, path: Path) -> str:
        """``path`` as Terraform sees it, relative, so that every machine synthesizes the same."""
        stack, app = TerraformStack.of(self), App.of(self)
        folder = Path(app.outdir).absolute() / "stacks" / stack.node.id
        return f"${{path.module}}/{Path(os.path.relpath(path.absolute(), folder)).as_posix()}"


def _check(config: TrainingDataConfig) -> None:
    problems = []
    keys = [file.key for file in config.files]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        problems.append(Problem("TrainingData", "files", f"{key} twice", "one file for a key", "Rename one."))
    for table in config.tables:
        if not any(key.startswith(table.folder) for key in keys):
            allowed = f"at least one file under {table.folder}"
            problems.append(Problem("TrainingData", f"tables.{table.name}", "none", allowed, "Add a file."))
        if len(set(table.columns)) < len(table.columns):
            given = ", ".join(table.columns)
            problems.append(
                Problem("TrainingData", f"tables.{table.name}.columns", given, "each once", "Rename one.")
            )
    if problems:
        raise InvalidInputError(problems)
