"""Every resource type against what must hold for any; the quotas against the service's published table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ivs_provider import resources
from ivs_provider.model import limits
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.resources import registry

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
each_type = pytest.mark.parametrize("kind", registry().values(), ids=lambda kind: kind.name)


def published() -> dict[str, Any]:
    """The quotas as they are shipped."""
    document: dict[str, Any] = json.loads((files("ivs_provider.model") / "limits.json").read_text(encoding="utf-8"))
    return document


def test_the_registry_holds_the_types_of_the_first_release() -> None:
    """Found by discovery; tokens are what stands in every user's program, so one must never go."""
    assert list(registry()) == [
        "ivs:index:EncoderConfiguration",
        "ivs:index:IngestConfiguration",
        "ivs:index:PublicKey",
        "ivs:index:Stage",
        "ivs:index:StorageConfiguration",
    ]


def test_every_module_of_resources_is_a_type_with_a_schema_and_the_other_way_round() -> None:
    """Adding a type means two files: neither is forgotten, neither is left over."""
    modules = {path.stem for path in Path(str(resources.__file__)).parent.glob("*.py")} - {"__init__"}
    schemas = {path.stem for path in SCHEMAS.glob("*.json")} - {"definitions", "meta", "provider"}
    assert modules == schemas == {kind.schema_name for kind in registry().values()}


def test_nobody_changes_the_registry() -> None:
    """One process serves many requests from one registry."""
    with pytest.raises(TypeError):
        registry()["ivs:index:Other"] = registry()["ivs:index:Stage"]  # type: ignore[index]  # that it is refused is the point


@each_type
def test_one_name_in_all_its_spellings(kind: ResourceType) -> None:
    """Class, file, ARN and token are one name: ``IngestConfiguration``, ``ingest_configuration``, ``ingest-…``."""
    words = re.findall("[A-Z][a-z]+", kind.name)
    assert kind.shape.title == kind.name == "".join(words)
    assert kind.schema_name == "_".join(words).lower()
    assert kind.arn_kind == "-".join(words).lower()
    assert kind.token == f"ivs:index:{kind.name}"
    assert kind.noun == " ".join(words).lower()


@each_type
def test_the_arn_pattern_accepts_its_own_kind_alone(kind: ResourceType) -> None:
    """An import tells by it whether an ARN is of the type that the program names."""
    pattern = kind.shape.properties["arn"].schema["pattern"]
    start = "arn:aws:ivs:us-west-2:123456789012:"
    assert re.search(pattern, f"{start}{kind.arn_kind}/AbCdEf123456")
    assert not re.search(pattern, f"{start}channel/AbCdEf123456")
    assert not re.search(pattern, f"{start}{kind.arn_kind}/AbCdEf123456/more")


@each_type
def test_calls_are_named_after_the_type(kind: ResourceType) -> None:
    """A copied line would read one type and delete another."""
    operations = [call.operation for call in (kind.create, kind.read, kind.update, kind.delete) if call]
    verbs = [operation.removesuffix(kind.name) for operation in operations]
    expected = [
        "Import" if kind.name == "PublicKey" else "Create",
        "Get",
        *(["Update"] if kind.update else []),
        "Delete",
    ]
    assert verbs == expected
    assert kind.list.operation == f"List{kind.name}s"
    result = kind.name[0].lower() + kind.name[1:]
    assert {kind.create.result, kind.read.result, *([kind.update.result] if kind.update else [])} == {result}
    assert kind.list.result == f"{result}s"


@each_type
def test_every_member_has_one_way_to_change(kind: ResourceType) -> None:
    """By the update call, by a replacement, by tag calls, or in the next delete: never two, never none."""
    updated = set(kind.update.members) if kind.update else set()
    for name, shape in kind.shape.inputs().items():
        ways = [name in updated, shape.flag("createOnly"), name == "tags", shape.flag("deleteOption")]
        assert sum(ways) == 1, name


@each_type
def test_rules_say_what_they_hold(kind: ResourceType) -> None:
    """The first line of a rule's docstring is the rule on the reference page; nothing declared breaks none."""
    for rule in kind.rules:
        assert re.match(r"\S.*\.$", (rule.__doc__ or "").strip().split("\n")[0]), rule
        assert list(rule({})) == []


