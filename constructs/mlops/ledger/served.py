"""Which release an endpoint serves at this moment, whatever the ledger has of it."""

from __future__ import annotations

from typing import Any

from mlops.ledger.history import History
from mlops.ledger.recorded_stack import STACK
from mlops.ledger.store import Ledger


def served_release(sagemaker: Any, endpoint: str, ledger: Ledger, history: History) -> str:
    """The release whose recorded stack has the model that PROD's endpoint serves, in a sentence.

    Raises:
        ClientError: there is no such endpoint, or it may not be looked at.
    """
    described = sagemaker.describe_endpoint(EndpointName=endpoint)
    config = sagemaker.describe_endpoint_config(EndpointConfigName=described["EndpointConfigName"])
    model = config["ProductionVariants"][0]["ModelName"]
    recorded = (plan for plan in history.plans("prod") if STACK in plan.files)
    found = (plan.release_id for plan in recorded if f'"{model}"'.encode() in ledger.file(plan, STACK))
    release = next(found, None)
    serves = f"release {release}" if release else f"the model {model}, which is of no recorded release"
    return f"{endpoint} is {described['EndpointStatus']} and serves {serves}."
