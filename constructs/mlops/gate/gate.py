"""Asks the endpoint everything and judges each answer."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.gate.case import Case
from mlops.gate.champion import Champion, ask_champion
from mlops.gate.checks import behaves, not_applicable
from mlops.gate.curves import curves_of
from mlops.gate.figures import figures, no_figures
from mlops.gate.known import known_checks, no_known
from mlops.gate.latency import latency_checks, latency_ms, no_latency, of_variant
from mlops.gate.metrics import confusion
from mlops.gate.robustness import answers_as_before, malformed_checks
from mlops.gate.score_columns import score_columns
from mlops.gate.scoring import scores
from mlops.gate.slices import no_slices, slice_results
from mlops.gate.variants import variant_checks
from mlops.profile import Profile
from mlops.serving.asynchronous import AsynchronousEndpoint
from mlops.serving.client import Deployment, Endpoint, EndpointError, Invokable
from mlops.serving.invokable import variants_of
from mlops.spec.gate_report import RELEASE_DEPLOYED, ChampionFacts, Check, Confusion, EndpointFacts, Findings


def judge(case: Case) -> Findings:
    """Everything the endpoint showed, and a check for each thing that was judged.

    Raises:
        InvalidInputError: there is no such endpoint, or it cannot be asked about.
    """
    endpoint = Endpoint(case.endpoint_name, case.gate.invocation, case.caller)
    deployment = endpoint.describe()
    facts = EndpointFacts(
        name=deployment.endpoint,
        status=deployment.status,
        config=deployment.config,
        models=deployment.models,
    )
    checks = [*_deployment_checks(case, deployment)]
    if any(check.outcome == "fail" for check in checks):
        return Findings(endpoint=facts, checks=(*checks, *_unasked(case, "the release is not in service")))
    return _ask(case, variants_of(endpoint, deployment, case.gate.invocation), facts, checks)


def _deployment_checks(case: Case, deployment: Deployment) -> list[Check]:
    status = f"{deployment.endpoint} is {deployment.status}"
    reason = f"{status}: {deployment.reason}" if deployment.reason else status
    served = ", ".join(deployment.models) or "nothing"
    return [
        behaves("endpoint in service", deployment.status == "InService", reason),
        behaves(
            RELEASE_DEPLOYED,
            deployment.models == (case.model_name,),
            f"the endpoint serves {served}; release {case.release.release_id} is {case.model_name}",
        ),
    ]


def _ask(case: Case, variants: dict[str, Invokable], facts: EndpointFacts, checks: list[Check]) -> Findings:
    """Judge the first variant's answers, whether the others answer alike, and how fast each is."""
    (_, endpoint), *others = variants.items()
    rows = case.held_out.rows
    try:
        answered = scores(endpoint, case.protocol, rows, case.gate.invocation)
    except EndpointError as error:
        checks.append(behaves("every row answered", False, str(error)))
        return Findings(endpoint=facts, checks=(*checks, *_unasked(case, "not every row was answered")))
    each = "one score" if answered.ndim == 1 else f"{answered.shape[1]} scores"
    checks.append(behaves("every row answered", True, f"{rows.height} rows, {each} each"))
    champion = ask_champion(case)
    metrics, metric_checks = figures(case, answered, champion)
    slices, slice_checks = slice_results(case, answered)
    measured, time_checks = _latency(case, variants)
    kinds = case.gate.malformed.kinds
    checks += [
        *variant_checks(dict(others), case.protocol, rows, case.gate.invocation, answered),
        *metric_checks,
        *slice_checks,
        *known_checks(endpoint, case.protocol, case.gate.known),
        *time_checks,
        *malformed_checks(endpoint, case.protocol, rows, kinds),
        answers_as_before(endpoint, case.protocol, rows, answered),
    ]
    clusters = case.held_out.clusters
    return Findings(
        endpoint=facts,
        rows=rows.height,
        clusters=None if clusters is None else len(set(clusters.tolist())),
        metrics=metrics,
        slices=tuple(slices),
        curves=curves_of(case.held_out.labels, answered) if len(case.protocol.classes) == 2 else None,
        champion=_champion_facts(case, champion),
        confusion=Confusion(
            classes=case.protocol.classes,
            counts=confusion(case.held_out.labels, answered, len(case.protocol.classes)),
        ),
        latency_ms=measured,
        scores=Profile.of(score_columns(answered, case.protocol.classes)).model_dump(mode="json")["columns"],
        checks=tuple(checks),
    )


def _champion_facts(case: Case, champion: Champion | str) -> ChampionFacts | None:
    if not case.champion_name:
        return None
    if isinstance(champion, str):
        return ChampionFacts(endpoint=case.champion_name, reason=champion)
    return ChampionFacts(endpoint=case.champion_name, models=champion.models)


def _latency(case: Case, variants: Mapping[str, Invokable]) -> tuple[dict[str, float], list[Check]]:
    """The percentiles and their checks, of each variant by itself."""
    limits, rows = case.gate.latency, case.held_out.rows
    measured: dict[str, float] = {}
    checks: list[Check] = []
    for name, variant in variants.items():
        if isinstance(variant, AsynchronousEndpoint):
            return {}, no_latency("an asynchronous endpoint answers when it can: requests wait in a queue")
        try:
            percentiles = latency_ms(variant, case.protocol, rows, limits)
        except EndpointError as error:
            failed = behaves("single-row requests answered", False, str(error))
            return {}, [failed, *no_latency("not every single-row request was answered")]
        measured |= {of_variant(percentile, name): value for percentile, value in percentiles.items()}
        checks += latency_checks(percentiles, limits, name)
    return measured, checks


def _unasked(case: Case, reason: str) -> list[Check]:
    """The checks that could not be made."""
    gate = case.gate
    names = [*(f"malformed: {kind}" for kind in gate.malformed.kinds), "answers as before"]
    return [
        *no_figures(case, reason),
        *no_slices(case, reason),
        *(not_applicable(name, reason) for name in names),
        *no_known(gate.known, reason),
        *no_latency(reason),
    ]
