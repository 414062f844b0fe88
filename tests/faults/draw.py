"""Draws the cases of the campaign: programs, how they change from run to run, and what goes wrong in each run."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from ivs_provider.config import DriftDetection, Settings
from ivs_provider.values import Secret
from tests.faults.keys import KEYS
from tests.faults.mishaps import a_crash, some_faults
from tests.faults.process import Crash
from tests.faults.program import ORDER, Declaration, Program, Ref, Verb, kind_of

__all__ = ["Case", "Draft", "Run", "a_run", "drawn"]

Tree = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One `pulumi up` of one state, or one command of `ivs`, and what happens in it.

    Args:
        state: Which of the states.
        program: What it runs.
        taints: Names to be replaced without a Diff.
        crash: What is stopped, if anything.
        faults: Of the emulator.
        world: Settings of the emulator: list lag, refused actions, quotas.
        gap: Seconds before it.
        foreign: What another client does meanwhile: names of stages to create, or to delete of its own.
        pending_first: Whether pending deletes come before or behind the program.
        verb: What is run.
    """

    state: int
    program: Program
    taints: tuple[str, ...]
    crash: Crash | None
    faults: tuple[Tree, ...]
    world: Tree
    gap: float
    foreign: tuple[str, ...]
    pending_first: bool
    verb: Verb = Verb.UP


@dataclass(frozen=True)
class Case:
    """One case: the runs, in their order."""

    seed: int
    number: int
    states: int
    runs: tuple[Run, ...]


@dataclass
class Draft:
    """A program that changes."""

    chance: Random
    names: itertools.count[int]
    keys: list[str]
    settings: Settings
    resources: list[Declaration] = field(default_factory=list)
    removed: list[Declaration] = field(default_factory=list)

    def program(self) -> Program:
        """As it is now, in the order of dependencies, and without references to what it has no more."""
        there = {each.name for each in self.resources}
        whole = [replace(each, inputs=_without(each.inputs, there)) for each in self.resources]
        return Program(tuple(sorted(whole, key=lambda each: ORDER.index(each.kind))), self.settings)

    def add(self) -> None:
        """One more resource."""
        kind = self.chance.choice(("Stage", "Stage", "IngestConfiguration", *ORDER))
        timeout = self.chance.choice((0.0,) * 8 + (10.0, 60.0))
        name = f"{kind[0].lower()}{next(self.names)}"
        self.resources.append(Declaration(name, kind, self._inputs(kind), timeout=timeout))

    def change(self) -> list[str]:
        """One change; the answer names what is to be replaced without a Diff."""
        if not self.resources:
            self._bring_back()
            return []
        what = self.chance.choice(
            (
                "edit",
                "edit",
                "fixed",
                "fixed",
                "tags",
                "rename",
                "remove",
                "back",
                "taint",
                "taint",
                "retain",
                "set",
                "",
            )
        )
        index = self.chance.randrange(len(self.resources))
        if self.settings.drift_detection is DriftDetection.OFF and self.chance.random() < 0.3:
            what = "taint"  # without Reads, nothing tells a process what is to be replaced
        old = self.resources[index]
        if what == "taint":
            # A key cannot stand beside itself: whoever replaces one by force must say deleteBeforeReplace.
            self.resources[index] = replace(old, delete_first=old.kind == "PublicKey" or self.chance.random() < 0.2)
            return [old.name]
        changes: dict[str, Callable[[Declaration, int], None]] = {
            "edit": self._edit,
            "fixed": self._fix,
            "tags": self._tag,
            "rename": self._rename,
            "remove": self._remove,
            # (a key that is kept stands in the way of the same key)
            "retain": lambda old, at: self._put(at, replace(old, retain=not old.retain and old.kind != "PublicKey")),
            "back": lambda _old, _index: self._bring_back(),
            "set": lambda _old, _index: self._set(),
        }
        if what:
            changes[what](old, index)
        return []

    def _put(self, index: int, declaration: Declaration) -> None:
        self.resources[index] = declaration

    def _edit(self, old: Declaration, index: int) -> None:
        fresh = self._inputs(old.kind)
        movable = {name for name in {**old.inputs, **fresh} if not kind_of(old.kind).shape.marks(name, "createOnly")}
        kept = {name: value for name, value in old.inputs.items() if name not in movable}
        self._put(index, replace(old, inputs=kept | {name: fresh[name] for name in sorted(movable) if name in fresh}))

    def _fix(self, old: Declaration, index: int) -> None:
        inputs = self._inputs(old.kind)
        if old.kind == "PublicKey" and self.chance.random() < 0.5:  # another name for the same key: delete, then create
            inputs["publicKeyMaterial"] = old.inputs["publicKeyMaterial"]
        self._put(index, replace(old, inputs=inputs))

    def _tag(self, old: Declaration, index: int) -> None:
        bare = {name: value for name, value in old.inputs.items() if name != "tags"}
        self._put(index, replace(old, inputs=bare | self._tags()))

    def _rename(self, old: Declaration, index: int) -> None:
        new = f"{old.name[0]}{next(self.names)}"
        kept = old.kind == "PublicKey" or self.chance.random() < 0.75  # a key cannot be there twice
        self._put(index, replace(old, name=new, aliases=(*old.aliases, old.name) if kept else ()))
        for place, each in enumerate(self.resources):
            self._put(place, replace(each, inputs=_renamed(each.inputs, old.name, new)))
        if kept and self.chance.random() < 0.3:
            self.removed.append(replace(old, inputs=self._inputs(old.kind), aliases=()))

    def _remove(self, old: Declaration, index: int) -> None:
        del self.resources[index]
        self.removed.append(replace(old, aliases=()))

    def _bring_back(self) -> None:
        there = {name for each in self.resources for name in (each.name, *each.aliases)}
        fit = [each for each in self.removed if each.name not in {each.name for each in self.resources}]
        if fit and self.chance.random() < 0.8:
            again = self.chance.choice(fit)
            self.removed.remove(again)
            if again.name in there:  # an alias has the name: whoever uses it again must take the alias back
                self.resources = [replace(each, aliases=()) for each in self.resources]
            self.resources.insert(self.chance.randrange(len(self.resources) + 1), again)
        else:
            self.add()

    def _set(self) -> None:
        """Other provider configuration: drift detection, default tags."""
        detection = self.chance.choice((DriftDetection.OFF, DriftDetection.DECLARED, DriftDetection.ALL))
        tags = self.chance.choice(({}, {"owner": "us"}, {"owner": "them"}))
        self.settings = replace(self.settings, drift_detection=detection, default_tags=tags)

    # What resources say.

    def _inputs(self, kind: str) -> Tree:
        makers: dict[str, Callable[[], Tree]] = {
            "StorageConfiguration": lambda: {"s3": {"bucketName": self.chance.choice(("films", "shows"))}},
            "EncoderConfiguration": lambda: {
                "video": {"width": 640, "bitrate": self.chance.choice((10**6, 2 * 10**6))}
            },
            "PublicKey": lambda: {"publicKeyMaterial": self.keys.pop()},
            "Stage": self._stage,
            "IngestConfiguration": self._ingest,
        }
        name = {"name": self.chance.choice(("hall", "foyer"))} if self.chance.random() < 0.6 else {}
        return name | makers[kind]() | self._tags()

    def _stage(self) -> Tree:
        storages = [each.name for each in self.resources if each.kind == "StorageConfiguration"]
        if not storages or self.chance.random() < 0.3:
            return {}
        recording = {"storageConfigurationArn": Ref(storages[0])}
        media = {"mediaTypes": ["AUDIO_ONLY"]} if self.chance.random() < 0.5 else {}
        return {"autoParticipantRecordingConfiguration": recording | media}

    def _ingest(self) -> Tree:
        stages = [each.name for each in self.resources if each.kind == "Stage"]
        bound = {"stageArn": Ref(stages[0])} if stages and self.chance.random() < 0.7 else {}
        secure = {"ingestProtocol": "RTMPS"}
        told = secure if self.chance.random() < 0.6 else {"ingestProtocol": "RTMP", "insecureIngest": True}
        extra: Tree = self.chance.choice(
            ({}, {"userId": "host"}, {"redundantIngest": True}, {"attributes": {"a": "1"}})
        )
        return told | bound | extra

    def _tags(self) -> Tree:
        secret = Secret(f"hidden-{self.chance.randrange(10**6):06}")
        return self.chance.choice(({}, {}, {"tags": {"team": "video"}}, {"tags": {"team": "art", "pin": secret}}))


