"""What a container's role lets it pull."""

from __future__ import annotations

from typing import Any

import pytest

from mlops.constructs.sagemaker_role import SageMakerRole, SageMakerRoleConfig
from mlops.spec import Names


@pytest.mark.parametrize(
    ("image", "arn"),
    [
        ("tensorflow-training", "arn:aws:ecr:eu-west-1:*:repository/tensorflow-training"),
        (
            "210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/churn:1",
            "arn:aws:ecr:eu-west-1:210987654321:repository/team/churn",
        ),
    ],
    ids=["AWS's image, from whichever account of AWS's", "a user's own, from its account alone"],
)
def test_it_pulls_its_image_and_no_other(names: Names, synth: Any, image: str, arn: str) -> None:
    config = SageMakerRoleConfig(
        names=names,
        of="training-execution",
        description="Trains",
        images=(image,),
        log_group="/aws/sagemaker/TrainingJobs",
        streams="*",
        metric_namespace="/aws/sagemaker/TrainingJobs",
        source_arns=(names.arn("sagemaker", "training-job/*"),),
    )
    stack = synth(lambda stack: SageMakerRole(stack, "role", config))
    allowed = stack.allowed(names.role("training-execution"))
    for action in ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"):
        assert allowed[action] == [arn]
    assert allowed["ecr:GetAuthorizationToken"] == ["*"]
