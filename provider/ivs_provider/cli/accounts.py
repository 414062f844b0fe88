"""From what a program says of its provider, and the command line over that, to the account that it means."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ivs_provider.cli.call_log import log_call
from ivs_provider.cli.options import Reach
from ivs_provider.cloud import Account, Clock
from ivs_provider.config import settings_from
from ivs_provider.model import ownership
from ivs_provider.planning.declaration import BadProgram, ProviderArguments
from ivs_provider.reconcile.notice import Tell
from ivs_provider.reconcile.reconciler import Reconciler
from ivs_provider.values import UNKNOWN, Problem, Tree, contains_unknown, reveal

if TYPE_CHECKING:
    from ivs_provider.config import Settings

__all__ = ["Accounts"]


_CALLERS: Final = ("region", "profile", "assumeRole", "endpoint")
"""Settings that say which account and region is meant."""
_UNKNOWN: Final = "cannot be known here (encrypted, or another resource's output), and without it "


@dataclass(slots=True)
class Accounts:
    """The accounts of one run, by provider. Shared by all threads.

    Args:
        reach: What the command line says.
        environment: The process's environment.
        clock: The process's time.
        tell: Who is told what happens.
        nonces: A value that no create has had before, each time.
    """

    reach: Reach
    environment: Mapping[str, str]
    clock: Clock = field(default_factory=Clock)
    tell: Tell = lambda _notice: None
    nonces: Iterator[str] = field(default_factory=lambda: iter(_nonce, None))
    _reconcilers: dict[str, Reconciler] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, provider: ProviderArguments) -> Reconciler:
        """The operations on the account that a provider means; the same for the same provider.

        Raises:
            BadProgram: Its settings are wrong: every flaw of them.
        """
        with self._lock:
            if provider.name not in self._reconcilers:
                on_call = log_call if self.reach.log_calls else None
                account = Account(self.settings(provider), self.clock, on_call)
                self._reconcilers[provider.name] = Reconciler(account, ownership.COMMAND_LINE, self.nonces, self.tell)
            return self._reconcilers[provider.name]

    def all(self) -> tuple[Reconciler, ...]:
        """Those that have been asked for."""
        with self._lock:
            return tuple(self._reconcilers.values())

    def settings(self, provider: ProviderArguments) -> Settings:
        """What the arguments of a provider, the command line and the environment mean together.

        Raises:
            BadProgram: They are wrong: every flaw of them.
        """
        from ivs_provider.reconcile.configuration import settings_problems  # jsonschema behind it takes 40 ms

        arguments = self._overridden(provider)
        problems = [
            *settings_problems(arguments, self.environment),
            *_unknown(provider, arguments),
        ]
        if problems:
            raise BadProgram(map(provider.flaw, problems))
        return settings_from(arguments, self.environment)

    def _overridden(self, provider: ProviderArguments) -> Tree:
        """Region and profile stand in where an explicit provider names none; the endpoint goes for all.

        A program in two regions stays one; but what is meant for the emulator must not reach AWS by a side door.
        """
        said = {"region": self.reach.region, "profile": self.reach.profile}
        given: Tree = {key: value for key, value in said.items() if value}
        everywhere: Tree = {"endpoint": self.reach.endpoint} if self.reach.endpoint else {}
        arguments = dict(provider.arguments)
        if self.reach.profile and not provider.name and contains_unknown(arguments.get("assumeRole", "")):
            del arguments["assumeRole"]  # who calls is said by the profile
        return {**given, **arguments, **everywhere} if provider.name else {**arguments, **given, **everywhere}


def _nonce() -> str:
    return uuid.uuid4().hex[:16]  # noqa: TID251 -- the process's own ids enter here


def _unknown(provider: ProviderArguments, arguments: Tree) -> Iterator[Problem]:
    """What must be known before anything is looked at; of tags it is enough to know which there are."""
    said = "" if provider.name else "say --region, --profile or --endpoint, "
    for name in _CALLERS:
        if contains_unknown(arguments.get(name, "")):
            why = "another account or region could be meant"
            yield Problem((name,), f"{_UNKNOWN}{why}; write it out, {said}or use pulumi up")
    if reveal(arguments.get("defaultTags", {})) is UNKNOWN:
        why = "nobody knows which tags resources have"
        yield Problem(("defaultTags",), f"{_UNKNOWN}{why}; write them out one by one, or use pulumi up")
