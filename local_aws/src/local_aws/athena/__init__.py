"""Athena: queries run on DuckDB over the objects of Glue's tables. Workgroups themselves are moto's."""

from __future__ import annotations

from local_aws.athena.metadata import Metadata
from local_aws.athena.queries import Queries
from local_aws.hooks import Hooks
from local_aws.runtime import Runtime


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Plug Athena's engine in."""
    Queries(runtime).register(hooks)
    Metadata(runtime).register(hooks)
