"""The build that judges an endpoint and stops the pipeline if it fails."""

from __future__ import annotations

from dataclasses import dataclass

from constructs import Construct

from mlops.constructs import aws
from mlops.constructs.automatic_rollback import AutomaticRollback
from mlops.constructs.build_project import BuildContext, BuildProject, BuildProjectConfig
from mlops.constructs.cross_account_endpoint_access import CrossAccountEndpointAccess
from mlops.constructs.endpoint_access import EndpointAccess
from mlops.constructs.policy import Statement

_MINUTES = 60


@dataclass(frozen=True, kw_only=True)
class EndpointGateConfig:
    """The gate of one ``environment``'s endpoint; ``access`` gives the right to ask it.

    ``champion`` is the access to what a passing release will replace, which is asked the same rows.
    Where the deployment was ``approved`` by a person, the ledger's entry says by whom. The ``rollback``, if
    there is one, follows on a release that does not pass.
    """

    context: BuildContext
    environment: str
    access: EndpointAccess | CrossAccountEndpointAccess
    champion: EndpointAccess | CrossAccountEndpointAccess | None = None
    approved: bool = False
    rollback: AutomaticRollback | None = None


class EndpointGate(Construct):
    """Runs ``endpoint_tests/<name>/buildspec.yml``; its JUnit report goes to the report group ``gate``."""

    def __init__(self, scope: Construct, id_: str, config: EndpointGateConfig) -> None:
        super().__init__(scope, id_)
        names, step = config.context.names, f"{config.environment}-test"
        endpoint = names.endpoint(config.environment)
        self.build = BuildProject(
            self,
            "build",
            BuildProjectConfig(
                context=config.context,
                step=step,
                description=f"Judges the endpoint {endpoint}",
                buildspec=f"endpoint_tests/{names.example}/buildspec.yml",
                timeout_minutes=_MINUTES + (AutomaticRollback.MINUTES if config.rollback else 0),
                variables={
                    "MLOPS_ENVIRONMENT": config.environment,
                    "ENDPOINT_NAME": endpoint,
                    **config.access.variables("test"),
                    **_champion_variables(config.champion),
                    **({"MLOPS_APPROVAL": "manual"} if config.approved else {}),
                    **(config.rollback.variables() if config.rollback else {}),
                },
            ),
        )
        group = names.report_group(step)
        aws.codebuild_report_group.CodebuildReportGroup(
            self,
            "reports",
            name=group,
            type="TEST",
            delete_reports=True,
            export_config={"type": "NO_EXPORT"},
        )
        report = ("codebuild:BatchPutTestCases", "codebuild:CreateReport", "codebuild:UpdateReport")
        config.access.grant_test(self.build.role)
        if config.champion:
            config.champion.grant_champion(self.build.role)
        reporting = Statement("Report", report, (names.arn("codebuild", f"report-group/{group}"),))
        self.build.role.grant("judge", reporting)
        config.context.ledger.grant_add(self.build.role, f"{step}/")
        if config.rollback:
            config.rollback.grant_take(self.build.role)
        if config.approved:
            pipeline = (names.arn("codepipeline", names.pipeline),)
            look = Statement("Look", ("codepipeline:ListActionExecutions",), pipeline)
            self.build.role.grant("approval", look)


def _champion_variables(champion: EndpointAccess | CrossAccountEndpointAccess | None) -> dict[str, str]:
    if champion is None:
        return {}
    endpoint = champion.names.endpoint(champion.environment)
    return {"CHAMPION_ENDPOINT": endpoint, **champion.variables("champion")}
