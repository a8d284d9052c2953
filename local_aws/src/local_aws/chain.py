"""What every request passes, first to last: the one place where that is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial, reduce
from importlib import import_module
from typing import Any

from local_aws import iam, patches
from local_aws.cbor_bridge import translate_cbor
from local_aws.exchange import Exchange, Step
from local_aws.hooks import Hooks, refuse_conflicts
from local_aws.moto_app import MotoApp
from local_aws.protocols import Environ
from local_aws.runtime import Runtime
from local_aws.steps import (
    authorize,
    identify,
    mask_not_found,
    refuse_web_pages,
    reply_with_errors,
    run_hooks,
)

#: Modules with ``register(hooks, runtime)``; one that uses another engine comes after it.
ENGINES: tuple[str, ...] = (
    "local_aws.codebuild",
    "local_aws.codepipeline",
    "local_aws.codeconnections",
    "local_aws.athena",
    "local_aws.glue",
    "local_aws.sagemaker",
)

App = Callable[[Environ, Any], Iterable[bytes]]


def build(runtime: Runtime, host: str) -> App:
    """The WSGI application of a local AWS, which ``connections.Server`` serves.

    Raises:
        ValueError: two engines or patches want the same of an operation.
    """
    guard = iam.start(runtime)
    engines, fixes = Hooks(), Hooks()
    patches.register(fixes, runtime)
    for engine in ENGINES:
        import_module(engine).register(engines, runtime)
    refuse_conflicts(engines, fixes)
    return _application(
        refuse_web_pages(host),  # this server has no authentication, and runs commands
        translate_cbor,  # Smithy's CBOR to JSON, and the reply back
        identify(runtime.account_id),  # account, region, service, operation
        reply_with_errors,  # what is raised from here on is AWS's error reply in the call's protocol
        authorize(guard),  # IAM: may the caller do this?
        mask_not_found(guard),  # S3's 403 in place of 404 for who may not list the bucket
        run_hooks(engines),  # an engine answers, or looks at the call before moto and at the reply after
        run_hooks(fixes),  # what moto gets wrong, around it alone
        MotoApp(),  # keeps the objects and answers the rest
    )


def _application(*steps: Any) -> App:
    *passed, last = steps
    first = reduce(_before, reversed(passed), last)

    def application(environ: Environ, start_response: Any) -> Iterable[bytes]:
        return first(Exchange(environ))(environ, start_response)  # type: ignore[no-any-return]

    return application


def _before(following: Any, step: Step) -> Any:
    return partial(step, following=following)
