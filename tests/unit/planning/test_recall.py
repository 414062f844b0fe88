"""What a plan recalls without a record is what the engine has recorded: cases that the parity tests found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivs_provider.config import DriftDetection
from ivs_provider.planning.asked import ignoring
from ivs_provider.planning.declaration import Options
from ivs_provider.values import ABSENT, Desired, Recorded, Secret
from tests.planning import Told, actions, applied, planned

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivs_provider.reconcile.compare import Change
    from ivs_provider.reconcile.reconciler import Reconciler
    from tests.rpc.world import World

    Reaching = Callable[..., Reconciler]


def changes(program: Told, reconciler: Reconciler) -> list[Change]:
    """All changes of a plan."""
    return [change for step in planned(program, reconciler).steps for change in step.changes]


def test_a_resource_that_declared_nothing_is_told_from_one_without_our_tags(reaching: Reaching) -> None:
    """Its `applied` tag is empty: a member that the program now says for the first time is added."""
    applied(Told({"hall": ("Stage", {})}), reaching())
    (added,) = changes(Told({"hall": ("Stage", {"name": "hall"})}), reaching())
    assert (added.kind.value, added.old, added.new) == ("add", ABSENT, "hall")


def test_the_fast_mode_compares_no_tags_that_a_list_lacks(reaching: Reaching, world: World) -> None:
    """They are read to know whose the resource is, and an edit of them is seen; drift is what Lists show."""

    def reach() -> Reconciler:
        return reaching(drift_detection=DriftDetection.FAST)

    def program(team: str) -> Told:
        inputs: dict[str, Any] = {"ingestProtocol": "RTMPS", "tags": {"team": team}}
        return Told({"host": ("IngestConfiguration", inputs)})

    applied(program("ours"), reach())
    world.tag(planned(program("ours"), reach()).steps[0].arn, team="theirs")
    assert actions(planned(program("ours"), reach())) == {"host": "keep"}
    assert actions(planned(program("edited"), reach())) == {"host": "update"}


def test_what_a_wildcard_ignores_stays_as_it_is_in_a_replacement(reaching: Reaching) -> None:
    """The new resource gets what the old one has, as with the engine."""
    left = Options(ignore_changes=(("tags", "*"),), replace_on_changes=(("name",),))

    def program(name: str, **tags: str) -> Told:
        return Told({"hall": ("Stage", {"name": name, "tags": tags})}, options={"hall": left})

    applied(program("hall", a="1", b="1"), reaching())
    (step,) = planned(program("foyer", a="2", c="2"), reaching()).steps
    assert (step.action.value, step.inputs) == ("replace", {"name": "foyer", "tags": {"a": "1", "b": "1"}})


def test_a_tag_that_an_interrupted_update_did_not_take_away_goes_with_the_next(
    reaching: Reaching, world: World
) -> None:
    """Ours are written last: as long as a tag is there, they say that it was applied."""
    before, after = (Told({"hall": ("Stage", {"name": "hall", "tags": tags})}) for tags in ({"team": "a"}, {}))
    applied(before, reaching())
    world.fault(operation="UntagResource", when="before", kind="status", status=403, times=1)
    _, executed = applied(after, reaching())
    assert not executed.complete
    assert [change.path for change in changes(after, reaching())] == [("tags", "team")]


def test_what_is_left_to_others_inside_a_secret_is_a_secret_and_the_rest_of_it_stays() -> None:
    asked = Desired({"tags": Secret({"a": "new", "b": "1"})})
    now = Recorded({"tags": Secret({"a": "old", "b": "2"})})
    assert ignoring(asked, now, [("tags", "a")]) == {"tags": Secret({"a": "old", "b": "1"})}
    assert ignoring(Desired({}), now, [("tags", "a")]) == {"tags": {"a": Secret("old")}}
