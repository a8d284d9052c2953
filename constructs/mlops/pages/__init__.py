"""Self-contained HTML pages in one style: no script, nothing fetched, for phones too, no say for colour."""

from __future__ import annotations

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape


def templates(package: str) -> Environment:
    """The templates of a package; its pages extend ``base.html.j2``.

    What is put into a page is escaped, for it may be anything; what is put into a text is not.
    """
    return Environment(
        loader=ChoiceLoader([PackageLoader(package, "."), PackageLoader("mlops.pages", ".")]),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
