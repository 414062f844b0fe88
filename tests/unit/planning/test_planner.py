"""Plans against an account: what is told from what, and what stays untouched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider.model import ownership
from ivs_provider.planning.adoption import adopt, adoptions
from ivs_provider.planning.declaration import BadProgram, Options
from ivs_provider.planning.destruction import destruction
from ivs_provider.planning.drift import only_drift
from ivs_provider.planning.execute import Execution, Outcome
from ivs_provider.planning.plan import Action, ExtraKind, Plan
from ivs_provider.planning.planner import Planner
from ivs_provider.reconcile.compare import Origin
from ivs_provider.values import UNKNOWN, Secret, format_path
from tests.planning import Quiet, Ref, Told, actions, applied, never, planned

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivs_provider.reconcile.reconciler import Reconciler
    from tests.rpc.world import World

    Reaching = Callable[..., Reconciler]

HALL = ("Stage", {"name": "hall", "tags": {"team": "live", "env": "dev"}})
RECORDED = (
    "Stage",
    {
        "autoParticipantRecordingConfiguration": {
            "storageConfigurationArn": Ref("media"),
            "mediaTypes": ["AUDIO_VIDEO"],
            "hlsConfiguration": {"targetSegmentDurationSeconds": 4},
        }
    },
)
MEDIA = ("StorageConfiguration", {"s3": {"bucketName": "media"}})
RTMP = {"ingestProtocol": "RTMP", "insecureIngest": True, "attributes": {"desk": "one"}}


def told(plan: Plan) -> dict[str, tuple[str, str]]:
    """The changes by path: kind and origin."""
    return {
        format_path(change.path): (change.kind.value, change.origin.value)
        for step in plan.steps
        for change in step.changes
    }


def arn_of(plan: Plan, name: str) -> str:
    """The resource that a plan has found for a name."""
    return next(step.arn for step in plan.steps if step.name == name)


def test_an_edit_is_told_from_drift_key_by_key(reaching: Reaching, world: World) -> None:
    """The program takes one tag back while somebody else changes another, and writes a third."""
    applied(Told({"hall": HALL}), reaching())
    arn = arn_of(planned(Told({"hall": HALL}), reaching()), "hall")
    world.tag(arn, team="other", owner="finance")
    edited = Told({"hall": ("Stage", {"name": "hall", "tags": {"team": "live"}})})
    assert told(planned(edited, reaching())) == {
        "tags.env": ("remove", "program"),
        "tags.team": ("update", "drift"),
    }
    applied(edited, reaching())
    kept = {key: value for key, value in world.tags(arn).items() if not ownership.is_own(key)}
    assert kept == {"team": "live", "owner": "finance"}


def test_what_nobody_can_tell_apart_is_left_alone_and_named(reaching: Reaching, world: World) -> None:
    """All the tags moved and the program was edited: a tag that may be somebody else's is not taken away."""
    applied(Told({"hall": HALL}), reaching())
    arn = arn_of(planned(Told({"hall": HALL}), reaching()), "hall")
    world.tag(arn, team="x", env="y", owner="finance")
    plan = planned(Told({"hall": ("Stage", {"tags": {"colour": "red"}})}), reaching())
    assert "tags.owner" not in told(plan)
    assert plan.notes == (
        "hall: the tags env, owner, team may have been declared once or written by others; they are left alone",
    )


def test_a_nested_member_that_the_program_takes_back_goes_to_its_default(reaching: Reaching) -> None:
    """Found through the digest, though nobody recorded what had been declared."""
    applied(Told({"media": MEDIA, "hall": RECORDED}), reaching())
    less = {"autoParticipantRecordingConfiguration": {"storageConfigurationArn": Ref("media")}}
    assert told(planned(Told({"media": MEDIA, "hall": ("Stage", less)}), reaching())) == {
        "autoParticipantRecordingConfiguration.hlsConfiguration.targetSegmentDurationSeconds": ("remove", "program"),
    }


