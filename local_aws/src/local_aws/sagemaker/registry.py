"""The container images that one local AWS can run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from local_aws.images.catalogue import IMAGES
from local_aws.images.image import Image
from local_aws.images.own_images import OwnImagesError, read_images


class UnknownImageError(ValueError):
    """An image without a local equivalent; the message names those that there are."""


class Registry:
    """The local equivalents by the repository name of their image; a user's own come first.

    Args:
        files: what declares the user's own images; read anew each time, so that a change counts at once.

    Raises:
        OwnImagesError: with everything that is wrong with the files.
    """

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._images = list(IMAGES)
        self._files = tuple(files)
        self._known()

    def add(self, *images: Image) -> None:
        """Take in further images."""
        self._images += images

    def find(self, uri: str) -> Image:
        """The local equivalent of ``<registry>/<repository>[:tag][@digest]``.

        A repository is known by its whole name, or by its last part alone, as a mirror of AWS's has it.

        Raises:
            UnknownImageError: there is none, or a file of the user's has become wrong.
        """
        try:
            known = self._known()
        except OwnImagesError as error:
            raise UnknownImageError(f"your own images cannot be read: {error}") from error
        repository = uri.partition("@")[0].partition("/")[2].partition(":")[0]
        image = known.get(repository) or known.get(repository.rpartition("/")[2])
        if image is None:
            raise UnknownImageError(
                f"the local AWS has no equivalent of the image {uri}; there are: "
                f"{', '.join(sorted(known))}. To add it, write a file images.toml with [[image]], "
                f'repository = "{repository}" and the commands train and serve, and start the local AWS '
                "with --images images.toml; see the README of sagemaker-local-aws, Images"
            )
        return image

    def _known(self) -> dict[str, Image]:
        return {image.repository: image for image in (*self._images, *read_images(self._files))}
