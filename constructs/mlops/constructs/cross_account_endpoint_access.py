"""How the builds of a release reach an endpoint in another account or region."""

from __future__ import annotations

from dataclasses import dataclass

from mlops.constructs.endpoint_access import Part
from mlops.constructs.policy import Statement
from mlops.constructs.role import Role
from mlops.spec import Names

#: The variable that names the role which a visiting stack's provider takes on. It is ephemeral:
#: https://developer.hashicorp.com/terraform/language/values/variables#ephemeral
ASSUME_ROLE = "assume_role_arn"
# The parts that ask by themselves, not through Terraform, and what their variables begin with.
_CALLERS: dict[Part, str] = {"test": "ENDPOINT", "champion": "CHAMPION", "monitor": "CAPTURE"}


@dataclass(frozen=True)
class CrossAccountEndpointAccess:
    """The rights of ``EndpointAccess`` through the roles that the environment's access stack makes.

    ``names`` are those of the endpoint's account and region.
    """

    names: Names
    environment: str

    def grant_plan(self, role: Role) -> None:
        """Let ``role`` see what there is."""
        self._grant_assume("plan", role)

    def grant_deploy(self, role: Role) -> None:
        """Let ``role`` see and change what there is."""
        self._grant_assume("deploy", role)

    def grant_test(self, role: Role) -> None:
        """Let ``role`` ask the endpoint."""
        self._grant_assume("test", role)

    def grant_champion(self, role: Role) -> None:
        """Let ``role`` ask the endpoint beside the one that it judges."""
        self._grant_assume("champion", role)

    def grant_captures(self, role: Role) -> None:
        """Let ``role`` read the requests and answers that the endpoint captured."""
        self._grant_assume("monitor", role)

    def variables(self, part: Part) -> dict[str, str]:
        """The variables of a build that plays this part: the role to take on."""
        arn = self.names.role_arn(f"{self.environment}-{part}")
        if part in _CALLERS:
            whose = _CALLERS[part]
            return {f"{whose}_ROLE_ARN": arn, f"{whose}_REGION": self.names.region}
        return {f"TF_VAR_{ASSUME_ROLE}": arn}

    def _grant_assume(self, part: Part, role: Role) -> None:
        arn = self.names.role_arn(f"{self.environment}-{part}")
        role.grant(f"visit-{self.environment}-{part}", Statement("Assume", ("sts:AssumeRole",), (arn,)))
