"""What a request needs to be allowed, and the facts that conditions may ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

Context = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Access:
    """One action on one resource.

    ``resource`` is an ARN, ``*`` where AWS defines no resource for the action, and ``None`` where the local
    AWS cannot tell which it is. ``context`` holds the values of condition keys, by their lower-case names;
    a key that is not in it is absent.
    """

    action: str
    resource: str | None
    context: Context = field(default_factory=dict)

    def within(self, context: Context) -> Access:
        """The same with further facts."""
        return replace(self, context={**context, **self.context})

    @property
    def shown_action(self) -> str:
        """The action as messages have it: SNS writes its own name large."""
        return self.action.replace("sns:", "SNS:", 1) if self.action.startswith("sns:") else self.action

    @property
    def account_id(self) -> str:
        """The account in the resource's ARN; empty where it has none."""
        parts = (self.resource or "").split(":", 5)
        return parts[4] if len(parts) == 6 else ""


def facts(**values: object) -> dict[str, tuple[str, ...]]:
    """A context of the values that are there; ``__`` in a name stands for the colon, ``_`` for a hyphen."""
    return {
        name.replace("__", ":").replace("_", "-").lower(): texts(value)
        for name, value in values.items()
        if value is not None
    }


def texts(value: object) -> tuple[str, ...]:
    """A value or several as conditions compare them."""
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return tuple(text for item in value for text in texts(item))
    return (str(value),)
