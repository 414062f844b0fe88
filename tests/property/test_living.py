"""Laws of the whole way: check, create, read, compare, update, import, on an account that answers as AWS does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivs_provider.cloud import Deadline
from ivs_provider.config import Settings
from ivs_provider.model.ownership import Identity
from ivs_provider.reconcile.apply import Target, Update
from ivs_provider.reconcile.compare import Change, compare
from ivs_provider.reconcile.desire import desire
from ivs_provider.reconcile.reconciler import Reconciler
from ivs_provider.values import ABSENT, Declared, Desired, Path, Recorded, Secret, at, conceal, reveal, secret_paths
from tests.property.declaring import KINDS, MORE, SCHEMA, Tree, changed, declarations, updated
from tests.property.test_comparing import type_of
from tests.rpc.plugin import urn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivs_provider.reconcile.reconciler import Found
    from tests.rpc.world import World

each_kind = pytest.mark.parametrize("kind", KINDS)
few = settings(max_examples=12 * MORE)


def target(kind: str) -> Target:
    """The one resource that a law is about."""
    return Target(type_of(kind), Identity(urn(kind)), Deadline())


def desired(kind: str, declared: Tree) -> Desired:
    """What a check makes of a declaration; it must find nothing wrong."""
    wanted, problems = desire(type_of(kind), Declared(declared), Recorded({}), Settings(), None)
    assert problems == []
    return wanted


class Living:
    """Creates for one example, and leaves nothing behind."""

    def __init__(self, reconciler: Reconciler, kind: str) -> None:
        """Of one type."""
        self.reconciler, self.kind, self.made = reconciler, kind, ""

    def create(self, wanted: Desired) -> Found:
        """Create."""
        found = self.reconciler.create(target(self.kind), wanted)
        self.made = found.arn
        return found

    def read(self, inputs: Tree, outputs: Tree) -> Found:
        """Refresh."""
        seen = self.reconciler.read(type_of(self.kind), self.made, Recorded(inputs), outputs)
        assert seen
        return seen

    def find(self) -> Found:
        """Import."""
        found = self.reconciler.find(type_of(self.kind), self.made)
        assert found
        return found

    def changes(self, seen: Found, wanted: Desired) -> list[Change]:
        """Compare as a preview after a refresh does."""
        return compare(type_of(self.kind), seen.inputs, wanted, outputs=seen.outputs)

    def __enter__(self) -> Self:
        """Nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Delete."""
        if self.made:
            # In a later run: within one, what was just created is guarded.
            later = Reconciler(self.reconciler.account, self.reconciler.owner, self.reconciler.nonces)
            later.delete(target(self.kind), self.made, Recorded({}))


def untold(kind: str) -> set[str]:
    """Members that AWS never returns: no import can know them."""
    members = SCHEMA[kind]["properties"].items()
    return {name for name, member in members if member.get("writeOnly") or member.get("deleteOption")}


@each_kind
@few
@given(data=st.data())
def test_what_was_created_shows_no_change(
    kind: str, data: st.DataObject, reconciler: Reconciler, arns: dict[str, list[str]]
) -> None:
    """Check, create, read, diff; twice, since the second read starts from what the first one answered."""
    wanted = desired(kind, data.draw(declarations(kind, arns)))
    with Living(reconciler, kind) as living:
        found = living.create(wanted)
        assert found.inputs == wanted
        once = living.read(found.inputs, found.outputs)
        twice = living.read(once.inputs, once.outputs)
        for seen in (once, twice):
            assert seen.inputs == wanted
            assert seen.outputs == found.outputs
            assert living.changes(seen, wanted) == []


@each_kind
@few
@given(data=st.data())
def test_what_was_created_can_be_imported_and_shows_no_change(
    kind: str, data: st.DataObject, reconciler: Reconciler, arns: dict[str, list[str]]
) -> None:
    wanted = desired(kind, data.draw(declarations(kind, arns)))
    with Living(reconciler, kind) as living:
        living.create(wanted)
        found = living.find()
        again = desired(kind, found.inputs)
        assert living.changes(found, again) == []
        assert {change.path[0] for change in living.changes(found, wanted)} <= untold(kind)


@each_kind
@few
@given(data=st.data())
def test_an_update_leads_to_what_is_desired(
    kind: str, data: st.DataObject, reconciler: Reconciler, arns: dict[str, list[str]]
) -> None:
    old = desired(kind, data.draw(declarations(kind, arns)))
    other = data.draw(st.one_of(changed(kind, old, arns), declarations(kind, arns)))
    new = desired(kind, updated(kind, old, other))
    with Living(reconciler, kind) as living:
        found = living.create(old)
        changes = reconciler.changes(type_of(kind), found.inputs, found.outputs, new, ())
        outputs = found.outputs
        if changes:
            wanted = Update(living.made, new, changes, found.outputs)
            now = reconciler.update(target(kind), wanted, found.inputs)
            assert now.failure is None
            assert now.inputs == new
            outputs = now.outputs
        seen = living.read(new, outputs)
        assert living.changes(seen, new) == []
        assert seen.inputs == new


@each_kind
@few
@given(data=st.data())
def test_a_change_behind_the_back_is_shown_and_repaired(
    kind: str, data: st.DataObject, reconciler: Reconciler, world: World, arns: dict[str, list[str]]
) -> None:
    """Somebody edits a tag; only if the program speaks of it is it drift; an update takes it back."""
    tags = data.draw(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["1", "2"]), max_size=3))
    wanted = desired(kind, {**data.draw(declarations(kind, arns)), "tags": tags})
    edited = data.draw(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["1", "2"]), min_size=1))
    with Living(reconciler, kind) as living:
        found = living.create(wanted)
        world.tag(living.made, **edited)
        seen = living.read(found.inputs, found.outputs)
        drifted = {("tags", key) for key, value in edited.items() if key in tags and tags[key] != value}
        changes = living.changes(seen, wanted)
        assert {change.path for change in changes} == drifted
        if changes:
            wanted_update = Update(living.made, wanted, changes, seen.outputs)
            reconciler.update(target(kind), wanted_update, seen.inputs)
            assert living.changes(living.read(wanted, seen.outputs), wanted) == []


@each_kind
@few
@given(data=st.data())
def test_what_is_secret_stays_secret_on_the_whole_way(
    kind: str, data: st.DataObject, reconciler: Reconciler, arns: dict[str, list[str]]
) -> None:
    """Every path that the program keeps secret is so in every answer, itself or within something larger."""
    plain = data.draw(declarations(kind, arns))
    places = sorted(_places(plain), key=str)
    hidden = frozenset(data.draw(st.sets(st.sampled_from(places)))) if places else frozenset[Path]()
    declared: Any = conceal(plain, hidden)
    wanted = desired(kind, declared)
    assert _holds(wanted, hidden)
    with Living(reconciler, kind) as living:
        found = living.create(wanted)
        seen = living.read(found.inputs, found.outputs)
        new = desired(kind, {**wanted, "tags": {"other": Secret("x")}})
        changes = reconciler.changes(type_of(kind), seen.inputs, seen.outputs, new, ())
        now = reconciler.update(target(kind), Update(living.made, new, changes, seen.outputs), seen.inputs)
        read = living.read(now.inputs, now.outputs)
        for tree in (found.inputs, found.outputs, seen.inputs, seen.outputs):
            assert _holds(tree, hidden)
        kept = frozenset(path for path in hidden if path[0] != "tags") | {("tags", "other")}
        for tree in (now.inputs, now.outputs, read.inputs, read.outputs):
            assert _holds(tree, kept)
        if kind == "IngestConfiguration":
            assert isinstance(found.outputs["streamKey"], Secret)
            assert isinstance(read.outputs["streamKey"], Secret)
        assert str(reveal(found.inputs)) == str(plain)


def _places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of a tree but its root."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _places(item, (*path, key))


def _holds(tree: Tree, hidden: frozenset[Path]) -> bool:
    """Whether each path lies at or below something secret; what is not there cannot be seen."""
    secrets = secret_paths(tree)
    there = (path for path in hidden if at(tree, path) is not ABSENT)
    return all(any(path[:length] in secrets for length in range(1, len(path) + 1)) for path in there)
