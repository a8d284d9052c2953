"""SageMaker MLOps as Terraform, in Python: constructs, and the release machinery around them."""
