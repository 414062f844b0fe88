"""reconcile/moved.py: whether a plan that was kept may still be carried out, and what to say where not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from ivs_provider.planning.plan import Action, Extra, ExtraKind, Plan
from ivs_provider.planning.serial import from_json, moved, to_json
from ivs_provider.planning.showing import called
from ivs_provider.values import UNKNOWN, Desired, Secret
from tests.unit.planning.steps import ARN, PLANS, forcing, plan, step, update

HALL = f'stage "hall" ({ARN}stage/hall)'
EDITED = "the program declares something else than when the plan was made"


def kept(*steps: Any) -> Plan:
    """A plan that has been in a file."""
    return from_json(to_json(plan(*steps)))


@given(PLANS)
def test_nothing_has_moved_between_a_plan_and_itself(drawn: Plan) -> None:
    assert moved(from_json(to_json(drawn)), drawn) == []


def updated(*changes: Any, **more: Any) -> Any:
    """An update of the hall."""
    return step(Action.UPDATE, "Stage", "hall", *changes, **more)


NAME = update("name", "hall", "main-hall")
TAG = update("tags.team", "audio", "video")
SAME = step(Action.KEEP, "Stage", "hall")
KEY = step(Action.REPLACE, "PublicKey", "key", forcing("publicKeyMaterial", "a", "b"))


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ([updated(NAME)], [SAME]),  # done
        ([updated(NAME, TAG)], [updated(TAG)]),  # half done
        ([step(Action.CREATE, "Stage", "hall")], [SAME]),
        ([step(Action.DELETE, "Stage", "hall")], []),
        ([KEY], [step(Action.KEEP, "PublicKey", "key", arn="arn:new")]),
        # interrupted between the two halves: the new one is there, the old one still goes
        (
            [KEY],
            [
                step(Action.KEEP, "PublicKey", "key", arn="arn:new"),
                step(Action.DELETE, "PublicKey", "key"),
            ],
        ),
        # the other way round: the old one is gone, the new one still comes
        ([replace(KEY, delete_first=True)], [step(Action.CREATE, "PublicKey", "key")]),
    ],
)
def test_what_is_done_by_now_has_not_moved(then: Any, now: Any) -> None:
    """An interrupted apply is run again with the same file."""
    assert moved(kept(*then), plan(*now)) == []


def test_what_was_unknown_may_be_known_by_now() -> None:
    """The fingerprint is another one then, since it covers what was not known."""
    made = step(
        Action.CREATE, "IngestConfiguration", "rtmp", inputs=Desired({"stageArn": UNKNOWN, "ingestProtocol": "RTMPS"})
    )
    known = Desired({"stageArn": "arn:x", "ingestProtocol": "RTMPS"})
    assert moved(kept(made), plan(replace(made, inputs=known, fingerprint="g"))) == []
    other = replace(made, inputs=Desired({**known, "ingestProtocol": "RTMP"}), fingerprint="g")
    assert moved(kept(made), plan(other)) == [f'{EDITED}: ingest configuration "rtmp"']


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ([updated(NAME)], [updated(NAME, fingerprint="g")], [f"{EDITED}: {HALL}"]),
        ([SAME], [], [f"{EDITED}: {HALL} is not declared any more"]),
        ([], [step(Action.CREATE, "Stage", "hall")], [f'{EDITED}: stage "hall" is new']),
        (
            [updated(NAME)],
            [updated(NAME, TAG)],
            [f'the account has moved: tags.team of {HALL} is now "audio"'],
        ),
        (
            [updated(TAG)],
            [updated(update("tags.team", "cameras", "video"))],
            [f'the account has moved: tags.team of {HALL} is now "cameras", was "audio"'],
        ),
        ([SAME], [step(Action.CREATE, "Stage", "hall")], [f"the account has moved: {HALL} is gone"]),
        (
            [],
            [step(Action.DELETE, "Stage", "hall")],
            [f"the account has moved: {HALL} would be deleted now, and the plan does not say so"],
        ),
        (
            [step(Action.CREATE, "Stage", "hall")],
            [updated(NAME)],
            [f"the account has moved: {HALL} is there now"],
        ),
        (
            [updated(NAME, arn="arn:other")],
            [updated(NAME)],
            [f"the account has moved: {HALL} is there now, the plan is about arn:other"],
        ),
        (
            [updated(NAME)],
            [step(Action.REPLACE, "Stage", "hall", NAME)],
            [f"the account has moved: the plan says update of {HALL}, now it is replace"],
        ),
    ],
)
def test_what_moved_is_said_and_whose_doing_it_is(then: Any, now: Any, expected: list[str]) -> None:
    assert moved(kept(*then), plan(*now)) == expected


def test_a_plan_for_another_place_is_refused() -> None:
    other = replace(plan(), region="us-west-2", stack="prod")
    assert moved(plan(), other) == [
        "the plan was made for stack dev, this is prod",
        "the plan was made for region eu-west-1, this is us-west-2",
    ]


def test_secrets_are_compared_and_never_said() -> None:
    def tagged(old: str) -> Any:
        return updated(
            update("tags.team", old, Secret("new-one")), inputs=Desired({"tags": {"team": Secret("new-one")}})
        )

    assert moved(kept(tagged("one")), plan(tagged("one"))) == []
    assert moved(kept(tagged("one")), plan(tagged("two"))) == [
        f"the account has moved: tags.team of {HALL} is now [secret], was [secret]"
    ]


def test_another_account_region_or_provider_is_told() -> None:
    made = replace(kept(SAME), account="111111111111", region="eu-west-1")
    for account, told in (
        ("222222222222", "this is 222222222222"),
        ("", "this is another, or emptied since"),
    ):
        assert moved(made, replace(made, account=account)) == [
            f"the plan was made for account 111111111111, {told}",
        ]
    assert moved(replace(made, account=""), made) == []
    emptying = replace(kept(step(Action.DELETE, "Stage", "hall")), account="111111111111")
    assert moved(emptying, replace(emptying, account="", steps=())) == []
    new = kept(step(Action.CREATE, "Stage", "hall"))
    (other,) = (replace(each, provider="far") for each in new.steps)
    assert moved(new, replace(new, steps=(other,))) == [f'{EDITED}: stage "hall"']


def test_what_looks_like_the_declared_and_came_since_is_told() -> None:
    """Carrying the plan out would create a second one beside it."""
    new = kept(step(Action.CREATE, "Stage", "hall"))
    alike = Extra(kind=ExtraKind.ADOPTABLE, token="ivs:index:Stage", name="hall", arn=f"{ARN}stage/new")
    (told,) = moved(new, replace(new, extras=(alike,)))
    assert told.startswith(f'the account has moved: stage "hall" ({ARN}stage/new) looks like what is declared')
    assert moved(replace(new, extras=(alike,)), replace(new, extras=(alike,))) == []


def test_what_the_plan_itself_lets_go_is_no_surprise() -> None:
    """A replaced resource that is retained carries nobody's tags from then on."""
    replacing = kept(replace(KEY, retained=True))
    (old,) = replacing.steps
    alike = Extra(kind=ExtraKind.ADOPTABLE, token=old.token, name="other", arn=old.arn)
    assert moved(replacing, replace(replacing, extras=(alike,))) == []


def test_what_is_left_to_others_is_no_edit_of_the_program() -> None:
    then = kept(replace(updated(NAME), fingerprint="f", inputs=Desired({"name": "main-hall", "tags": {"a": "1"}})))
    now = replace(then.steps[0], inputs=Desired({"name": "main-hall", "tags": {"a": "2"}}))
    assert moved(then, replace(then, steps=(now,))) == [
        f"the account has moved: what is left to others (ignoreChanges) is not what it was: {HALL}"
    ]


def test_an_option_that_was_edited_is_no_move_of_the_account() -> None:
    then = kept(KEY)
    now = replace(then.steps[0], retained=True)
    assert moved(then, replace(then, steps=(now,))) == [f"{EDITED}, in its options: {called(now)}"]