def test_an_undeclared_member_that_moves_is_nobodys_business(reaching: Reaching, world: World) -> None:
    """Drift is what the program speaks of."""
    program = Told({"media": MEDIA, "hall": RECORDED})
    applied(program, reaching())
    arn = arn_of(planned(program, reaching()), "hall")
    recording = world.call("GetStage", arn=arn)["stage"]["autoParticipantRecordingConfiguration"]
    world.call(
        "UpdateStage",
        arn=arn,
        autoParticipantRecordingConfiguration=recording | {"recordingReconnectWindowSeconds": 60},
    )
    assert told(planned(program, reaching())) == {}


def test_recording_that_was_switched_off_outside_is_drift(reaching: Reaching, world: World) -> None:
    """A List does not show it: the resource is asked."""
    program = Told({"media": MEDIA, "hall": RECORDED})
    applied(program, reaching())
    arn = arn_of(planned(program, reaching()), "hall")
    world.call("UpdateStage", arn=arn, autoParticipantRecordingConfiguration={"storageConfigurationArn": ""})
    plan = only_drift(planned(program, reaching()))
    assert actions(plan) == {"hall": "update"}
    assert all(change.origin is Origin.DRIFT for step in plan.steps for change in step.changes)


def test_what_aws_never_returns_is_seen_to_change(reaching: Reaching) -> None:
    """``insecureIngest``: only the applied tag tells it."""
    applied(Told({"desk": ("IngestConfiguration", RTMP | {"ingestProtocol": "RTMPS"})}), reaching())
    secure = {"ingestProtocol": "RTMPS", "attributes": {"desk": "one"}}
    plan = planned(Told({"desk": ("IngestConfiguration", secure)}), reaching())
    assert told(plan) == {"insecureIngest": ("remove", "program")}
    assert actions(plan) == {"desk": "replace"}


@pytest.mark.parametrize(
    ("resources", "calls"),
    [
        ({"hall": HALL, "second": ("Stage", {})}, {}),
        ({"media": MEDIA, "hall": RECORDED}, {"GetStage": 1}),
        ({"video": ("EncoderConfiguration", {"video": {"width": 640, "height": 360}})}, {}),
        ({"desk": ("IngestConfiguration", RTMP)}, {}),
    ],
    ids=["stages", "recording may drift", "an encoder cannot", "nor can attributes"],
)
def test_nothing_is_read_that_a_list_shows_or_that_cannot_move(
    resources: dict[str, Any], calls: dict[str, int], reaching: Reaching, world: World
) -> None:
    """One List of each type, tags of ingest configurations, and a Get only where something may have moved."""
    applied(Told(resources), reaching())
    world.forget()
    planned(Told(resources), reaching())
    assert world.writes() == calls


def test_secrets_are_compared_and_stay_secret(reaching: Reaching) -> None:
    """A secret tag that moves shows as a secret."""
    program = Told({"hall": ("Stage", {"tags": {"code": Secret("one")}})})
    applied(program, reaching())
    assert told(planned(program, reaching())) == {}
    other = Told({"hall": ("Stage", {"tags": {"code": Secret("two")}})})
    (change,) = planned(other, reaching()).steps[0].changes
    assert "one" not in repr(change)
    assert "two" not in repr(change)


def test_what_moved_beside_an_edit_is_drift_too(reaching: Reaching, world: World) -> None:
    """The program says something else now, and the account does not hold what was applied either."""
    applied(Told({"hall": ("Stage", {"name": "one"})}), reaching())
    arn = arn_of(planned(Told({"hall": ("Stage", {"name": "one"})}), reaching()), "hall")
    world.call("UpdateStage", arn=arn, name="moved")
    plan = planned(Told({"hall": ("Stage", {"name": "two"})}), reaching())
    assert told(plan) == {"name": ("update", "both")}
    assert actions(only_drift(plan)) == {"hall": "update"}


def test_what_was_applied_as_a_secret_stays_one_whatever_the_program_says_now(reaching: Reaching) -> None:
    """Or a stranger's program could ask for it."""
    applied(Told({"hall": ("Stage", {"tags": {"code": Secret("hush")}})}), reaching())
    (change,) = planned(Told({"hall": ("Stage", {"tags": {"code": "x"}})}), reaching()).steps[0].changes
    assert change.old == Secret("hush")


