"""Providers as a program configures them: the default one from the stack's configuration, others by resources."""

from __future__ import annotations

from typing import Final

from ivs_provider.config import typed
from ivs_provider.planning.declaration import Flaw, Place, ProviderArguments
from ivs_provider.program.configuration import Settled
from ivs_provider.reconcile.configuration import settings_problems
from ivs_provider.values import Path

__all__ = ["default_provider", "provider_flaws"]

_SETTINGS: Final = "ivs:"


def default_provider(settled: Settled) -> ProviderArguments:
    """What the configuration says under ``ivs:``, as the engine hands it to a provider."""
    ours = {key.removeprefix(_SETTINGS): key for key in settled.texts if key.startswith(_SETTINGS)}
    said = {name: settled.texts[key] for name, key in ours.items()}
    places: dict[Path, Place] = {(name,): settled.places[key] for name, key in ours.items() if key in settled.places}
    return ProviderArguments("", typed(said), places=places)


def provider_flaws(provider: ProviderArguments) -> list[Flaw]:
    """Everything that is wrong with the settings of a provider."""
    return [provider.flaw(problem) for problem in settings_problems(dict(provider.arguments), {})]
