"""A local AWS for each test module, as the library's own trainings have it."""

from tests.train.conftest import aws, credentials

__all__ = ["aws", "credentials"]