def test_what_can_never_be_known_here_is_named_and_proposes_nothing(reaching: Reaching) -> None:
    """Encrypted configuration, another provider: no replacement for its sake, and no create that would fail."""
    applied(Told({"desk": ("IngestConfiguration", RTMP)}), reaching())
    plan = planned(Told({"desk": ("IngestConfiguration", RTMP | {"userId": UNKNOWN})}), reaching())
    assert actions(plan) == {"desk": "keep"}
    assert plan.notes == ("desk: userId cannot be known here, and is not compared",)
    plan = planned(Told({"hall": ("Stage", {"name": UNKNOWN})}), reaching())
    assert plan.notes == ("hall: name cannot be known here, so `ivs apply` cannot create it; `pulumi up` can",)


def test_a_deleted_resource_is_created_again(reaching: Reaching, world: World) -> None:
    """And drift says that it is not there."""
    program = Told({"hall": HALL})
    applied(program, reaching())
    world.call("DeleteStage", arn=arn_of(planned(program, reaching()), "hall"))
    assert actions(only_drift(planned(program, reaching()))) == {"hall": "create"}


def test_what_is_not_declared_any_more_is_deleted_only_when_asked(reaching: Reaching, world: World) -> None:
    """Without --prune the plan lists it and says so."""
    applied(Told({"hall": HALL, "lobby": ("Stage", {})}), replace_owner(reaching()))
    program = Told({"hall": HALL})
    plan = planned(program, reaching())
    assert [(extra.kind, extra.name, extra.deleted) for extra in plan.extras] == [
        (ExtraKind.UNDECLARED, "lobby", False)
    ]
    plan, executed = applied(program, reaching(), prune=True)
    assert actions(plan) == {"lobby": "delete", "hall": "keep"}
    assert executed.complete
    assert len(world.resources()) == 1


def replace_owner(reconciler: Reconciler) -> Reconciler:
    """The same as the command line: what it creates is recorded by being there."""
    return replace(reconciler, owner=ownership.COMMAND_LINE)


def test_another_front_ends_pending_create_is_told_apart(reaching: Reaching) -> None:
    """An engine may be about to record it."""
    applied(Told({"hall": HALL}), reaching())
    assert [extra.kind for extra in planned(Told({}), reaching()).extras] == [ExtraKind.PENDING]


def test_a_resource_is_found_by_the_name_that_it_had(reaching: Reaching, world: World) -> None:
    """By an alias, until its tags are written anew: by adopt, or by the next update."""
    old = Told({"hall": HALL})
    applied(old, reaching())
    new = Told({"foyer": HALL}, options={"foyer": Options(aliases=(old.urn("hall"),))})
    assert actions(planned(new, reaching())) == {"foyer": "keep"}
    planner = Planner(new, lambda _provider: reconciler)
    reconciler = reaching()
    planner.plan(never)
    (adoption,) = adoptions(planner, {})
    adopt(adoption)
    assert world.tags(adoption.listed.arn)[ownership.NAME] == "foyer"
    assert actions(planned(Told({"foyer": HALL}), reaching())) == {"foyer": "keep"}


def test_what_is_left_to_others_is_neither_changed_nor_taken_back(reaching: Reaching, world: World) -> None:
    """``ignoreChanges``, also when something else is updated."""
    applied(Told({"hall": HALL}), reaching())
    arn = arn_of(planned(Told({"hall": HALL}), reaching()), "hall")
    world.tag(arn, team="other")
    options = {"hall": Options(ignore_changes=(("tags",),))}
    assert actions(planned(Told({"hall": HALL}, options=options), reaching())) == {"hall": "keep"}
    renamed = Told({"hall": ("Stage", HALL[1] | {"name": "salon"})}, options=options)
    plan, executed = applied(renamed, reaching())
    assert told(plan) == {"name": ("update", "program")}
    assert executed.complete
    assert world.tags(arn)["team"] == "other"
    assert actions(planned(renamed, reaching())) == {"hall": "keep"}


