"""The review as a page and as a text, for the person who decides."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from mlops.approval import wording
from mlops.approval.evidence import Evidence
from mlops.pages import templates
from mlops.plans.change import Action
from mlops.plans.wording import attribute, loss, reason, rights


def page(evidence: Evidence, compare_url: str | None) -> str:
    """One self-contained HTML page; ``compare_url`` shows the commits since the release in PROD."""
    return _rendered("review.html.j2", evidence, compare_url=compare_url)


def text(evidence: Evidence) -> str:
    """The same for a terminal."""
    return _rendered("review.txt.j2", evidence)


def _rendered(template: str, evidence: Evidence, **more: object) -> str:
    environment = templates("mlops.approval")
    environment.filters["breakable"] = _breakable
    environment.globals |= {
        "words": wording,
        "attribute": attribute,
        "loss": loss,
        "reason": reason,
        "rights": rights,
        "actions": list(Action),
    }
    return environment.get_template(template).render(evidence=evidence, plan=evidence.plan.stack, **more)


def _breakable(address: str) -> Markup:
    """An address whose lines may end after its points and underscores."""
    return Markup(re.sub(r"(?<=[._])", "<wbr>", str(escape(address))))  # noqa: S704 - escaped
