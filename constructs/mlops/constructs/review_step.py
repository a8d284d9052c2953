"""The build that makes PROD's plan readable for the person who approves it."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct

from mlops.builds import read
from mlops.constructs import aws
from mlops.constructs.build_project import BuildContext, BuildProject, BuildProjectConfig


class ReviewStep(Construct):
    """Compares plan and release with what PROD serves; reads the ledger and adds ``prod-review/`` to it."""

    #: The steps of the ledger that say what PROD serves, and hold the evidence that the review links to.
    READS = ("train/", "qa-test/", "prod-plan/", "prod-test/")

    def __init__(self, scope: Construct, id_: str, context: BuildContext) -> None:
        super().__init__(scope, id_)
        step = "prod-review"
        self.build = BuildProject(
            self,
            "build",
            BuildProjectConfig(
                context=context,
                step=step,
                description="Shows what PROD's plan would do and what changed since the release in PROD",
                buildspec=read("review"),
                frozen=True,
                timeout_minutes=15,
            ),
        )
        context.ledger.grant_read(self.build.role, *self.READS)
        context.ledger.grant_add(self.build.role, f"{step}/")

    def action(
        self, run_order: int, variables: Mapping[str, str]
    ) -> aws.codepipeline.CodepipelineStageAction:
        """The pipeline's action; ``variables`` are what Plan says of its plan."""
        inputs = ["SourceOutput", "TrainOutput", "QaTest", "ProdPlan"]
        return self.build.action(
            "Review", inputs=inputs, output="ProdReview", run_order=run_order, variables=variables
        )
