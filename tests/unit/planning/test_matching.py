"""Two resources with the tags of one: what the engine leaves behind where a replaced resource is retained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivs_provider.model import ownership
from ivs_provider.planning.declaration import Options
from ivs_provider.planning.plan import ExtraKind
from tests.planning import Told, actions, applied, planned

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivs_provider.reconcile.reconciler import Reconciler
    from tests.rpc.world import World

    Reaching = Callable[..., Reconciler]


def program(name: str) -> Told:
    """One stage."""
    return Told({"hall": ("Stage", {"name": name, "tags": {"team": name}})})


def two(reaching: Reaching, world: World) -> dict[str, str]:
    """The ARNs of two resources of one URN, of which no tag says which came first."""
    arns = {}
    for name in ("old", "new"):
        applied(program(name), reaching())
        arns[name] = planned(program(name), reaching()).steps[0].arn
        world.untag(arns[name], ownership.PENDING)
        hidden = world.tags(arns[name])
        world.untag(arns[name], ownership.STACK)
        world.tag(arns[name], was=hidden[ownership.STACK])
    for arn in arns.values():
        world.tag(arn, **{ownership.STACK: world.tags(arn)["was"]})
        world.untag(arn, "was")
    return arns


def test_the_one_that_was_applied_as_the_program_says_stands_for_it(reaching: Reaching, world: World) -> None:
    arns = two(reaching, world)
    for name, arn in arns.items():
        (step,) = planned(program(name), reaching()).steps
        assert (step.action.value, step.arn) == ("keep", arn)


def test_neither_is_pruned_where_nothing_tells_which_is_in_use(reaching: Reaching, world: World) -> None:
    two(reaching, world)
    plan = planned(program("new"), reaching(), prune=True)
    assert actions(plan) == {"hall": "keep"}
    (extra,) = plan.extras
    assert not extra.deleted
    assert "nothing tells which is in use" in extra.note


def test_a_retained_one_whose_replacement_was_interrupted_stays(reaching: Reaching, world: World) -> None:
    """The new one stands for the resource, and the old one is listed, not deleted."""
    options = {"video": Options(retain_on_delete=True)}

    def video(height: int) -> Told:
        return Told({"video": ("EncoderConfiguration", {"video": {"width": 640, "height": height}})}, options=options)

    first, second = reaching(), reaching()
    for reconciler in (first, second):
        reconciler.owner = reconciler.once.owner = ownership.COMMAND_LINE
    applied(video(360), first)
    (old,) = planned(video(360), reaching()).steps
    world.fault(operation="UntagResource", when="before", kind="status", status=403, times=1)
    _, executed = applied(video(480), second)
    assert not executed.complete
    plan = planned(video(480), reaching(), prune=True)
    assert actions(plan) == {"video": "keep"}
    assert plan.steps[0].arn != old.arn
    assert [(extra.kind, extra.arn, extra.deleted) for extra in plan.extras] == [(ExtraKind.RETAINED, old.arn, False)]
