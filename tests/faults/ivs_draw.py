"""Draws the cases of the command line: the same programs and faults as for the engine, other commands and stops."""

from __future__ import annotations

import itertools
from dataclasses import replace
from random import Random

from ivs_provider.config import DriftDetection, Settings
from tests.faults.draw import Case, Draft, Run, a_run
from tests.faults.keys import KEYS
from tests.faults.process import Crash, Who
from tests.faults.program import Verb

__all__ = ["drawn_for_ivs"]

_VERBS = (Verb.APPLY,) * 6 + (Verb.PRUNE,) * 8 + (Verb.FILE,) * 3 + (Verb.DESTROY,) * 2
_DELETES = ("Delete",)
_WRITES = ("Create", "Import", "Update", "Delete", "TagResource", "UntagResource")
_TAKEN_OVER = 0.25
"""How many of the cases begin with the engine."""


def drawn_for_ivs(seed: int, number: int, url: str, region: str) -> Case:
    """The case with this number."""
    chance = Random(f"ivs/{seed}/{number}")  # noqa: S311 - a drawn case is no secret
    settings = Settings(endpoint=url, region=region, rate_limits={})
    if chance.random() < 0.2:
        settings = replace(settings, drift_detection=DriftDetection.OFF)
    keys = list(KEYS)
    chance.shuffle(keys)
    draft = Draft(chance, itertools.count(1), keys, settings)
    for _ in range(chance.choice((1, 1, 2, 2, 3, 4, 5))):
        draft.add()
    turns = chance.choice((1, 2, 2, 3, 3, 4))
    by_engine = chance.randrange(1, turns + 1) if chance.random() < _TAKEN_OVER else 0
    runs: list[Run] = []
    for turn in range(turns + bool(by_engine)):
        edited = turn and chance.random() < 0.75
        taints = draft.change() if edited else []
        _choose_replacing(chance, draft)
        run = a_run(chance, 0, draft.program(), tuple(taints))
        if turn >= by_engine:
            again = not edited and runs and turn > by_engine and chance.random() < 0.7
            run = _for_ivs(chance, run, runs[-1].verb if again else chance.choice(_VERBS))
        runs.append(run)
    return Case(seed, number, 1, tuple(runs))


def _choose_replacing(chance: Random, draft: Draft) -> None:
    """Now and then, a change of what could be updated replaces the resource all the same."""
    if draft.resources and chance.random() < 0.25:
        index = chance.randrange(len(draft.resources))
        old = draft.resources[index]
        fits = old.kind != "PublicKey" and not old.replace_on
        draft.resources[index] = replace(old, replace_on=("name", "tags") if fits else ())


def _for_ivs(chance: Random, run: Run, verb: Verb) -> Run:
    return replace(run, taints=(), crash=_a_stop(chance), verb=verb)


def _a_stop(chance: Random) -> Crash | None:
    """The command is killed, or told to stop, at some point; mostly where it writes, and often where it deletes."""
    if chance.random() < 0.3:
        return None
    who = chance.choice((Who.COMMAND,) * 5 + (Who.CANCEL,))
    near, usual = chance.choice(((_WRITES, 4), (_WRITES, 4), (_DELETES, 1), ((), 40)))
    return Crash(1 + int(chance.expovariate(1 / usual)), who, near=near)
