"""Wrong declarations are refused before any call: every problem at once, each with its path and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine import keys
from tests.engine.bad_input import BAD_INPUT, RECORDING, Bad
from tests.engine.stack import resource

if TYPE_CHECKING:
    from tests.engine.account import Account
    from tests.engine.plugin import Plugin
    from tests.engine.stack import Stack


def test_the_table_is_long_enough_and_covers_every_type() -> None:
    assert len(BAD_INPUT) >= 40
    assert len({bad.kind for bad in BAD_INPUT}) == 5


def test_every_problem_is_named_at_once(plugin: Plugin) -> None:
    """Over the real protocol; the paths are all that there are, and each is named once or with each of its reasons."""
    for bad in BAD_INPUT:
        problems = plugin.problems(bad.kind, bad.properties)
        assert problems.keys() == bad.problems.keys(), f"{bad}: {problems}"
        for path, fragment in bad.problems.items():
            assert any(fragment in reason for reason in problems[path]), f"{bad}: {problems}"


def test_what_is_refused_is_never_a_secret_said_aloud(plugin: Plugin) -> None:
    """A private key given by mistake is not repeated."""
    for bad in BAD_INPUT:
        material = str(bad.properties.get("publicKeyMaterial", ""))
        if "PRIVATE KEY" in material:
            told = str(plugin.problems(bad.kind, bad.properties))
            assert not any(line in told for line in material.splitlines()[1:-1])


# Types and names of members the YAML host checks by itself, against our schema; all else is ours to say.
WELL_TYPED = (
    Bad(
        "EncoderConfiguration",
        {"name": "a b", "video": {"width": 3, "framerate": 90}, "tags": {"aws:x": "y"}},
        {
            "name": "letters, digits",
            "video.width": "must be even",
            "video.framerate": "at most 60",
            'tags["aws:x"]': "belong to AWS",
        },
    ),
    Bad(
        "IngestConfiguration",
        {"ingestProtocol": "RTMP", "stageArn": "hall", "attributes": {"a": "x" * 1024}},
        {
            "insecureIngest": "must be true with ingestProtocol RTMP",
            "stageArn": "the ARN of a stage",
            "attributes": "1,025 bytes",
        },
    ),
    Bad(
        "PublicKey",
        {"publicKeyMaterial": keys.other_curve(), "name": "a.b"},
        {
            "publicKeyMaterial": "P-384 (secp384r1) only",
            "name": "letters, digits",
        },
    ),
    Bad(
        "Stage",
        {
            "name": "a b",
            RECORDING: {
                "storageConfigurationArn": "archive",
                "recordingReconnectWindowSeconds": 301,
                "thumbnailConfiguration": {"targetIntervalSeconds": 5},
            },
        },
        {
            "name": "letters, digits",
            f"{RECORDING}.storageConfigurationArn": "the ARN of a storage configuration",
            f"{RECORDING}.recordingReconnectWindowSeconds": "at most 300",
            f"{RECORDING}.thumbnailConfiguration.targetIntervalSeconds": "only with recordingMode INTERVAL",
        },
    ),
    Bad(
        "StorageConfiguration",
        {"name": "a b", "s3": {"bucketName": "My_Bucket"}},
        {
            "name": "letters, digits",
            "s3.bucketName": "lower-case letters",
        },
    ),
)


@pytest.mark.parametrize("bad", WELL_TYPED, ids=lambda bad: bad.kind)
def test_the_engine_shows_every_problem_and_nothing_is_called(bad: Bad, stack: Stack, account: Account) -> None:
    """A preview fails, and prints path and cure of everything that is wrong with the resource."""
    stack.program({"wrong": resource(bad.kind, bad.properties)})
    with account.counting() as counts:
        told = stack.run("preview", fails=True).text
    assert counts == {}
    for path, fragment in bad.problems.items():
        assert path in told, told
        assert fragment in told, told
