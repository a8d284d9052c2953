"""What a Terraform plan would do, as a summary for people: read, classified, rendered."""

from mlops.plans.access import AccessChange
from mlops.plans.attributes import AttributeChange
from mlops.plans.change import Action, ResourceChange
from mlops.plans.policies import Right
from mlops.plans.review import FailedPlan, Review
from mlops.plans.stack_plan import StackPlan, read_plan

__all__ = [
    "AccessChange",
    "Action",
    "AttributeChange",
    "FailedPlan",
    "ResourceChange",
    "Review",
    "Right",
    "StackPlan",
    "read_plan",
]
