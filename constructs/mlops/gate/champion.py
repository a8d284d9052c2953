"""What the release would replace, asked the same rows: the champion."""

from __future__ import annotations

from dataclasses import dataclass

from mlops.gate.case import Case
from mlops.gate.scoring import scores
from mlops.serving.arrays import Floats
from mlops.serving.client import SERVING, Endpoint, EndpointError
from mlops.serving.invokable import invokable


@dataclass(frozen=True)
class Champion:
    """The models behind the champion's endpoint, and its scores of the held-out rows."""

    models: tuple[str, ...]
    answered: Floats


def ask_champion(case: Case) -> Champion | str:
    """The champion's answers, or why there is nothing to compare with.

    A champion that does not answer never blocks a release: it may be what the release fixes.

    Raises:
        InvalidInputError: the endpoint cannot be asked about, for want of a permission for example.
    """
    if not case.champion_name:
        return f"no CHAMPION_ENDPOINT is set: {case.environment} is compared with nothing"
    endpoint = Endpoint(case.champion_name, case.gate.invocation, case.champion_caller)
    deployed = endpoint.find()
    if deployed is None:
        return f"{case.champion_name} does not exist: this is the first release"
    if deployed.status not in SERVING:
        return f"{case.champion_name} is {deployed.status} and serves nothing"
    try:
        asking = invokable(endpoint, deployed, case.gate.invocation)
        answered = scores(asking, case.protocol, case.held_out.rows, case.gate.invocation)
    except EndpointError as error:
        return f"{case.champion_name} does not answer these rows: {error}"
    return Champion(deployed.models, answered)
