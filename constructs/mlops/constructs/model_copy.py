"""A released model, copied to where an endpoint in another account or region reads it."""

from __future__ import annotations

from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.policy import Statement
from mlops.constructs.private_bucket import PrivateBucket
from mlops.constructs.role import Role
from mlops.spec import Names
from mlops.spec.release import ModelArtifact

# Where training leaves models, and where the copies are.
_MODELS = "*/model/"


class ModelCopy(Construct):
    """The artifact ``trained`` under the same key in the bucket of ``served``.

    SageMaker takes a model only from its own region. S3 copies at most 5 GB in one request.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    """

    def __init__(self, scope: Construct, id_: str, trained: ModelArtifact, served: ModelArtifact) -> None:
        super().__init__(scope, id_)
        bucket, key = served.location
        self.resource = aws.s3_object_copy.S3ObjectCopy(
            self,
            "object",
            bucket=bucket,
            key=key,
            source="/".join(trained.location),
            # The provider's default tags, which would otherwise differ at every plan.
            tagging_directive="REPLACE",
            lifecycle={"create_before_destroy": True},
        )


def grant_see_copy(role: Role, models: PrivateBucket) -> None:
    """Let ``role`` see the copies in ``models``."""
    models.grant_read(role, _MODELS)
    role.grant("see-copy", Statement("Tags", ("s3:GetObjectTagging",), models.object_arns(_MODELS)))


def grant_copy(role: Role, primary: Names, models: PrivateBucket) -> None:
    """Let ``role`` copy models from the models bucket of ``primary`` to ``models``, and remove the copies."""
    grant_see_copy(role, models)
    models.grant_write(role, _MODELS)
    models.grant_delete(role, _MODELS, versions=True)
    tag = Statement("Tag", ("s3:PutObjectTagging",), models.object_arns(_MODELS))
    role.grant("copy", tag)
    trained = PrivateBucket.by_name(
        "trained", primary.models_bucket, account_id=primary.account_id, region=primary.region
    )
    trained.grant_get(role, _MODELS)
