"""Whether the images are there: the user's own in ECR, AWS's in the region by the SageMaker SDK's tables.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
"""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from mlops.doctor.finding import Finding, fault, ok
from mlops.doctor.set_up import SetUp
from mlops.spec import Settings, load_example
from mlops.spec.ecr import EcrImage
from mlops.spec.example import referred

SUBJECT = "images"
_MISSING = ("RepositoryNotFoundException", "ImageNotFoundException")


def look(set_up: SetUp) -> Iterator[Finding]:
    """Each image of the user's own, once, and the images of AWS that each example's training names."""
    named = (
        uri for each in set_up.examples for uri in (each.example.training.image, each.example.endpoint.image)
    )
    for uri in dict.fromkeys(uri for uri in named if uri):
        image = EcrImage.parse(uri)
        if image is not None:
            yield _look(set_up, uri, image)
    for settings in set_up.examples:
        if not (settings.example.training.image and settings.example.endpoint.image):
            yield _offered(settings)


def _offered(settings: Settings) -> Finding:
    reference = load_example(settings.example.name).images
    subject = f"{SUBJECT} {settings.example.name}"
    try:
        uris = referred(reference)(settings)
    except ValueError as error:
        said = str(error).partition(" You may need")[0]
        return fault(
            subject,
            said,
            f"another aws.region in mlops.toml, or another image in {reference.partition(':')[0]}",
        )
    return ok(subject, ", ".join(uri.rpartition("/")[2] for uri in dict.fromkeys(uris)))


def _look(set_up: SetUp, uri: str, image: EcrImage) -> Finding:
    named = uri.partition(f"/{image.repository}")[2]
    wanted = {"imageDigest": named[1:]} if named.startswith("@") else {"imageTag": named[1:]}
    ecr = set_up.session.client("ecr", region_name=image.region)
    try:
        ecr.describe_images(registryId=image.account_id, repositoryName=image.repository, imageIds=[wanted])
    except ClientError as error:
        if error.response["Error"]["Code"] not in _MISSING:
            raise
        return fault("image", f"{uri} does not exist", f"docker push {uri}, or correct image in example.toml")
    return ok("image", uri)
