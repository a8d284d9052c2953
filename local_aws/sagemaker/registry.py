"""The container images that one local AWS can run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from local_aws.images.catalogue import IMAGES
from local_aws.images.image import Image
from local_aws.images.own_images import read_images


class UnknownImageError(ValueError):
    """An image without a local equivalent; the message names those that there are."""


class Registry:
    """The local equivalents by the repository name of their image; a user's own come first.

    Args:
        files: what declares the user's own images.

    Raises:
        OwnImagesError: with everything that is wrong with the files.
    """

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._images = {image.repository: image for image in (*IMAGES, *read_images(files))}

    def add(self, *images: Image) -> None:
        """Take in further images."""
        self._images |= {image.repository: image for image in images}

    def find(self, uri: str) -> Image:
        """The local equivalent of ``<registry>/<repository>[:tag][@digest]``.

        A repository is known by its whole name, or by its last part alone, as a mirror of AWS's has it.

        Raises:
            UnknownImageError: there is none.
        """
        repository = uri.partition("@")[0].partition("/")[2].partition(":")[0]
        image = self._images.get(repository) or self._images.get(repository.rpartition("/")[2])
        if image is None:
            raise UnknownImageError(
                f"the local AWS has no equivalent of the image {uri}; there are: "
                f"{', '.join(sorted(self._images))}. To add it, write a file images.toml with [[image]], "
                f'repository = "{repository}" and the commands train and serve, and start the local AWS '
                "with --images images.toml; see docs/local-aws.md, Your own image"
            )
        return image