def test_a_protected_resource_is_neither_replaced_nor_destroyed(reaching: Reaching, world: World) -> None:
    """Said before anything is done."""
    video = {"video": {"width": 640, "height": 360}}
    options = {"video": Options(protect=True)}
    applied(Told({"video": ("EncoderConfiguration", video)}, options=options), reaching())
    other = Told({"video": ("EncoderConfiguration", {"video": {"width": 640, "height": 480}})}, options=options)
    with pytest.raises(BadProgram, match=r"video: is protected, and a change of video\.height would replace it"):
        planned(other, reaching())
    reconciler = reaching()
    with pytest.raises(BadProgram, match=r"video: is protected; remove options\.protect first"):
        destruction(Planner(other, lambda _provider: reconciler), never)
    assert len(world.resources()) == 1


def test_what_the_program_retains_survives_its_destruction(reaching: Reaching, world: World) -> None:
    """Everything else goes, in reverse order."""
    program = Told(
        {"media": MEDIA, "hall": RECORDED, "desk": ("IngestConfiguration", RTMP | {"stageArn": Ref("hall")})},
        options={"media": Options(retain_on_delete=True)},
    )
    applied(program, reaching())
    reconciler = reaching()
    planner = Planner(program, lambda _provider: reconciler)
    plan = destruction(planner, never)
    assert [step.name for step in plan.steps] == ["desk", "hall"]
    assert [(extra.kind, extra.name) for extra in plan.extras] == [(ExtraKind.RETAINED, "media")]
    assert Execution(planner, plan, Quiet()).run(never).complete
    assert [each["arn"] for each in world.resources()] == [plan.extras[0].arn]


def test_a_replaced_resource_that_is_retained_is_let_go(reaching: Reaching, world: World) -> None:
    """It stays, and carries nobody's tags: no later plan deletes it."""
    options = {"video": Options(retain_on_delete=True)}
    small, large = (("EncoderConfiguration", {"video": {"width": 640, "height": height}}) for height in (360, 480))
    applied(Told({"video": small}, options=options), reaching())
    old = arn_of(planned(Told({"video": small}), reaching()), "video")
    plan, executed = applied(Told({"video": large}, options=options), reaching())
    assert actions(plan) == {"video": "replace"}
    assert executed.complete
    assert world.tags(old) == {}
    assert planned(Told({"video": large}, options=options), reaching(), prune=True).extras == ()


def test_an_interrupted_replacement_is_finished_by_the_next_run(reaching: Reaching, world: World) -> None:
    """The new one says which it supersedes; nothing else with the same tags is ever deleted unasked."""
    small, large = (("EncoderConfiguration", {"video": {"width": 640, "height": height}}) for height in (360, 480))
    applied(Told({"video": small}), reaching())
    world.fault(operation="DeleteEncoderConfiguration", when="before", kind="status", status=403, times=1)
    _, executed = applied(Told({"video": large}), replace_owner(reaching()))
    assert not executed.complete
    assert len(world.resources()) == 2
    plan, executed = applied(Told({"video": large}), reaching())
    assert [(step.action, step.name) for step in plan.steps] == [(Action.DELETE, "video"), (Action.KEEP, "video")]
    assert executed.complete
    assert len(world.resources()) == 1


def encoder(height: int, **options: Any) -> Told:
    """One encoder configuration, of which only a create sets the height."""
    inputs = {"video": {"width": 640, "height": height}}
    return Told({"video": ("EncoderConfiguration", inputs)}, options={"video": Options(**options)})


def test_an_interrupted_replacement_that_is_taken_back_keeps_what_was_there(reaching: Reaching, world: World) -> None:
    """What is declared again is still there: it stands, and what was to replace it goes."""
    applied(encoder(360), replace_owner(reaching()))
    (first,) = planned(encoder(360), reaching()).steps
    world.fault(operation="DeleteEncoderConfiguration", when="before", kind="status", status=403, times=1)
    applied(encoder(480), replace_owner(reaching()))
    assert len(world.resources()) == 2
    plan, executed = applied(encoder(360), reaching())
    assert [step.action for step in plan.steps] == [Action.DELETE, Action.KEEP]
    assert plan.steps[1].arn == first.arn
    assert executed.complete
    assert [each["arn"] for each in world.resources()] == [first.arn]


