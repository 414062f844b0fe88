"""The world of the cases: one emulator, one boto3 client, the other client in the account, and the story of a case."""

from __future__ import annotations

import logging
import os
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any, Self, cast
from unittest import mock

from ivs_emulator.emulator import Emulator, Options
from ivs_provider.cloud import client as boto
from ivs_provider.config import Settings
from ivs_provider.reconcile.notice import Notice
from tests.emulator.talking import Admin
from tests.faults.draw import Case, Run
from tests.faults.engine_model import Engine
from tests.faults.process import Host, Time, Watch
from tests.faults.program import Program
from tests.faults.state import State

__all__ = ["REGION", "Lived", "World"]

REGION = "eu-west-1"
NUMBER = "000000000001"
HANG_SECONDS = 0.25
"""What a hung answer really costs here; the case's own clock moves on by the read time-out."""
CALM = {"deny": [], "quotas": False, "listLag": 0}
_READS = ("Get", "List")


@dataclass
class Lived:
    """What came of a case: everything that the law is held against."""

    case: Case
    states: list[State]
    programs: list[Program]
    story: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)
    foreign: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the other client made, as it was made."""
    live_deletes: list[str] = field(default_factory=list)
    """Deletes of an ARN that was some URN's current id."""
    failed: list[str] = field(default_factory=list)
    """How the runs after the faults did not do what they must."""
    hurried: bool = False
    """Whether a run began while the List still hid what an interrupted run before it had made."""
    again: int = 0
    """Undisturbed runs at the end."""
    interrupted: dict[int, float] = field(default_factory=dict)
    """When the last run of a state ended without success."""
    resources: list[dict[str, Any]] = field(default_factory=list)


