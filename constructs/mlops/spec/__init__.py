"""What is to be built, as plain data: settings, names, releases. Imports nothing of Terraform or AWS."""

from mlops.spec.example import Example, Table, TrainingFile, load_example
from mlops.spec.names import Names
from mlops.spec.problems import InvalidInputError, Problem
from mlops.spec.release import Release, load_release, load_release_of
from mlops.spec.settings import Settings, example_names, load_every_example, load_settings

__all__ = [
    "Example",
    "InvalidInputError",
    "Names",
    "Problem",
    "Release",
    "Settings",
    "Table",
    "TrainingFile",
    "example_names",
    "load_every_example",
    "load_example",
    "load_release",
    "load_release_of",
    "load_settings",
]
