"""The stages that a release goes through: the builds of each environment, and what they may do there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlops.constructs.automatic_rollback import AutomaticRollback
from mlops.constructs.build_project import BuildContext
from mlops.constructs.cross_account_endpoint_access import CrossAccountEndpointAccess
from mlops.constructs.endpoint_access import EndpointAccess
from mlops.constructs.endpoint_execution_role import EndpointExecutionRole, EndpointExecutionRoleConfig
from mlops.constructs.endpoint_gate import EndpointGate, EndpointGateConfig
from mlops.constructs.manual_approval import ManualApproval
from mlops.constructs.ml_pipeline import ReleaseStage
from mlops.constructs.private_bucket import PrivateBucket
from mlops.constructs.review_step import ReviewStep
from mlops.constructs.terraform_step import TerraformStep, TerraformStepConfig
from mlops.spec.settings import ENVIRONMENTS
from mlops.stacks.base import ExampleStack, state_of


@dataclass(frozen=True, kw_only=True)
class ReleaseStages:
    """Makes the stages of ``stack``; ``hosting`` is the role of the endpoints beside the pipeline."""

    stack: ExampleStack
    context: BuildContext
    models: PrivateBucket
    hosting: EndpointExecutionRole | None

    def stage(
        self, environment: str, review: ReviewStep | None = None, approval: ManualApproval | None = None
    ) -> ReleaseStage:
        """What ``environment`` goes through; its constructs are the stack's own."""
        access = self.access(environment)
        state = state_of(self.stack.settings, environment)
        # PROD's own gate runs when the release has replaced the champion, and there is a rollback to that.
        champion = None if environment == "prod" else self.access("prod")
        rollback = (
            AutomaticRollback(context=self.context, environment=environment, state=state, access=access)
            if environment == "prod"
            else None
        )
        hours = self.stack.settings.project.approval.plan_valid_hours
        terraform = TerraformStep(
            self.stack,
            environment,
            TerraformStepConfig(
                context=self.context,
                environment=environment,
                state=state,
                access=access,
                valid_hours=hours,
                rollback=rollback,
            ),
        )
        gate = EndpointGate(
            self.stack,
            f"{environment}-gate",
            EndpointGateConfig(
                context=self.context,
                environment=environment,
                access=access,
                champion=champion,
                approved=approval is not None,
                rollback=rollback,
            ),
        )
        builds = (terraform.deploy, gate.build)
        restore = rollback.role(self.stack, f"{environment}-restore", builds) if rollback else None
        return ReleaseStage(
            environment=environment,
            terraform=terraform,
            gate=gate,
            review=review,
            approval=approval,
            restore=restore,
        )

    def access(self, environment: str) -> EndpointAccess | CrossAccountEndpointAccess:
        """What builds may do with the endpoint of ``environment``: themselves, or by roles where it is."""
        names = self.stack.settings.names_in(environment)
        if names.primary or self.hosting is None:
            return CrossAccountEndpointAccess(names, environment)
        endpoint = self.stack.settings.example.endpoint.of(environment)
        return EndpointAccess(
            names=names,
            environment=environment,
            execution_role=self.hosting,
            models=self.models,
            endpoint=endpoint,
        )


def hosting_role(
    stack: ExampleStack, models: PrivateBucket, images: Sequence[str]
) -> EndpointExecutionRole | None:
    """The endpoints' role, unless all of them are elsewhere."""
    endpoints = {
        environment: stack.settings.example.endpoint.of(environment)
        for environment in ENVIRONMENTS
        if environment not in stack.settings.remote_environments
    }
    if not endpoints:
        return None
    config = EndpointExecutionRoleConfig(names=stack.names, models=models, images=images, endpoints=endpoints)
    return EndpointExecutionRole(stack, "endpoint-execution", config)