@each_type
def test_a_replacement_says_what_it_means(kind: ResourceType) -> None:
    """Every type is replaced by something, and somebody feels it; the note stands after a colon in a plan."""
    assert re.fullmatch(r"[a-z].*[^.\s]", kind.replacement_note)


@each_type
def test_a_deletion_and_an_update_say_what_they_mean(kind: ResourceType) -> None:
    """Notes stand after a colon in a plan; those of updates belong to members that the update call takes."""
    notes = [kind.deletion_note, *kind.update_notes.values()]
    assert all(re.fullmatch(r"[a-z].*[^.\s]", note) for note in notes)
    assert {*kind.update_notes} <= set(kind.update.members if kind.update else ())


# --- Quotas: typed by hand from the service's table (facts/ivs.md 1.1 and 1.2, read 2026-11-22) ---------------------

RATES: dict[int, list[str]] = {
    3: ["ImportPublicKey", "GetPublicKey", "ListPublicKeys", "DeletePublicKey"],
    5: [
        *("CreateStage", "GetStage", "ListStages", "UpdateStage", "DeleteStage"),
        *("CreateEncoderConfiguration", "GetEncoderConfiguration", "ListEncoderConfigurations"),
        *("CreateStorageConfiguration", "GetStorageConfiguration", "ListStorageConfigurations"),
        *("CreateIngestConfiguration", "GetIngestConfiguration", "ListIngestConfigurations"),
        *("UpdateIngestConfiguration", "DeleteIngestConfiguration"),
        *("DeleteEncoderConfiguration", "DeleteStorageConfiguration"),
        *("StartComposition", "StopComposition", "GetComposition", "ListCompositions"),
        *("DisconnectParticipant", "GetParticipant", "GetStageSession"),
        *("ListParticipants", "ListParticipantEvents", "ListStageSessions"),
        # Not published; the lowest of the general rates is taken.
        *("StartParticipantReplication", "StopParticipantReplication", "ListParticipantReplicas"),
        "RevokeConnectionToken",
    ],
    10: ["ListTagsForResource", "TagResource", "UntagResource"],
    50: ["CreateParticipantToken"],
}


@pytest.mark.parametrize("rate", RATES)
def test_rates_are_the_published_ones(rate: int) -> None:
    """Too high, and AWS throttles; too low, and every run takes longer than it must."""
    assert {operation: limits.rate(operation) for operation in RATES[rate]} == dict.fromkeys(RATES[rate], float(rate))


def test_the_table_of_rates_has_every_operation() -> None:
    """All 40 of them, each once."""
    operations = [operation for row in RATES.values() for operation in row]
    assert len(operations) == len(set(operations)) == 40


def test_counts_are_the_published_ones() -> None:
    """A plan that needs more of a type than an account has room for says so beforehand."""
    assert published()["counts"] == {
        "Stage": {"name": "Stages", "limit": 1000, "adjustable": True},
        "EncoderConfiguration": {"name": "EncoderConfigurations", "limit": 20, "adjustable": True},
        "StorageConfiguration": {"name": "StorageConfigurations", "limit": 5, "adjustable": True},
        "IngestConfiguration": {"name": "IngestConfigurations", "limit": 100, "adjustable": True},
        "PublicKey": {"name": "PublicKeys", "limit": 3, "adjustable": False},
    }


@pytest.mark.parametrize(
    ("member", "holds"),
    [
        ("source", lambda text: text.startswith("https://docs.aws.amazon.com/ivs/")),
        ("read", lambda text: re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", text)),
    ],
    ids=["source", "read"],
)
def test_quotas_say_where_and_when_they_were_read(member: str, holds: Callable[[str], object]) -> None:
    """AWS changes them: a figure without its date can't be weighed."""
    assert holds(published()[member])


def test_every_type_has_its_quota() -> None:
    """A new type without one would be planned beyond what the account can hold."""
    assert set(published()["counts"]) >= {kind.name for kind in registry().values()}
    assert published()["rates"]["adjustable"] is False
