"""The algorithm's hyperparameters."""

from __future__ import annotations

import pytest

from local_aws.images.factorization_machines.hyperparameters import HyperparameterError, parse

REQUIRED = {"feature_dim": "10", "num_factors": "4", "predictor_type": "regressor"}


def test_the_defaults_are_those_of_the_guide() -> None:
    given = parse(REQUIRED)
    assert (given.epochs, given.mini_batch_size) == (1, 1000)
    assert (given.bias_lr, given.linear_lr, given.factors_lr) == (0.1, 0.001, 0.0001)
    assert (given.bias_wd, given.linear_wd, given.factors_wd) == (0.01, 0.001, 0.00001)
    assert (given.bias_init_sigma, given.linear_init_sigma, given.factors_init_sigma) == (0.01, 0.01, 0.001)
    assert given.bias_init_method == given.linear_init_method == given.factors_init_method == "normal"
    assert given.clip_gradient is given.eps is given.rescale_grad is None


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(HyperparameterError) as caught:
        parse(
            {
                "feature_dim": "0",
                "predictor_type": "ranker",
                "epochs": "1.5",
                "factors_lr": "-1",
                "linear_wd": "nan",
                "epoch": "3",
            }
        )
    message = str(caught.value)
    for name in (
        "feature_dim",
        "num_factors",
        "predictor_type",
        "epochs",
        "factors_lr",
        "linear_wd",
        "epoch:",
    ):
        assert name in message
    assert "num_factors: required and not given" in message
    assert "epoch: not a hyperparameter" in message
    assert "(given 'ranker')" in message


@pytest.mark.parametrize(
    ("method", "needed"), [("uniform", "factors_init_scale"), ("constant", "factors_init_value")]
)
def test_an_initialization_needs_its_value(method: str, needed: str) -> None:
    with pytest.raises(HyperparameterError, match=f"{needed} is required"):
        parse({**REQUIRED, "factors_init_method": method})
    assert parse({**REQUIRED, "factors_init_method": method, needed: "0.5"})


def test_an_explicit_zero_is_not_a_default() -> None:
    assert parse({**REQUIRED, "bias_lr": "0", "factors_wd": "0"}).bias_lr == 0


def test_what_sagemaker_adds_for_a_tuning_job_is_left_out() -> None:
    assert parse({**REQUIRED, "_tuning_objective_metric": "test:rmse"})
