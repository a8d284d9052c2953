"""A statement as a client sends it: parsed as Athena's SQL, its parameters filled in.

https://docs.aws.amazon.com/athena/latest/ug/ddl-sql-reference.html
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from local_aws.athena.workgroups import invalid_request

# Statements that sqlglot does not read: the words after which the rest is ours to read.
_WORDED = re.compile(r"\s*(SHOW|DESCRIBE|DESC|MSCK|UNLOAD|EXPLAIN)\b", re.IGNORECASE)
_SHOWN = re.compile(r"\s*SHOW\s+(CREATE\s+)?(\w+)", re.IGNORECASE)

# sqlglot warns of what it keeps as mere text; such statements are refused below.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Statement:
    """``tree`` is None for a statement whose ``text`` the DDL room reads itself."""

    text: str
    kind: str  # Athena's StatementType
    substatement: str
    tree: exp.Expr | None = None

    @property
    def suffix(self) -> str:
        """What the result object's name ends with."""
        if self.substatement == "CREATE_TABLE_AS_SELECT":
            return ""
        return ".txt" if self.kind != "DML" else ".csv"


def parse(text: str, parameters: Sequence[str]) -> Statement:
    """The statement.

    Raises:
        ServiceError: InvalidRequestException, as Athena refuses what it cannot parse.
    """
    text = text.strip().rstrip(";").rstrip()
    worded = _WORDED.match(text)
    if worded:
        return _worded(text, worded.group(1).upper())
    tree = _tree(_filled_in(text, parameters))
    if isinstance(tree, exp.Query):
        return Statement(text, "DML", "SELECT", tree)
    if isinstance(tree, exp.Insert):
        return Statement(text, "DML", "INSERT", tree)
    kind = str(tree.args.get("kind", "")).upper()
    if isinstance(tree, exp.Create):
        as_select = kind == "TABLE" and isinstance(tree.expression, exp.Query)
        return Statement(text, "DDL", f"CREATE_{kind}" + ("_AS_SELECT" if as_select else ""), tree)
    if isinstance(tree, (exp.Drop, exp.Alter)):
        return Statement(text, "DDL", f"{tree.key.upper()}_{kind}", tree)
    raise invalid_request("Queries of this type are not supported")


def _worded(text: str, word: str) -> Statement:
    if word == "UNLOAD":
        return Statement(text, "DML", "UNLOAD")
    if word == "EXPLAIN":
        return Statement(text, "UTILITY", "EXPLAIN")
    if word == "MSCK":
        return Statement(text, "DDL", "MSCK_REPAIR")
    shown = _SHOWN.match(text)
    if shown:
        return Statement(text, "UTILITY", f"SHOW_{'CREATE_' if shown[1] else ''}{shown[2].upper()}")
    return Statement(text, "UTILITY", "DESCRIBE_TABLE")


def _tree(text: str) -> exp.Expr:
    try:
        trees = sqlglot.parse(text, dialect="athena")
    except ParseError as error:
        first = error.errors[0]
        raise invalid_request(
            f"line {first['line']}:{first['col']}: mismatched input '{first['highlight'] or '<EOF>'}'"
        ) from error
    except TokenError as error:
        raise invalid_request(f"line 1:1: {error}") from error
    if len(trees) != 1 or trees[0] is None:
        raise invalid_request(f"Only one sql statement is allowed. Got: {text}")
    return trees[0]


def _filled_in(text: str, parameters: Sequence[str]) -> str:
    """The text with each parameter, an SQL expression, in place of its ``?``."""
    placeholders = [token for token in _tokens(text) if token.token_type is TokenType.PLACEHOLDER]
    if len(placeholders) != len(parameters):
        raise invalid_request(
            f"line 1:1: Incorrect number of parameters: expected {len(placeholders)} "
            f"but found {len(parameters)}"
        )
    for placeholder, parameter in reversed(list(zip(placeholders, parameters, strict=True))):
        _tree(f"SELECT {parameter}")
        text = f"{text[: placeholder.start]}{parameter}{text[placeholder.end + 1 :]}"
    return text


def _tokens(text: str) -> list[Token]:
    try:
        return sqlglot.tokenize(text, dialect="athena")
    except TokenError as error:
        raise invalid_request(f"line 1:1: {error}") from error