class World:
    """An emulator with one account, which each case begins empty."""

    def __init__(self, *, searching: bool = True) -> None:
        self.searching = searching
        self.time = Time()
        options = Options(clock=self.time.wall, monotonic=self.time.monotonic, source=Random(1))  # noqa: S311 - no secret
        self._emulator = Emulator(options)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Start the emulator, and connect once."""
        self._stack.enter_context(self._emulator)
        self.url = self._emulator.url
        self.admin = Admin(self.url, NUMBER)
        credentials = {"AWS_ACCESS_KEY_ID": NUMBER, "AWS_SECRET_ACCESS_KEY": "x"}
        with mock.patch.dict(os.environ, credentials):
            settings = Settings(endpoint=self.url, region=REGION)
            self.patient = boto.connect(settings)
            self.hasty = boto.connect(settings, cast("int", HANG_SECONDS))
        self._stack.callback(self.patient.close)
        self._stack.callback(self.hasty.close)
        self.logged: list[str] = []
        handler = _Listening(self.logged)
        logging.getLogger().addHandler(handler)
        self._stack.callback(logging.getLogger().removeHandler, handler)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everything."""
        self._stack.close()

    def live(self, case: Case) -> Lived:
        """Live through a case: its runs, then the same programs again, twice and undisturbed."""
        self.time.now = 0.0
        self.admin.do("POST", "reset")
        hangs = any(fault["kind"] == "hang" for run in case.runs for fault in run.faults)
        nonces = (f"nonce{number:06}" for number in range(10**6))
        states = [State(owner=f"00000000-0000-4000-8000-{number:012}") for number in range(case.states)]
        lived = self._begun(case, states, [_last(case, number) for number in range(case.states)])

        def tell(notice: Notice) -> None:
            lived.notices.append(notice.text)

        host = Host(self.hasty if hangs else self.patient, self.time, nonces, tell, self.searching)
        for number, run in enumerate(case.runs):
            self._run(lived, host, run, number)
        self._again(lived, host)
        lived.resources = self.admin.do("GET", "resources")["resources"]
        return lived

    def _begun(self, case: Case, states: list[State], programs: list[Program]) -> Lived:
        return Lived(case, states, programs)

    def _run(self, lived: Lived, host: Host, run: Run, number: int) -> None:
        chance = Random(f"{lived.case.seed}/{lived.case.number}/{number}")  # noqa: S311 - no secret
        self.time.now += run.gap
        lived.hurried |= self.time.now - lived.interrupted.get(run.state, -1000.0) < run.world["listLag"]
        state = lived.states[run.state]
        names = [each.name for each in run.program.resources]
        lived.story.append(
            f"run {number}, {run.verb.value}, state {run.state}, {self.time.now:.0f} s: {', '.join(names)};"
            f" taints {run.taints},"
            f" drift {run.program.settings.drift_detection.value}, world {_told(run.world)}, faults {run.faults}"
        )
        self.admin.settings(**CALM)
        is_calm = not run.faults and not run.world["deny"] and not run.world["quotas"]
        if not is_calm:  # the other client meets none of our faults, so it comes before them
            self._foreign(lived, run.foreign, chance)
        self.admin.settings(**run.world)
        for fault in run.faults:
            self.admin.fault(**fault)
        state.tainted |= {entry.urn for entry in state.live.values() if entry.name in run.taints}
        watch = self._watch(lived, run)
        if is_calm:
            watch.meanwhile = {chance.randrange(2, 20): lambda: self._foreign(lived, run.foreign, chance)}
        outcome = self._carried_out(lived, host, run, watch, chance)
        lived.story.append(f"  -> {outcome}")
        if outcome != "succeeded":
            lived.interrupted[run.state] = self.time.now
        if watch.struck:
            lived.crashes[watch.struck] += 1
        left = self.admin.do("GET", "faults")["faults"]
        lived.faults += _spent(run.faults, left)
        self.admin.do("DELETE", "faults")

    def _carried_out(self, lived: Lived, host: Host, run: Run, watch: Watch, chance: Random) -> str:
        """The outcome, in a word."""
        return Engine(lived.states[run.state], host, watch, chance, lived.errors, run.pending_first).up(run.program)

    def _watch(self, lived: Lived, run: Run | None) -> Watch:
        watch = Watch(run.crash if run else None, lived.story, self.time)

        def deleting(arn: str) -> None:
            for state in lived.states:
                if arn in state.ids() - state.doomed:
                    lived.live_deletes.append(arn)

        watch.deleting = deleting
        return watch

    def _again(self, lived: Lived, host: Host) -> None:
        """The same programs, without faults: once to finish, once to show that nothing is left to do."""
        self.admin.settings(**CALM)
        for turn in ("again", "once more"):
            for state, program in zip(lived.states, lived.programs, strict=True):
                self.time.now += 60
                lived.story.append(f"{turn}, state {lived.states.index(state)}, {self.time.now:.0f} s")
                watch = self._watch(lived, None)
                engine = Engine(state, host, watch, Random(0), lived.errors)  # noqa: S311 - no secret
                outcome = engine.up(program)
                lived.again += 1
                if outcome != "succeeded":
                    lived.failed.append(f"{turn}: {outcome}: {lived.errors[-1]}")
                elif turn == "once more" and engine.changed:
                    lived.failed.append(f"the same program {turn} changed: {', '.join(engine.changed)}")

    # The other client of the account.

    def _foreign(self, lived: Lived, acts: tuple[str, ...], chance: Random) -> None:
        for act in acts:
            if act == "-" and lived.foreign:
                arn = chance.choice(sorted(lived.foreign))
                del lived.foreign[arn]
                self.patient.delete_stage(arn=arn)
                lived.story.append(f"    -- somebody else deletes {arn[-20:]}")
            elif act != "-":
                tags = self._their_tags(chance)
                made = self.patient.create_stage(name=act, tags=tags)["stage"]
                lived.foreign[made["arn"]] = {"name": act, "tags": tags}
                lived.story.append(f"    -- somebody else creates {made['arn'][-20:]}")

    def _their_tags(self, _chance: Random) -> dict[str, str]:
        return {"team": "theirs"}


class _Listening(logging.Handler):
    """Keeps what anybody logs at the usual level: a secret in it is a secret printed."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.INFO)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self._kept.append(record.getMessage())


def _last(case: Case, state: int) -> Program:
    return [run.program for run in case.runs if run.state == state][-1]


def _told(world: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in world.items() if value}


def _spent(faults: tuple[dict[str, Any], ...], left: list[dict[str, Any]]) -> Counter[str]:
    """The faults that hit a call, by kind and moment."""
    untouched = Counter((each["operation"], each["kind"], each["when"], each["times"], each["skip"]) for each in left)
    spent: Counter[str] = Counter()
    for fault in faults:
        key = (fault["operation"], fault["kind"], fault["when"], fault["times"], fault["skip"])
        if untouched[key] and fault["times"] is not None:
            untouched[key] -= 1
        else:
            spent[f"{fault.get('status', fault['kind'])} {fault['when']}"] += 1
    return spent
