"""The library itself in S3, in the version that synthesized the stack: what the frozen builds run."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from cdktf import App, ITerraformDependable, TerraformResourceLifecycle, TerraformStack
from constructs import Construct

from mlops.builds.library import LibraryArchive, library_archive
from mlops.constructs import aws
from mlops.constructs.policy import Statement
from mlops.constructs.private_bucket import PrivateBucket
from mlops.constructs.role import Role


class PinnedLibrary(Construct):
    """One object of ``bucket``, uploaded by Terraform; its digest is part of its key and of each project.

    So an upgrade of the library is visible in a plan of the stack, and builds run what was planned.
    """

    #: Where in the bucket the object is; no build writes there.
    FOLDER: ClassVar[str] = "library/"

    def __init__(self, scope: Construct, id_: str, bucket: PrivateBucket) -> None:
        super().__init__(scope, id_)
        self._bucket = bucket
        self._archive = library_archive()
        self._key = f"{self.FOLDER}{self._archive.sha256}/{self._archive.name}"
        # The key holds the digest: nothing else says whether the object is the right one.
        self.resource: ITerraformDependable = aws.s3_object.S3Object(
            self,
            "object",
            bucket=bucket.id_reference,
            key=self._key,
            source=f"${{path.module}}/{_beside_stack(self, self._archive)}",
            kms_key_id=bucket.key.arn,
            # The builds of today find theirs until their projects name the next.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            depends_on=bucket.dependencies,
        )

    def variables(self) -> dict[str, str]:
        """What a build that installs the library must be told."""
        return {
            "MLOPS_LIBRARY": f"s3://{self._bucket.bucket_name}/{self._key}",
            "MLOPS_LIBRARY_SHA256": self._archive.sha256,
        }

    def grant_get(self, role: Role) -> None:
        """Let ``role`` get the library, of this version and of others."""
        bucket = self._bucket
        role.grant(
            "library",
            Statement("Get", ("s3:GetObject",), bucket.object_arns(self.FOLDER)),
            Statement("Decrypt", ("kms:Decrypt",), (bucket.key_arn,), bucket.key_conditions),
        )


def _beside_stack(scope: Construct, archive: LibraryArchive) -> str:
    """Write the archive into the folder of the stack's JSON; its name there."""
    folder = Path(App.of(scope).outdir) / "stacks" / TerraformStack.of(scope).node.id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / archive.name).write_bytes(archive.body)
    return archive.name
