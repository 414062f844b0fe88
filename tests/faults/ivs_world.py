"""The world of the command line's cases: its commands, beside the engine's runs that may have come before them."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.faults.draw import Case, Run
from tests.faults.ivs_lived import LivedByIvs, deleting, is_ours, printed
from tests.faults.ivs_model import NOTHING, Command
from tests.faults.law import OWN, digest_of
from tests.faults.process import Host, Watch
from tests.faults.program import PROJECT, STACK, Program, Verb
from tests.faults.state import State
from tests.faults.world import CALM, Lived, World

__all__ = ["IvsWorld"]

Tree = dict[str, Any]

MOST_RUNS = 4
"""A command that still has something to do after so many undisturbed runs never ends."""


class IvsWorld(World):
    """An emulator with one account, which each case begins empty."""

    def _begun(self, case: Case, states: list[State], programs: list[Program]) -> Lived:
        return LivedByIvs(case, states, programs)

    def _carried_out(self, lived: Lived, host: Host, run: Run, watch: Watch, chance: Random) -> str:
        assert isinstance(lived, LivedByIvs)
        if run.verb is Verb.UP:
            outcome = super()._carried_out(lived, host, run, watch, chance)
            lived.took_over(self._ours())
        else:
            command = Command(run.verb, run.program, host, watch, chance, lived.errors)
            outcome = self._commanded(lived, command)
            lived.file = command.file
        # Without a record, a List that lags hides from the next run what even a successful one has made.
        lived.interrupted[run.state] = self.time.now
        return outcome

    def _commanded(self, lived: LivedByIvs, command: Command) -> str:
        before = self._ours()
        watch = command.watch

        def judge(arn: str) -> None:
            lived.live_deletes += deleting(arn, command.verb, command.program, self._there())

        watch.deleting = judge
        silent = len(lived.errors)
        outcome = command.run()
        lived.printed += printed(command.program, lived.errors[silent:])
        lived.dropped += command.dropped
        if command.plan:
            lived.commanded(command.plan, outcome, before, self._there())
        return outcome

    def _again(self, lived: Lived, host: Host) -> None:
        """The same command, without faults, until it has nothing to do."""
        assert isinstance(lived, LivedByIvs)
        self.admin.settings(**CALM)
        verb, program = lived.case.runs[-1].verb, lived.programs[0]
        for turn in range(1, MOST_RUNS + 1):
            self.time.now += 60
            lived.story.append(f"again {turn}, {verb.value}, {self.time.now:.0f} s")
            chance = Random(turn)  # noqa: S311 - no secret
            watch = self._watch(lived, None)
            command = Command(verb, program, host, watch, chance, lived.errors, lived.file)
            outcome = self._commanded(lived, command)
            refused = bool(lived.file and not command.file)  # and planned again in the next turn
            lived.file = command.file
            lived.again += 1
            lived.story.append(f"  -> {outcome}")
            if outcome == NOTHING:
                lived.listed = {extra.arn for extra in command.plan.extras} if command.plan else set()
                return
            if outcome != "succeeded" and not refused:
                lived.failed.append(f"again {turn}: {outcome}: {command.failure}")
        lived.failed.append(f"still something to do after {MOST_RUNS} runs")

    def _there(self) -> dict[str, Tree]:
        return {each["arn"]: each for each in self.admin.do("GET", "resources")["resources"]}

    def _ours(self) -> dict[str, Tree]:
        return {arn: each for arn, each in self._there().items() if is_ours(each)}

    def _their_tags(self, chance: Random) -> dict[str, str]:
        """Nobody's, another stack's, or one of the same name in another project: with all tags, pending ones, too."""
        project, stack = chance.choice((("", ""), (PROJECT, "prod"), ("audio", STACK), (PROJECT, f"{STACK}2")))
        if not project:
            return {"team": "theirs"}
        name = f"s{chance.randrange(1, 4)}"
        urn = f"urn:pulumi:{stack}::{project}::ivs:index:Stage::{name}"
        own = {"stack": f"{project}/{stack}", "urn": digest_of(urn), "name": name, "applied": "name=00000000"}
        own |= chance.choice(({}, {"pending": "ivs nonceother 1800000000"}, {"pending": "ivs/gone nonceother 1"}))
        return {f"{OWN}{key}": value for key, value in own.items()}
