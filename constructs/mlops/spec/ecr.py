"""Container images of one's own, which SageMaker takes from ECR.

https://docs.aws.amazon.com/sagemaker/latest/dg/docker-containers-adapt-your-own.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

IMAGE_PATTERN = (
    r"^(?P<account_id>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<repository>[a-z0-9]+(?:[._/-][a-z0-9]+)*)(?::[A-Za-z0-9._-]{1,128}|@sha256:[0-9a-f]{64})$"
)


@dataclass(frozen=True)
class EcrImage:
    """Where an image is kept."""

    account_id: str
    region: str
    repository: str

    @property
    def repository_arn(self) -> str:
        """What a policy names."""
        return f"arn:aws:ecr:{self.region}:{self.account_id}:repository/{self.repository}"

    @classmethod
    def parse(cls, uri: str) -> EcrImage | None:
        """The image of a URI with a tag or a digest; None where it is not in ECR."""
        match = re.match(IMAGE_PATTERN, uri)
        return cls(**match.groupdict()) if match else None
