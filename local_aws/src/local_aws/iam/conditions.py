"""The operators of a statement's ``Condition``.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from local_aws.iam.access import Context, texts
from local_aws.iam.variables import UnknownVariableError, put_in
from local_aws.iam.wildcards import arn_pattern, text_pattern

_ALL, _ANY, _IF_EXISTS = "ForAllValues:", "ForAnyValue:", "IfExists"
_Fits = Callable[[str, str], bool]


def _number(compare: Callable[[float, float], bool]) -> _Fits:
    def fits(wanted: str, actual: str) -> bool:
        try:
            return compare(float(actual), float(wanted))
        except ValueError:
            return False

    return fits


def _date(compare: Callable[[datetime, datetime], bool]) -> _Fits:
    def fits(wanted: str, actual: str) -> bool:
        try:
            return compare(_moment(actual), _moment(wanted))
        except ValueError:
            return False

    return fits


def _moment(text: str) -> datetime:
    if text.isdigit():
        return datetime.fromtimestamp(int(text), UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _address(wanted: str, actual: str) -> bool:
    try:
        return ipaddress.ip_address(actual) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _arn(wanted: str, actual: str) -> bool:
    return arn_pattern(wanted).fullmatch(actual) is not None


_OPERATORS: Mapping[str, _Fits] = {
    "StringEquals": lambda wanted, actual: wanted == actual,
    "StringEqualsIgnoreCase": lambda wanted, actual: wanted.casefold() == actual.casefold(),
    "StringLike": lambda wanted, actual: text_pattern(wanted).fullmatch(actual) is not None,
    "NumericEquals": _number(lambda actual, wanted: actual == wanted),
    "NumericLessThan": _number(lambda actual, wanted: actual < wanted),
    "NumericLessThanEquals": _number(lambda actual, wanted: actual <= wanted),
    "NumericGreaterThan": _number(lambda actual, wanted: actual > wanted),
    "NumericGreaterThanEquals": _number(lambda actual, wanted: actual >= wanted),
    "DateEquals": _date(lambda actual, wanted: actual == wanted),
    "DateLessThan": _date(lambda actual, wanted: actual < wanted),
    "DateLessThanEquals": _date(lambda actual, wanted: actual <= wanted),
    "DateGreaterThan": _date(lambda actual, wanted: actual > wanted),
    "DateGreaterThanEquals": _date(lambda actual, wanted: actual >= wanted),
    "Bool": lambda wanted, actual: wanted.casefold() == actual.casefold(),
    "BinaryEquals": lambda wanted, actual: wanted == actual,
    "IpAddress": _address,
    "ArnEquals": _arn,
    "ArnLike": _arn,
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


@dataclass(frozen=True)
class Condition:
    """One operator on one key; ``key`` is in lower case. An operator that IAM lacks is never met."""

    operator: str
    key: str
    wanted: tuple[str, ...]

    @classmethod
    def read(cls, document: Mapping[str, Mapping[str, object]]) -> tuple[Condition, ...]:
        """The conditions of a statement, all of which must be met."""
        return tuple(
            cls(operator, key.lower(), texts(wanted))
            for operator, tests in document.items()
            for key, wanted in tests.items()
        )

    def is_met(self, context: Context) -> bool:
        """Whether it holds; a key that is not in ``context`` is absent, as IAM documents."""
        actual = context.get(self.key)
        if self.operator == "Null":
            return ("true" if actual is None else "false") in (value.lower() for value in self.wanted)
        operator = self.operator.removeprefix(_ALL).removeprefix(_ANY)
        optional = operator.endswith(_IF_EXISTS)
        operator = operator.removesuffix(_IF_EXISTS)
        negated = operator in _NEGATED
        fits = _OPERATORS.get(_NEGATED.get(operator, operator))
        if fits is None:
            return False
        if not actual:
            every = self.operator.startswith(_ALL)
            return optional or every or (negated and not self.operator.startswith(_ANY))
        try:
            wanted = [put_in(value, context) for value in self.wanted]
        except UnknownVariableError:
            return False
        met = [any(fits(value, given) for value in wanted) is not negated for given in actual]
        # Of several values without a quantifier one is enough, and none of them may meet a negated one.
        every = self.operator.startswith(_ALL) or (negated and not self.operator.startswith(_ANY))
        return all(met) if every else any(met)
