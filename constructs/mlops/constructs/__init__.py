"""CDKTF constructs that train, gate and release SageMaker models.

Import each construct from its own module: ``from mlops.constructs.private_bucket import PrivateBucket``.
"""

from mlops.toolchain import bindings

# Before anything can import the AWS bindings the slow way.
bindings.seed()
