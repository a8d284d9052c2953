"""Glue's custom classifiers, which moto lacks.

https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-crawler-classifiers.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from local_aws.hooks import Call, Hooks, Params, ServiceError

_KINDS = ("GrokClassifier", "XMLClassifier", "JsonClassifier", "CsvClassifier")
_HEADER_OPTIONS = ("UNKNOWN", "PRESENT", "ABSENT")
_CSV_SERDES = ("OpenCSVSerDe", "LazySimpleSerDe", "None")


@dataclass(frozen=True)
class CsvClassifier:
    """What a custom CSV classifier expects of a file."""

    name: str
    delimiter: str = ","
    quote: str | None = '"'
    header: tuple[str, ...] = ()
    contains_header: str = "UNKNOWN"
    allow_single_column: bool = False
    datatypes: tuple[str, ...] = ()
    serde: str = "None"

    @classmethod
    def of(cls, stored: Params) -> CsvClassifier:
        """The classifier in the API's shape, with AWS's defaults."""
        return cls(
            name=stored["Name"],
            delimiter=stored.get("Delimiter") or ",",
            # The SerDe that reads no quotes is used without them unless a symbol is named.
            quote=stored.get("QuoteSymbol") or (None if stored.get("Serde") == "LazySimpleSerDe" else '"'),
            header=tuple(stored.get("Header") or ()),
            contains_header=stored.get("ContainsHeader") or "UNKNOWN",
            allow_single_column=bool(stored.get("AllowSingleColumn")),
            datatypes=tuple(stored.get("CustomDatatypes") or ())
            if stored.get("CustomDatatypeConfigured")
            else (),
            serde=stored.get("Serde") or "None",
        )


@dataclass
class Classifiers:
    """The classifiers of every account and region, by name, in the API's shape."""

    _stored: dict[tuple[str, str], dict[str, Params]] = field(default_factory=dict)

    def register(self, hooks: Hooks) -> None:
        """Answer the classifier operations."""
        hooks.handle("glue", "CreateClassifier", self._create)
        hooks.handle("glue", "UpdateClassifier", self._update)
        hooks.handle("glue", "DeleteClassifier", self._delete)
        hooks.handle(
            "glue", "GetClassifier", lambda call: {"Classifier": self._find(call, call.params["Name"])}
        )
        hooks.handle("glue", "GetClassifiers", lambda call: {"Classifiers": list(self._of(call).values())})

    def csv(self, call: Call, name: str) -> CsvClassifier:
        """A CSV classifier by name.

        Raises:
            ServiceError: no such classifier, or one of another kind, which the local AWS only stores.
        """
        kind, stored = next(iter(self._find(call, name).items()))
        if kind != "CsvClassifier":
            raise ServiceError(
                "InvalidInputException",
                f"The local AWS stores {kind} {name} but its crawlers run CSV classifiers only",
            )
        return CsvClassifier.of(stored)

    def _of(self, call: Call) -> dict[str, Params]:
        return self._stored.setdefault((call.account_id, call.region), {})

    def _find(self, call: Call, name: str) -> Params:
        try:
            return self._of(call)[name]
        except KeyError:
            raise ServiceError("EntityNotFoundException", f"Classifier {name} not found.") from None

    def _create(self, call: Call) -> Params:
        kind, given = _given(call.params)
        if given["Name"] in self._of(call):
            raise ServiceError("AlreadyExistsException", f"Classifier {given['Name']} already exists.")
        self._of(call)[given["Name"]] = {kind: {**given, "CreationTime": time.time(), "Version": 1}}
        return {}

    def _update(self, call: Call) -> Params:
        kind, given = _given(call.params)
        stored = self._find(call, given["Name"]).get(kind)
        if stored is None:
            raise ServiceError("InvalidInputException", f"Classifier {given['Name']} is not a {kind}.")
        stored.update(given, LastUpdated=time.time(), Version=stored["Version"] + 1)
        return {}

    def _delete(self, call: Call) -> Params:
        name = call.params["Name"]
        self._find(call, name)
        del self._of(call)[name]
        return {}


def _given(params: Params) -> tuple[str, Params]:
    given = [(kind, params[kind]) for kind in _KINDS if params.get(kind)]
    if len(given) != 1:
        raise ServiceError("InvalidInputException", f"Exactly one of {', '.join(_KINDS)} must be given.")
    kind, classifier = given[0]
    if kind == "CsvClassifier":
        _check_csv(classifier)
    return kind, classifier


def _check_csv(given: dict[str, Any]) -> None:
    for key in ("Delimiter", "QuoteSymbol"):
        if given.get(key) is not None and len(given[key]) != 1:
            raise ServiceError("InvalidInputException", f"{key}: {given[key]!r} must be one character.")
    for key, allowed in (("ContainsHeader", _HEADER_OPTIONS), ("Serde", _CSV_SERDES)):
        if given.get(key) and given[key] not in allowed:
            raise ServiceError(
                "InvalidInputException", f"{key}: {given[key]!r} is not one of {', '.join(allowed)}."
            )
    if given.get("Delimiter", ",") == given.get("QuoteSymbol", '"'):
        raise ServiceError("InvalidInputException", "The delimiter and the quote symbol must differ.")
