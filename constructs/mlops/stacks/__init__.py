"""What the stacks of an example, of the bootstrap and of the workflows consist of.

What ``__all__`` lists is the public API. ``App`` is cdktf's; imported from here, it runs on the right Node.
"""

from mlops.toolchain import bindings

# Before cdktf, for which this chooses the Node, and before anything imports the AWS bindings the slow way.
bindings.seed()

from cdktf import App

from mlops.stacks.access import AccessStack
from mlops.stacks.app import synthesize
from mlops.stacks.base import ExampleStack, ProjectStack, ProjectStackConfig
from mlops.stacks.bootstrap import BootstrapStack
from mlops.stacks.endpoint import EndpointStack
from mlops.stacks.example import add_example_stacks
from mlops.stacks.github_actions import GitHubActionsStack
from mlops.stacks.init import InitStack
from mlops.stacks.pipeline import PipelineStack, PipelineStackConfig

__all__ = [
    "AccessStack",
    "App",
    "BootstrapStack",
    "EndpointStack",
    "ExampleStack",
    "GitHubActionsStack",
    "InitStack",
    "PipelineStack",
    "PipelineStackConfig",
    "ProjectStack",
    "ProjectStackConfig",
    "add_example_stacks",
    "synthesize",
]
