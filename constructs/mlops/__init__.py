"""SageMaker MLOps as Terraform, in Python: constructs, and the release machinery around them."""

__version__ = "0.2.0"
