"""reconcile/serial.py: Plans in files, secrets as digests, and what hostile files are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from ivs_provider.planning.plan import Action, Plan
from ivs_provider.planning.serial import BadPlan, Digest, from_json, sealed, to_json
from ivs_provider.resources import registry
from ivs_provider.values import UNKNOWN, Desired, Secret
from tests.unit.planning.steps import ARN, HIDDEN, PLANS, drift, plan, step, update, urn

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "schemas/cli/plan.json").read_text(encoding="utf-8"))


def through_text(document: Any) -> Any:
    """The document as a file holds it."""
    return json.loads(json.dumps(document))


@given(PLANS)
def test_a_plan_survives_its_file(drawn: Plan) -> None:
    document = through_text(to_json(drawn))
    assert from_json(document) == sealed(drawn)
    assert to_json(from_json(document)) == document


@given(PLANS)
def test_a_sealed_plan_is_sealed(drawn: Plan) -> None:
    assert sealed(sealed(drawn)) == sealed(drawn)


@given(PLANS)
def test_no_file_holds_a_secret(drawn: Plan) -> None:
    assert HIDDEN not in json.dumps(to_json(drawn), ensure_ascii=False)


@given(PLANS)
def test_every_file_keeps_to_the_published_schema(drawn: Plan) -> None:
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(through_text(to_json(drawn)))] == []


def test_the_published_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_a_file_says_what_is_done_and_what_it_costs() -> None:
    """By hand: one update of a tag that drifted, and a resource that stays, compact."""
    made = plan(
        step(Action.UPDATE, "Stage", "hall", drift("tags.team", "audio", "video"), notes=("one",)),
        step(Action.KEEP, "Stage", "pad"),
    )
    document = to_json(made)
    assert document["format"] == "pulumi-ivs/plan/1"
    assert document["summary"] == {"create": 0, "update": 1, "replace": 0, "delete": 0, "keep": 1, "drifted": 1}
    assert (document["calls"], document["seconds"]) == ({"TagResource": 1}, 0)
    assert document["steps"] == [
        {
            "action": "update",
            "urn": urn("Stage", "hall"),
            "type": "ivs:index:Stage",
            "name": "hall",
            "arn": f"{ARN}stage/hall",
            "changes": [
                {
                    "path": "tags.team",
                    "kind": "update",
                    "origin": "drift",
                    "consequence": "tags only",
                    "old": "audio",
                    "new": "video",
                }
            ],
            "fingerprint": "f",
            "notes": ["one"],
        },
        {
            "action": "keep",
            "urn": urn("Stage", "pad"),
            "type": "ivs:index:Stage",
            "name": "pad",
            "arn": f"{ARN}stage/pad",
            "fingerprint": "f",
        },
    ]


def digest(made: Plan) -> Any:
    """What stands for the tag in the file."""
    return to_json(made)["steps"][0]["inputs"]["tags"]["team"]["$secret"]


def tagged(name: str, value: str, key: str = "team") -> Plan:
    """A plan that creates a stage with a secret tag."""
    return plan(step(Action.CREATE, "Stage", name, inputs=Desired({"tags": {key: Secret(value)}})))


def test_a_digest_tells_a_changed_secret_and_no_equal_ones() -> None:
    """Salted with URN and path: who sees two digests learns nothing of two secrets."""
    assert digest(tagged("hall", "a")) == digest(tagged("hall", "a"))
    assert digest(tagged("hall", "a")) != digest(tagged("hall", "b"))
    assert digest(tagged("hall", "a")) != digest(tagged("pad", "a"))
    both = plan(step(Action.CREATE, "Stage", "hall", inputs=Desired({"tags": {"team": Secret("a"), "b": Secret("a")}})))
    assert len({entry["$secret"] for entry in to_json(both)["steps"][0]["inputs"]["tags"].values()}) == 2


def test_a_secret_that_looks_like_a_digest_is_none() -> None:
    """Only what was read from a file is taken for a digest: a program's secret may look like anything."""
    lookalike = "0" * 32
    assert digest(tagged("hall", lookalike)) != lookalike
    assert digest(tagged("hall", Digest(lookalike))) == lookalike


