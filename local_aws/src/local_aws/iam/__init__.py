"""IAM as it decides: who may do what, by the policies that moto keeps."""

import os

from local_aws.hooks import Hooks
from local_aws.iam.authorizer import Authorizer
from local_aws.iam.roles import ServiceRoles
from local_aws.runtime import Runtime

#: ``on`` or ``off``: off, whoever asks may do everything, and roles are not taken on.
VARIABLE = "LOCAL_AWS_IAM"
_DEFAULT = "on"


def register(hooks: Hooks, runtime: Runtime) -> None:
    """Judge every call, and let the engines act in their service roles."""
    enforced = os.environ.get(VARIABLE, _DEFAULT) == "on"
    authorizer = Authorizer()
    if enforced:
        hooks.guard = authorizer
    runtime.provide(authorizer)
    runtime.provide(ServiceRoles(authorizer, enforced=enforced))
