"""Who decides about PROD in the demo."""

from enum import StrEnum


class Approve(StrEnum):
    """Who approves PROD: a person at the terminal, or the command line beforehand."""

    ASK = "ask"
    YES = "yes"
    NO = "no"