def test_what_the_account_answers_in_clear_for_a_secret_is_hidden_too() -> None:
    """A change below a secret is compared without its wrapper, and AWS knows of no secret tags."""
    inputs = Desired({"tags": Secret({"team": "new-password"})})
    made = plan(
        step(Action.UPDATE, "Stage", "hall", update("tags.team", "old-password", "new-password"), inputs=inputs)
    )
    text = json.dumps(to_json(made))
    assert "password" not in text
    (change,) = to_json(made)["steps"][0]["changes"]
    assert change["old"] != change["new"]


def test_a_secret_that_is_not_known_yet_is_unknown() -> None:
    made = plan(step(Action.CREATE, "Stage", "hall", inputs=Desired({"name": Secret(UNKNOWN)})))
    assert to_json(made)["steps"][0]["inputs"] == {"name": {"$unknown": True}}


def problems(document: Any) -> list[str]:
    """What a document is told."""
    with pytest.raises(BadPlan) as refused:
        from_json(document)
    return [str(problem) for problem in refused.value.problems]


def test_a_bad_file_is_told_everything_at_once() -> None:
    document = to_json(plan(step(Action.KEEP, "Stage", "pad")))
    document["format"] = "pulumi-ivs/plan/9"
    document["steps"][0]["action"] = "explode"
    document["extra"] = []
    del document["project"]
    assert problems(document) == [
        "extra: is not known; did you mean extras?",
        "format: must be one of pulumi-ivs/plan/1, not 'pulumi-ivs/plan/9'",
        "project: is required; set it",
        "steps[0].action: must be one of create, update, replace, delete, keep, not 'explode'",
    ]


def test_what_no_schema_can_say_is_told_at_once_too() -> None:
    document = to_json(plan(step(Action.UPDATE, "Stage", "pad", update("name", "a", "b"))))
    document["steps"][0]["type"] = "aws:s3:Bucket"
    document["steps"][0]["changes"][0] |= {"path": "a]", "old": {"$secret": "clear text"}, "new": {"$other": 1}}
    assert problems(document) == [
        f"steps[0].type: is none of {', '.join(sorted(registry()))}",
        "steps[0].changes[0].path: is no property path; write it as Pulumi does: video.width",
        "steps[0].changes[0].old: is no digest of a secret: 16 to 64 hexadecimal digits",
        "steps[0].changes[0].new.$other: is not known; a key of your own is written $$other",
    ]


def test_values_as_deep_as_no_resource_has_are_refused() -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = [deep]
    document = to_json(plan(step(Action.KEEP, "Stage", "pad")))
    document["steps"][0]["inputs"] = {"name": deep}
    assert problems(document) == ["holds values more than 40 levels deep; no resource has such"]


def test_a_resource_is_there_once_and_its_leftover_beside_it() -> None:
    both = plan(step(Action.KEEP, "PublicKey", "key"), step(Action.DELETE, "PublicKey", "key", arn="arn:old"))
    assert from_json(to_json(both)) == both
    twice = plan(step(Action.KEEP, "Stage", "hall"), step(Action.CREATE, "Stage", "hall"))
    assert problems(to_json(twice)) == ["steps[1].urn: is there twice; a plan has one step for each"]


def test_a_change_is_somewhere() -> None:
    document = to_json(plan(step(Action.UPDATE, "Stage", "pad", update("name", "a", "b"))))
    document["steps"][0]["changes"][0]["path"] = ""
    (told,) = problems(document)
    assert told == "steps[0].changes[0].path: is no property path; write it as Pulumi does: video.width"


@pytest.mark.parametrize("document", [None, [], "x", 1])
def test_what_is_no_object_is_no_plan(document: Any) -> None:
    assert problems(document) == ["is no object; give the file that `ivs plan --out` wrote"]
