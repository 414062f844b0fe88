"""Draws what goes wrong in one run: faults of the answers, and stops of the processes."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.faults.process import Crash, Who
from tests.faults.program import Program, kind_of

__all__ = ["a_crash", "some_faults"]

Tree = dict[str, Any]

LOST = ("drop", "reset", "hang", "500", "503", "cut", "empty")
_WEIGHTS = (6, 6, 2, 6, 3, 4, 4)


def a_crash(chance: Random) -> Crash | None:
    """Something is stopped at some point, most of the time."""
    if chance.random() < 0.35:
        return None
    who = chance.choice((Who.PROVIDER, Who.ENGINE, Who.ENGINE, Who.BOTH, Who.BOTH, Who.CANCEL))
    return Crash(1 + int(chance.expovariate(1 / 12)), who, chance.choice((0, 1, 3, 9)))


def some_faults(chance: Random, program: Program) -> tuple[Tree, ...]:
    """Faults for the emulator, such as the calls of this program can meet."""
    if chance.random() < 0.04:  # an outage: nothing answers for a while
        status = {"kind": "status", "status": 503} if chance.random() < 0.5 else {"kind": "reset"}
        return (
            {"operation": "*", "when": "before", "skip": chance.randrange(6), "times": chance.choice((3, 9)), **status},
        )
    faults = [_fault(chance, program) for _ in range(chance.choice((0, 0, 1, 1, 2)))]
    created = next((each["operation"] for each in faults if each["operation"].startswith("Create")), "")
    if created and chance.random() < 0.25:  # whoever looks for what was created finds the List broken, too
        skip, times = chance.choice((0, 1, 2, 5)), chance.choice((1, 5, None))
        listed = f"List{created.removeprefix('Create')}s"
        faults.append({"operation": listed, "when": "before", "kind": "reset", "skip": skip, "times": times})
    return tuple(faults)


def _fault(chance: Random, program: Program) -> Tree:
    kinds = [kind_of(each.kind) for each in program.resources] or [kind_of("Stage")]
    kind = chance.choice(kinds)
    calls = (kind.create.operation,) * 6 + (kind.list.operation, kind.delete.operation, kind.read.operation)
    updates = (kind.update.operation,) if kind.update else ()
    operation = chance.choice((*calls, *updates, "TagResource", "UntagResource", "ListTagsForResource"))
    what = chance.choices((*LOST, "throttle"), (*_WEIGHTS, 3))[0]
    when = chance.choice(("before", "after", "after"))
    if what == "throttle":
        when = "before"  # what was throttled was not performed
    if what in {"cut", "empty"} and not operation.startswith(("Create", "Import", "Get", "List")):
        when = "after"  # a success says that it was performed
    status = {"kind": "status", "status": int(what)} if what.isdigit() else {"kind": what}
    times = chance.choice((1, 1, 1, 2, 3, None if what not in {"hang", "throttle"} else 2))
    return {"operation": operation, "when": when, "times": times, "skip": chance.choice((0, 0, 0, 1, 2)), **status}
