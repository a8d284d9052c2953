"""The requests are factorization machines' own: their local equivalent answers and refuses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from endpoint_tests.movielens import protocol
from endpoint_tests.movielens.protocol import FactorizationMachine, protocol_of
from local_aws.images.factorization_machines.hyperparameters import parse
from local_aws.images.factorization_machines.model import Model
from local_aws.images.factorization_machines.serve import Predictor
from local_aws.images.inference_server import RequestError
from mlops.gate.gate_file import load_gate_file
from mlops.serving.client import Request
from mlops.spec import load_release

ROWS = pl.DataFrame({"keys": pl.Series([[0, 7], [3, 9], [2, 8]], dtype=pl.List(pl.UInt32))})
MACHINE = FactorizationMachine(10)


@pytest.fixture
def model() -> Model:
    given = {"feature_dim": "10", "num_factors": "4", "predictor_type": "binary_classifier"}
    return Model.initial(parse(given | {"linear_init_sigma": "1"}), np.random.default_rng(0))


@pytest.fixture
def ask(model: Model) -> Callable[[Request], bytes]:
    predictor = Predictor(model)
    return lambda request: predictor(request.body, {"content-type": request.content_type}).body


def test_the_algorithm_answers_with_the_models_scores(ask: Callable[[Request], bytes]) -> None:
    scores = MACHINE.decode(ask(MACHINE.encode(ROWS)), ROWS.height)
    single = [MACHINE.decode(ask(MACHINE.encode(ROWS.slice(row, 1))), 1)[0] for row in range(ROWS.height)]
    assert np.allclose(scores, single)
    assert len(set(scores.tolist())) == 3


@pytest.mark.parametrize("kind", MACHINE.malformed_kinds)
def test_the_algorithm_refuses_each_malformed_request(ask: Callable[[Request], bytes], kind: str) -> None:
    with pytest.raises(RequestError) as refused:
        ask(MACHINE.malformed(ROWS)[kind])
    assert 400 <= refused.value.status < 500


def test_each_malformed_request_differs_from_a_sound_one_in_one_thing() -> None:
    malformed = MACHINE.malformed(ROWS)
    sound = MACHINE.encode(ROWS.head(1))
    assert set(malformed) == set(MACHINE.malformed_kinds)
    assert malformed["wrong content type"].body == sound.body
    features = json.loads(malformed["key out of range"].body)["instances"][0]["data"]["features"]
    assert features["keys"][-1] == 10


def test_the_shipped_gate_file_sends_every_kind() -> None:
    path = Path(protocol.__file__).with_name("gate.toml")
    assert load_gate_file(path).malformed.kinds == MACHINE.malformed_kinds


def test_a_manifest_of_version_1_has_its_feature_dimension_among_the_hyperparameters() -> None:
    recorded = load_release(Path(__file__).parents[2] / "fixtures/release/v1/manifest.json")
    assert recorded.data.facts == {}
    assert protocol_of(recorded).feature_dim == 2625
