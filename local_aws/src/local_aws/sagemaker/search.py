"""Hyperparameter values drawn from a tuning job's ranges.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html
"""

from __future__ import annotations

import math
import random

from local_aws.hooks import Params

_WIDE = 100.0  # a range that spans so many times its lower end is scaled logarithmically by "Auto"


class RandomSearch:
    """Every draw is independent of the others and of their results.

    It stands for all strategies: Bayesian, Hyperband and Grid are run as random search here.
    """

    def __init__(self, ranges: Params, seed: int | None) -> None:
        self._ranges = ranges
        self._random = random.Random(seed)  # noqa: S311 - a search, not a secret

    def draw(self) -> dict[str, str]:
        """A value for each hyperparameter that has a range."""
        drawn = {
            item["Name"]: repr(self._number(item, float(item["MinValue"]), float(item["MaxValue"])))
            for item in self._ranges.get("ContinuousParameterRanges") or ()
        }
        for item in self._ranges.get("IntegerParameterRanges") or ():
            low, high = int(item["MinValue"]), int(item["MaxValue"])
            drawn[item["Name"]] = str(min(high, max(low, round(self._number(item, low, high)))))
        for item in self._ranges.get("CategoricalParameterRanges") or ():
            drawn[item["Name"]] = self._random.choice(item["Values"])
        return drawn

    def _number(self, item: Params, low: float, high: float) -> float:
        scaling = item.get("ScalingType", "Auto")
        if scaling == "Auto":
            scaling = "Logarithmic" if low > 0 and high / low >= _WIDE else "Linear"
        if scaling == "Logarithmic":
            return math.exp(self._random.uniform(math.log(low), math.log(high)))
        if scaling == "ReverseLogarithmic":
            return 1 - math.exp(self._random.uniform(math.log(1 - high), math.log(1 - low)))
        return self._random.uniform(low, high)
