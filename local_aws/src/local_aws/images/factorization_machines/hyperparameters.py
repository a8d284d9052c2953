"""The algorithm's hyperparameters.

Names, types, ranges and defaults:
https://docs.aws.amazon.com/sagemaker/latest/dg/fact-machines-hyperparameters.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Natural = Annotated[int, Field(ge=1)]
NonNegative = Annotated[float, Field(ge=0)]
InitMethod = Literal["normal", "uniform", "constant"]

TERMS = ("bias", "linear", "factors")


class HyperparameterError(ValueError):
    """Everything that is wrong with a job's hyperparameters, in one message."""


@dataclass(frozen=True)
class Term:
    """The settings of one of the model's three terms."""

    init_method: str
    init_scale: float | None
    init_sigma: float | None
    init_value: float | None
    learning_rate: float
    weight_decay: float


class Hyperparameters(BaseModel):
    """A job's hyperparameters with the algorithm's defaults."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    feature_dim: Natural
    num_factors: Natural
    predictor_type: Literal["binary_classifier", "regressor"]

    epochs: Natural = 1
    mini_batch_size: Natural = 1000
    clip_gradient: float | None = None
    eps: float | None = None
    rescale_grad: float | None = None

    bias_init_method: InitMethod = "normal"
    bias_init_scale: NonNegative | None = None
    bias_init_sigma: NonNegative = 0.01
    bias_init_value: float | None = None
    bias_lr: NonNegative = 0.1
    bias_wd: NonNegative = 0.01

    linear_init_method: InitMethod = "normal"
    linear_init_scale: NonNegative | None = None
    linear_init_sigma: NonNegative = 0.01
    linear_init_value: float | None = None
    linear_lr: NonNegative = 0.001
    linear_wd: NonNegative = 0.001

    factors_init_method: InitMethod = "normal"
    factors_init_scale: NonNegative | None = None
    factors_init_sigma: NonNegative = 0.001
    factors_init_value: float | None = None
    factors_lr: NonNegative = 0.0001
    factors_wd: NonNegative = 0.00001

    @model_validator(mode="after")
    def _methods_have_their_values(self) -> Hyperparameters:
        needed = {"uniform": "init_scale", "constant": "init_value"}
        missing = [
            f"{term}_{needed[method]} is required when {term}_init_method is {method}"
            for term in TERMS
            for method in [getattr(self, f"{term}_init_method")]
            if method in needed and getattr(self, f"{term}_{needed[method]}") is None
        ]
        if missing:
            raise ValueError("; ".join(missing))
        return self

    @property
    def is_classifier(self) -> bool:
        """Whether labels are 0 and 1 and scores are probabilities."""
        return self.predictor_type == "binary_classifier"

    def term(self, name: str) -> Term:
        """The settings of ``bias``, ``linear`` or ``factors``."""
        names = ("init_method", "init_scale", "init_sigma", "init_value", "lr", "wd")
        return Term(*(getattr(self, f"{name}_{part}") for part in names))


def parse(given: Mapping[str, str]) -> Hyperparameters:
    """The job's hyperparameters.

    SageMaker's own, which start with an underscore (``_tuning_objective_metric``), are left out.

    Raises:
        HyperparameterError: naming every hyperparameter that is wrong, missing or unknown.
    """
    own = {name: value for name, value in given.items() if not name.startswith("_")}
    try:
        return Hyperparameters.model_validate(own)
    except ValidationError as error:
        raise HyperparameterError("; ".join(_sentence(item) for item in error.errors())) from error


def _sentence(item: Any) -> str:
    name = ".".join(str(part) for part in item["loc"])
    if item["type"] == "missing":
        return f"{name}: required and not given"
    if item["type"] == "extra_forbidden":
        return f"{name}: not a hyperparameter of this algorithm (given {item['input']!r})"
    if not name:
        return str(item["msg"]).removeprefix("Value error, ")
    return f"{name}: {item['msg']} (given {item['input']!r})"
