"""What every pipeline has: the store of its artifacts, and its role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.build_project import BuildProject
from mlops.constructs.github_source import PipelineSource
from mlops.constructs.private_bucket import PrivateBucket
from mlops.constructs.service_role import ServiceRole, ServiceRoleConfig
from mlops.spec import Names


def artifact_store(artifacts: PrivateBucket) -> aws.codepipeline.CodepipelineArtifactStore:
    """The bucket, with its key."""
    return aws.codepipeline.CodepipelineArtifactStore(
        type="S3",
        location=artifacts.id_reference,
        encryption_key={"id": artifacts.key.arn, "type": "KMS"},
    )


@dataclass(frozen=True, kw_only=True)
class PipelineRoleConfig:
    """The role is named by its ``purpose``, as in ``Names.role``."""

    names: Names
    purpose: str
    pipeline: str
    artifacts: PrivateBucket
    source: PipelineSource
    builds: Sequence[BuildProject]


def pipeline_role(scope: Construct, config: PipelineRoleConfig) -> ServiceRole:
    """A role that reads and writes artifacts, fetches the source and runs the builds."""
    names = config.names
    role = ServiceRole(
        scope,
        "role",
        ServiceRoleConfig(
            name=names.role(config.purpose),
            service="codepipeline.amazonaws.com",
            account_id=names.account_id,
            description=f"What the pipeline {config.pipeline} may do",
            source_arns=(names.arn("codepipeline", config.pipeline),),
        ),
    )
    config.artifacts.grant_read(role, versions=True)
    config.artifacts.grant_write(role)
    config.source.grant_use(role)
    BuildProject.grant_start(role, config.builds)
    return role
