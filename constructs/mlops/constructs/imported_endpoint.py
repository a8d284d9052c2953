"""An endpoint of another stack, or of none: what may be granted on it and what CloudWatch counts of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cdktf import Token
from constructs import Construct

from mlops.constructs.endpoint_metrics import EndpointMetrics
from mlops.constructs.policy import Statement
from mlops.constructs.role import Role
from mlops.spec import InvalidInputError, Problem

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
_FIELDS = {
    "name": (r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", "an endpoint's name: 1 to 63 letters, digits and hyphens"),
    "account_id": (r"\d{12}", "an AWS account id of 12 digits"),
    "region": (r"[a-z]{2}(-[a-z]+)+-\d", "a region such as eu-west-1"),
}


class ImportedEndpoint(Construct, EndpointMetrics):
    """A real-time endpoint known by name; it makes no resource. ``ModelEndpoint.from_name`` makes one.

    Raises:
        InvalidInputError: with every value that cannot be one; what Terraform computes is taken as it is.
    """

    def __init__(self, scope: Construct, id_: str, name: str, *, account_id: str, region: str) -> None:
        problems = [*_problems(id_, {"name": name, "account_id": account_id, "region": region})]
        if problems:
            raise InvalidInputError(problems)
        super().__init__(scope, id_)
        self._name = name
        self.arn = f"arn:aws:sagemaker:{region}:{account_id}:endpoint/{name}"

    @property
    def name(self) -> str:
        """The endpoint's."""
        return self._name

    def grant_invoke(self, role: Role) -> None:
        """Let ``role`` ask this endpoint for predictions."""
        invoke = Statement("Invoke", ("sagemaker:InvokeEndpoint",), (self.arn,))
        role.grant(f"invoke-{self.node.id}", invoke)


def _problems(id_: str, given: dict[str, str]) -> Iterator[Problem]:
    for field, value in given.items():
        pattern, allowed = _FIELDS[field]
        if not Token.is_unresolved(value) and not re.fullmatch(pattern, value):
            yield Problem(f"endpoint {id_}", field, repr(value), allowed, f"Correct {field}.")
