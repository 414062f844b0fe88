"""cli/render/text.py: what a person sees in a terminal."""

from __future__ import annotations

from typing import Any

import click
from hypothesis import given

from ivs_provider.cli.render import text
from ivs_provider.planning.declaration import Foreign
from ivs_provider.planning.plan import Action, Extra, ExtraKind, Plan
from ivs_provider.values import UNKNOWN, Desired, Secret
from tests.unit.planning.steps import ARN, HIDDEN, PLANS, drift, forcing, plan, step, update

GHOST = Extra(kind=ExtraKind.UNDECLARED, token="ivs:index:Stage", name="ghost", arn=f"{ARN}stage/ghost")

EVERYTHING = plan(
    step(Action.CREATE, "Stage", "pad", inputs=Desired({"name": "pad", "tags": {"pin": Secret("1234")}})),
    step(Action.CREATE, "IngestConfiguration", "rtmp", inputs=Desired({"stageArn": UNKNOWN})),
    step(Action.UPDATE, "Stage", "hall", update("name", "hall", "main"), drift("tags.who", "operator", ...)),
    step(Action.REPLACE, "EncoderConfiguration", "sharp", forcing("video.width", 640, 1280), notes=("a note",)),
    step(Action.DELETE, "Stage", "old"),
    step(Action.KEEP, "Stage", "kept"),
    extras=(GHOST,),
    foreign=(Foreign("aws:s3:Bucket", "recordings"),),
    outputs={"stage": UNKNOWN},
    notes=("not all is known",),
    warnings=("no room",),
)

SHOWN = """\
Plan for video/dev in eu-west-1

 + ivs:index:Stage "pad": create
     + name: "pad"
     + tags.pin: [secret]

 + ivs:index:IngestConfiguration "rtmp": create
     + stageArn: (known after apply)

 ~ ivs:index:Stage "hall": update  [drift]
     [arn=arn:aws:ivs:eu-west-1:123456789012:stage/hall]
     ~ name: "hall" => "main"
     - tags.who: "operator"  [drift]

+- ivs:index:EncoderConfiguration "sharp": replace
     [arn=arn:aws:ivs:eu-west-1:123456789012:encoder-configuration/sharp]
     ~ video.width: 640 => 1280  [replaces]
     ! a note

 - ivs:index:Stage "old": delete
     [arn=arn:aws:ivs:eu-west-1:123456789012:stage/old]

In the account besides:
   - stage "ghost" (arn:aws:ivs:eu-west-1:123456789012:stage/ghost): has the stack's tags and is not declared: \
declare it again, or ivs apply --prune deletes it

Not of this provider, left alone:
   - aws:s3:Bucket recordings

Outputs:
   - stage: (known after apply)

Notes:
   - not all is known

Warnings:
   - no room

Resources:
    + 2 to create
    ~ 1 to update
    +- 1 to replace
    - 1 to delete
    1 unchanged
    1 drifted: moved in the account since the last apply
Cost: 8 calls (CreateStage 1, CreateIngestConfiguration 1, TagResource 1, UpdateStage 1, UntagResource 1, \
CreateEncoderConfiguration 1, DeleteEncoderConfiguration 1, DeleteStage 1), about a second at the pace of AWS's quotas
"""

DRIFT = """\
Drift of video/dev in eu-west-1

 ~ stage "hall" (arn:aws:ivs:eu-west-1:123456789012:stage/hall)
     tags.who: is "operator", declared (not set)

Declared, and not in the account:
   - stage "pad"
   - ingest configuration "rtmp"

In the account besides:
   - stage "ghost" (arn:aws:ivs:eu-west-1:123456789012:stage/ghost): has the stack's tags and is not declared: \
declare it again, or ivs apply --prune deletes it

Notes:
   - not all is known

1 drifted, 2 declared and not there, 1 there besides.
"""


def test_a_plan_looks_like_pulumis_own_display() -> None:
    assert text.plan(EVERYTHING, colour=False) == SHOWN


def test_drift_is_only_what_the_account_did() -> None:
    assert text.drift(EVERYTHING, colour=False) == DRIFT


def test_nothing_is_said_shortly() -> None:
    nothing = plan(step(Action.KEEP, "Stage", "kept"))
    assert (
        text.plan(nothing, colour=False)
        == "Plan for video/dev in eu-west-1\n\nNothing to do: 1 resource as declared.\n"
    )
    drifted = text.drift(nothing, colour=False)
    assert drifted == "Drift of video/dev in eu-west-1\n\nNo drift: the account holds what was applied.\n"


def test_colours_are_the_only_difference_between_a_terminal_and_a_file() -> None:
    coloured = text.plan(EVERYTHING, colour=True)
    assert coloured != SHOWN
    assert click.unstyle(coloured) == SHOWN


def test_who_asks_for_more_sees_what_stays_and_values_in_full() -> None:
    long = plan(
        step(Action.KEEP, "Stage", "kept"), step(Action.UPDATE, "Stage", "hall", update("name", "a" * 200, "b" * 200))
    )
    brief, verbose = (text.plan(long, colour=False, verbose=each) for each in (False, True))
    assert 'ivs:index:Stage "kept": keep' in verbose
    assert "kept" not in brief
    assert "a" * 200 in verbose
    assert f'"{"a" * 78}… => "{"b" * 78}…' in brief


@given(PLANS)
def test_no_secret_is_shown(drawn: Plan) -> None:
    for shown in (text.plan(drawn, colour=False, verbose=True), text.drift(drawn, colour=False, verbose=True)):
        assert HIDDEN not in shown


@given(PLANS)
def test_nothing_that_others_wrote_moves_the_terminal(drawn: Plan) -> None:
    """Escape sequences, line breaks, overrides of the direction of writing: each is shown by its number."""
    shown: Any = text.plan(drawn, colour=False, verbose=True) + text.drift(drawn, colour=False, verbose=True)
    assert all(char.isprintable() for char in shown.replace("\n", ""))


def test_a_name_can_begin_no_line_of_its_own() -> None:
    """Runners read lines that begin with :: as commands."""
    named = plan(step(Action.CREATE, "Stage", "x\n::set-output name=a::b", notes=("\n::error::x",)))
    assert not [line for line in text.plan(named, colour=False).splitlines() if line.lstrip().startswith("::")]