def drawn(seed: int, number: int, url: str, region: str) -> Case:
    """The case with this number."""
    chance = Random(f"{seed}/{number}")  # noqa: S311 - a drawn case is no secret
    states = 2 if chance.random() < 0.15 else 1
    keys = list(KEYS)
    chance.shuffle(keys)
    settings = Settings(endpoint=url, region=region, rate_limits={})
    if chance.random() < 0.2:
        settings = replace(settings, drift_detection=DriftDetection.OFF)
    half = len(keys) // states
    drafts = [Draft(chance, itertools.count(1), keys[s * half : (s + 1) * half], settings) for s in range(states)]
    for _ in range(chance.choice((1, 1, 2, 2, 3, 4, 5))):
        for draft in drafts:
            draft.add()
    runs = []
    for turn in range(chance.choice((1, 2, 2, 3, 3, 4))):
        for state, draft in enumerate(drafts):
            taints = draft.change() if turn and chance.random() < 0.75 else []
            runs.append(a_run(chance, state, draft.program(), tuple(taints)))
    return Case(seed, number, states, tuple(runs))


def a_run(chance: Random, state: int, program: Program, taints: tuple[str, ...]) -> Run:
    """One run, and what goes wrong in it."""
    lag = chance.choice((0.0, 0.0, 0.0, 5.0, 29.0))
    deny = chance.choice(((),) * 12 + (("ivs:TagResource",), ("ivs:UntagResource",), ("ivs:*TagResource",)))
    quotas: Any = {chance.choice(ORDER): chance.choice((0, 1))} if chance.random() < 0.07 else False
    foreign = tuple(chance.choice(("hall", "foyer", "-")) for _ in range(chance.choice((0, 0, 0, 1, 2))))
    return Run(
        state=state,
        program=program,
        taints=taints,
        crash=a_crash(chance),
        faults=some_faults(chance, program),
        world={"listLag": lag, "deny": list(deny), "quotas": quotas},
        gap=chance.choice((31.0, 31.0, 60.0, 60.0, 10.0) if lag else (1.0, 10.0, 60.0)),
        foreign=foreign,
        pending_first=chance.random() < 0.7,
    )


def _without(value: Any, there: set[str]) -> Any:
    """The tree without references to what is not there, nor what cannot stand without them."""
    if not isinstance(value, dict):
        return value
    lost = {name for name, each in value.items() if isinstance(each, Ref) and each.name not in there}
    if "storageConfigurationArn" in lost:
        return {"storageConfigurationArn": ""}
    return {name: _without(each, there) for name, each in value.items() if name not in lost}


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, Ref):
        return Ref(new) if value.name == old else value
    return {name: _renamed(each, old, new) for name, each in value.items()} if isinstance(value, dict) else value