def test_a_replacement_that_deletes_first_remembers_what_an_earlier_one_left(reaching: Reaching, world: World) -> None:
    applied(encoder(360), replace_owner(reaching()))
    (first,) = planned(encoder(360), reaching()).steps
    world.fault(operation="DeleteEncoderConfiguration", when="before", kind="status", status=403, times=1)
    applied(encoder(480), replace_owner(reaching()))
    world.fault(operation="DeleteEncoderConfiguration", when="before", kind="status", status=403, times=1, skip=1)
    third = encoder(720, delete_before_replace=True)
    _, executed = applied(third, replace_owner(reaching()))
    assert not executed.complete
    assert first.arn in {each["arn"] for each in world.resources()}
    plan, executed = applied(third, reaching())
    assert [(step.action, step.arn) for step in plan.steps if step.action is Action.DELETE] == [
        (Action.DELETE, first.arn)
    ]
    assert executed.complete
    assert len(world.resources()) == 1


def test_two_resources_with_the_same_tags_are_both_left_where_nobody_knows_why(
    reaching: Reaching, world: World
) -> None:
    """Another record may call the second one its own."""
    program = Told({"hall": HALL})
    applied(program, reaching())
    arn = arn_of(planned(program, reaching()), "hall")
    tags = {key: value for key, value in world.tags(arn).items() if key != ownership.PENDING}
    world.call("CreateStage", name="hall", tags=tags)
    plan = planned(program, reaching())
    assert actions(plan) == {"hall": "keep"}
    assert [(extra.kind, extra.deleted) for extra in plan.extras] == [(ExtraKind.SUPERSEDED, False)]


def test_what_looks_like_the_declared_and_is_nobodys_is_named_and_can_be_adopted(
    reaching: Reaching, world: World
) -> None:
    """Adopting writes tags alone; where the program differs, the next plan says so."""
    arn = world.call("CreateStage", name="hall", tags={"team": "old", "env": "dev"})["stage"]["arn"]
    program = Told({"hall": HALL})
    plan = planned(program, reaching())
    assert actions(plan) == {"hall": "create"}
    assert [(extra.kind, extra.arn) for extra in plan.extras] == [(ExtraKind.ADOPTABLE, arn)]
    reconciler = reaching()
    planner = Planner(program, lambda _provider: reconciler)
    planner.plan(never)
    for adoption in adoptions(planner, {}):
        adopt(adoption)
    after = planned(program, reaching())
    assert after.extras == ()
    assert told(after) == {"tags.team": ("update", "program")}


def test_a_resource_named_by_import_is_never_created_a_second_time(reaching: Reaching, world: World) -> None:
    """Until it is adopted, it is left as it is."""
    arn = world.call("CreateStage", name="hall")["stage"]["arn"]
    program = Told({"hall": HALL}, options={"hall": Options(import_id=arn)})
    plan, _ = applied(program, reaching())
    assert actions(plan) == {"hall": "keep"}
    assert len(world.resources()) == 1
    gone = Told({"hall": HALL}, options={"hall": Options(import_id=arn[:-1] + "_")})
    with pytest.raises(BadProgram, match=r"there is no stage .* to import"):
        planned(gone, reaching())


def test_what_depends_on_a_failure_is_left_and_what_does_not_is_done(reaching: Reaching, world: World) -> None:
    """Run again, the rest is done."""
    program = Told({"media": MEDIA, "hall": RECORDED, "lobby": ("Stage", {"name": "lobby"})})
    world.fault(operation="CreateStorageConfiguration", when="before", kind="status", status=403, times=1)
    _, executed = applied(program, reaching())
    assert {step.name: outcome for step, outcome in executed.outcomes} == {
        "media": Outcome.FAILED,
        "hall": Outcome.LEFT,
        "lobby": Outcome.DONE,
    }
    _, executed = applied(program, reaching())
    assert executed.complete
    assert set(actions(planned(program, reaching())).values()) == {"keep"}
