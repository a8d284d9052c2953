"""Names: within AWS's limits, stable, and never colliding by truncation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlops.spec.names import Names, limited


@given(st.text("abc-", min_size=1, max_size=120), st.integers(20, 64))
def test_a_name_never_passes_its_limit(name: str, limit: int) -> None:
    assert len(limited(name, limit)) <= limit


def test_two_long_names_with_the_same_head_stay_apart() -> None:
    assert limited("a" * 70 + "x", 63) != limited("a" * 70 + "y", 63)


def test_the_longest_project_and_example_fit_every_limit() -> None:
    names = Names("p" * 20, "e" * 20, "123456789012", "ap-southeast-3")
    assert len(names.data_bucket) <= 63
    assert len(names.state_bucket) <= 63
    assert len(names.endpoint("prod")) <= 63
    assert len(names.model("prod", "0" * 64)) <= 63
    assert len(names.role("endpoint-execution")) <= 64


def test_the_longest_names_of_an_environment_that_is_away_fit_and_stay_apart() -> None:
    primary = Names("p" * 20, "e" * 20, "123456789012", "ap-southeast-3")
    qa, prod = (
        Names("p" * 20, "e" * 20, "210987654321", "ap-southeast-3", primary=primary, environment=environment)
        for environment in ("qa", "prod")
    )
    for remote in (qa, prod):
        assert len(remote.models_bucket) <= 63
        assert len(remote.role(remote.endpoint_execution)) <= 64
    assert len({primary.models_bucket, qa.models_bucket, prod.models_bucket}) == 3
    assert qa.role(qa.endpoint_execution) != prod.role(prod.endpoint_execution)


def test_a_state_bucket_of_ones_own_is_used_as_given() -> None:
    assert Names("p", "e", "123456789012", "eu-west-1", "mine").state_bucket == "mine"
