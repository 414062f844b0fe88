"""Changing settings while the emulator runs, for everybody or for one account.

A change is a JSON object of the members to change. An unknown member is refused: a misspelt switch that
silently does nothing makes a test pass for the wrong reason.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from ivs_emulator.denial import Denial
from ivs_emulator.limits import QUOTAS, RATES
from ivs_emulator.records import Record
from ivs_emulator.settings import Settings

_ACTION: Final = re.compile(r"[a-z0-9*?-]+:[A-Za-z0-9*?]+|\*")
"""IAM's service and action, with IAM's wildcards."""


class SettingsError(Exception):
    """A change of settings that makes no sense; the text says which member and what it takes."""


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError("a number that is not negative")
    return float(value)


def _optional_number(value: object) -> float | None:
    return None if value is None else _number(value)


def _table(value: object, published: Mapping[str, Any], one: Callable[[object], Any]) -> Record | None:
    if isinstance(value, bool):
        return dict(published) if value else None
    if not isinstance(value, dict):
        raise ValueError("true, false, or an object of name and number")  # noqa: TRY004  (one kind of refusal)
    return dict(published) | {name: one(number) for name, number in value.items()}


def _rates(value: object) -> Mapping[str, float] | None:
    return _table(value, RATES, _number)


def _quotas(value: object) -> Mapping[str, int] | None:
    if isinstance(value, dict) and (unknown := sorted(set(value) - set(QUOTAS))):
        raise ValueError(f"kinds out of {', '.join(QUOTAS)} (not {', '.join(unknown)})")
    return _table(value, QUOTAS, lambda number: int(_number(number)))


def _action(text: str) -> str:
    if not _ACTION.fullmatch(text):
        raise ValueError(f"actions such as ivs:DeleteStage or ivs:Delete* (not {text})")
    return text


def _denial(value: object) -> Denial:
    match value:
        case str():
            return Denial(_action(value))
        case {"action": str(action), "tagKeys": [*keys]}:
            return Denial(_action(action), tuple(str(key) for key in keys))
        case {"action": str(action), **rest} if not rest:
            return Denial(_action(action))
        case _:
            raise ValueError('actions ("ivs:DeleteStage") or {"action": ..., "tagKeys": [...]}')


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("a list")  # noqa: TRY004  (one kind of refusal)
    return value


def _denials(value: object) -> tuple[Denial, ...]:
    return tuple(_denial(item) for item in _list(value))


def _names(value: object) -> frozenset[str]:
    return frozenset(str(item) for item in _list(value))


_READERS: Final[Mapping[str, tuple[str, Callable[[object], object]]]] = MappingProxyType(
    {
        "latency": ("latency", _number),
        "rates": ("rates", _rates),
        "burst": ("burst", _optional_number),
        "quotas": ("quotas", _quotas),
        "deny": ("deny", _denials),
        "listLag": ("list_lag", _number),
        "missingBuckets": ("missing_buckets", _names),
        "startSeconds": ("start_seconds", _number),
        "stopSeconds": ("stop_seconds", _number),
        "lingerSeconds": ("linger_seconds", _number),
    },
)


def changed(settings: Settings, change: Record) -> Settings:
    """Answer the settings with a change applied.

    Raises:
        SettingsError: if the change names an unknown member or a value that it can't take.
    """
    fields: Record = {}
    for name, value in change.items():
        if name not in _READERS:
            raise SettingsError(f"unknown setting {name!r}; known: {', '.join(_READERS)}")
        attribute, reader = _READERS[name]
        try:
            fields[attribute] = reader(value)
        except ValueError as problem:
            raise SettingsError(f"{name} takes {problem}") from problem
    return replace(settings, **fields)


def described(settings: Settings) -> Record:
    """Answer settings as the JSON object that would set them."""
    return {
        "latency": settings.latency,
        "rates": dict(settings.rates) if settings.rates is not None else False,
        "burst": settings.burst,
        "quotas": dict(settings.quotas) if settings.quotas is not None else False,
        "deny": [{"action": denial.action, "tagKeys": list(denial.tag_keys)} for denial in settings.deny],
        "listLag": settings.list_lag,
        "missingBuckets": sorted(settings.missing_buckets),
        "startSeconds": settings.start_seconds,
        "stopSeconds": settings.stop_seconds,
        "lingerSeconds": settings.linger_seconds,
    }


class SettingsBook:
    """The settings for everybody, and each account's own changes on top of them."""

    def __init__(self, initial: Settings) -> None:
        """Remember the initial settings: a reset goes back to them."""
        self._initial = initial
        self._shared = initial
        self._changes: dict[str, Record] = {}
        self._effective: dict[str, Settings] = {}

    def of(self, account: str | None) -> Settings:
        """Answer what holds for an account, or for everybody."""
        if account is None or account not in self._changes:
            return self._shared
        if account not in self._effective:
            self._effective[account] = changed(self._shared, self._changes[account])
        return self._effective[account]

    def change(self, account: str | None, change: Record) -> Settings:
        """Apply a change for one account or for everybody, and answer what holds now.

        Raises:
            SettingsError: if the change makes no sense; nothing is changed then.
        """
        if account is None:
            self._shared = changed(self._shared, change)
        else:
            changed(self._shared, change)
            self._changes[account] = self._changes.get(account, {}) | change
        self._effective.clear()
        return self.of(account)

    def reset(self, account: str | None) -> None:
        """Forget the changes of one account; of everybody, when no account is given."""
        if account is None:
            self._shared = self._initial
            self._changes.clear()
        else:
            self._changes.pop(account, None)
        self._effective.clear()
