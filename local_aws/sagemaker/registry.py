"""The container images that can be run here."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from local_aws import images
from local_aws.images.image import Image


class UnknownImageError(ValueError):
    """An image without a local equivalent; the message names those that there are."""


@cache
def known() -> dict[str, Image]:
    """The local equivalents by the repository name of their image."""
    packages = (
        import_module(f"{images.__name__}.{info.name}")
        for info in pkgutil.iter_modules(images.__path__)
        if info.ispkg
    )
    return {image.repository: image for package in packages for image in package.IMAGES}


def find(uri: str) -> Image:
    """The local equivalent of ``<registry>/<repository>[:tag][@digest]``.

    Raises:
        UnknownImageError: there is none.
    """
    repository = uri.partition("@")[0].rpartition("/")[2].partition(":")[0]
    if repository not in known():
        raise UnknownImageError(
            f"the local AWS has no equivalent of the image {uri}; there are: {', '.join(sorted(known()))}. "
            "Add one as a package local_aws/images/<name>/ that defines IMAGES; see docs/local-aws.md"
        )
    return known()[repository]
