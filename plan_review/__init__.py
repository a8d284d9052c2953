"""What a Terraform plan would do, as a summary for people: read, classified, rendered."""

from plan_review.access import AccessChange
from plan_review.attributes import AttributeChange
from plan_review.change import Action, ResourceChange
from plan_review.policies import Right
from plan_review.review import FailedPlan, Review
from plan_review.stack_plan import StackPlan, read_plan

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
