"""IAM as it decides: who may do what, by the policies that moto keeps."""

import os

from local_aws.iam.authorizer import Authorizer
from local_aws.iam.roles import ServiceRoles
from local_aws.runtime import Runtime

#: ``on`` or ``off``: off, whoever asks may do everything, and roles are not taken on.
VARIABLE = "LOCAL_AWS_IAM"
_DEFAULT = "on"


def start(runtime: Runtime) -> Authorizer | None:
    """What judges every call, unless it is switched off, and what lets the engines act in service roles."""
    enforced = os.environ.get(VARIABLE, _DEFAULT) == "on"
    authorizer = Authorizer()
    runtime.provide(authorizer)
    runtime.provide(ServiceRoles(authorizer, enforced=enforced))
    return authorizer if enforced else None
