"""The build that synthesizes every environment's endpoint stack from the release."""

from __future__ import annotations

from constructs import Construct

from mlops.builds import read
from mlops.constructs.build_project import BuildContext, BuildProject, BuildProjectConfig


class SynthStep(Construct):
    """Runs ``main.py`` once for all environments; needs nothing of AWS but its artifacts and the library."""

    def __init__(self, scope: Construct, id_: str, context: BuildContext) -> None:
        super().__init__(scope, id_)
        self.build = BuildProject(
            self,
            "build",
            BuildProjectConfig(
                context=context,
                step="synth",
                description="Synthesizes the endpoint stacks from the release",
                buildspec=read("synth"),
                frozen=True,
                timeout_minutes=30,
            ),
        )
