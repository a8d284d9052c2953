"""Which local equivalent an image URI means."""

from __future__ import annotations

import pytest

from local_aws.sagemaker.registry import Registry, UnknownImageError


@pytest.mark.parametrize(
    "uri",
    [
        "438346466558.dkr.ecr.eu-west-1.amazonaws.com/factorization-machines:1",
        "174872318107.dkr.ecr.us-west-2.amazonaws.com/factorization-machines:latest",
        "localhost:5000/team/factorization-machines@sha256:0123",
        "registry/factorization-machines",
    ],
)
def test_an_image_is_found_by_its_repository(uri: str) -> None:
    assert Registry().find(uri).repository == "factorization-machines"


@pytest.mark.parametrize("uri", ["", "registry/xgboost:1", "factorization-machines-2:1"])
def test_another_image_is_not(uri: str) -> None:
    with pytest.raises(UnknownImageError, match=r"there are: .*factorization-machines"):
        Registry().find(uri)
