"""Programs made by hand, for commands that need one and do not care in which language it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ivs_provider.planning.declaration import (
    Flaw,
    Invoke,
    ProviderArguments,
    Ran,
    Register,
    Resource,
    urn_of,
)
from ivs_provider.resources import registry
from ivs_provider.values import Declared


@dataclass
class HandMade:
    """What is registered and called, in this order.

    Args:
        resources: Type, name, inputs and provider of each.
        calls: Name of a function and its provider.
        provider: The default provider.
        flaws: What is wrong with it.
        unrun: Functions that it calls with what cannot be known.
    """

    resources: Iterable[tuple[str, str, Mapping[str, Any], ProviderArguments]] = ()
    calls: Iterable[tuple[str, ProviderArguments]] = ()
    provider: ProviderArguments = ProviderArguments()  # noqa: RUF009 -- frozen
    flaws: tuple[Flaw, ...] = ()
    unrun: frozenset[str] = frozenset()
    project: str = "shop"
    stack: str = "dev"

    def run(self, register: Register, invoke: Invoke, *, workers: int = 1) -> Ran:
        """As the protocol says."""
        del workers
        for kind, name, inputs, provider in self.resources:
            token = f"ivs:index:{kind}"
            urn = urn_of(self.stack, self.project, token, name)
            register(Resource(urn=urn, kind=registry()[token], declared=Declared(dict(inputs)), provider=provider))
        for name, provider in self.calls:
            invoke(name, {}, provider)
        return Ran(flaws=self.flaws, functions=self.unrun)
