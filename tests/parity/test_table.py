"""Every type, every member edited, every kind of drift: the engine and `ivs` propose the same, path by path.

The other way round cannot be compared: what `ivs apply` made is in no engine's record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.cases import CASES, Edit
from tests.engine.stack import resource
from tests.parity.drift import happen, of_every_kind
from tests.parity.rules import gone_unread

if TYPE_CHECKING:
    from tests.parity.pair import Pair

BESIDE = {name: each for case in CASES.values() for name, each in case.beside.items()}
TAG_EDITS = {
    "tag-edited": Edit({"tags.team": "ours"}),
    "tag-taken-back": Edit({"tags": {"team": "video"}}),
    "tag-new": Edit({"tags.owner": "ours"}),
}
EDITS = {
    f"{kind}-{word}": (kind, edit)
    for kind, case in CASES.items()
    for word, edit in [*enumerate((*case.in_place, *case.fixed)), *TAG_EDITS.items()]
}
DRIFTS = {f"{kind}-{word}": (kind, drift) for kind in CASES for word, drift in of_every_kind(kind).items()}
REMOVED = {f"{kind}-removed": kind for kind in CASES}


def declared() -> dict[str, Any]:
    """One resource for each edit, each drift and each removal."""
    kinds = {**{name: kind for name, (kind, _) in {**EDITS, **DRIFTS}.items()}, **REMOVED}
    return {**BESIDE, **{name: resource(kind, CASES[kind].declared(name)) for name, kind in kinds.items()}}


def edited(before: dict[str, Any]) -> dict[str, Any]:
    """The program after all edits and removals."""
    kept = {name: each for name, each in before.items() if name not in REMOVED}
    changes = {
        name: {**before[name], "properties": edit.applied(before[name]["properties"])}
        for name, (_, edit) in EDITS.items()
    }
    return kept | changes


@pytest.mark.parametrize("detection", ["declared", "all", "fast", "off"])
def test_every_edit_and_every_drift(pair: Pair, detection: str) -> None:
    """All at once, each on a resource of its own: a fresh account, after `up`, after the changes, and settled again."""
    gone = [name for name, (_, drift) in DRIFTS.items() if not drift.touches]
    rules = [gone_unread(gone)] if detection == "off" else []
    pair.stack.configure({"ivs:driftDetection": detection})
    before = declared()
    pair.program(before)
    if detection == "declared":
        assert {each.action for each in pair.agree().values()} == {"create"}
    pair.stack.up()
    pair.settled()

    ids = pair.stack.ids()
    for name, (_, drift) in DRIFTS.items():
        happen(pair.account, drift, ids[name], ids)
    pair.program(edited(before))
    found = pair.agree(*rules)
    assert {found[name].action for name in REMOVED} == {"delete"}
    assert [name for name in EDITS if found[name].action not in {"update", "replace"}] == []
    if detection == "declared":
        quiet = DRIFTS.keys() - {name for name, each in found.items() if each.action != "keep"}
        assert quiet == {name for name, (_, drift) in DRIFTS.items() if not drift.shows}
    pair.stack.up()
    if detection != "off":
        pair.settled()
    assert pair.excused["gone, unread"] == (len(gone) if detection == "off" else 0)
