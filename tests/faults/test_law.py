"""The law itself: each thing that holds for every front end is found out where it does not hold."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.draw import drawn
from tests.faults.law import judged_in_any_case
from tests.faults.world import Lived

THEIRS = {"arn": "theirs", "attributes": {"name": "hall"}, "tags": {"team": "theirs"}}
MADE = {"theirs": {"name": "hall", "tags": {"team": "theirs"}}}


def lived(**told: Any) -> Lived:
    """A case in which another client's stage is as it was made."""
    return Lived(
        drawn(1, 1, "http://127.0.0.1", "eu-west-1"), [], [], **{"foreign": MADE, "resources": [THEIRS], **told}
    )


@pytest.mark.parametrize(
    ("told", "breaches"),
    [
        ({}, {}),
        ({"failed": ["again 1: failed"]}, {"not finished": ["again 1: failed"]}),
        ({"resources": []}, {"foreign touched": ["theirs"]}),
        ({"resources": [{**THEIRS, "tags": {}}]}, {"foreign touched": ["theirs"]}),
        ({"resources": [{**THEIRS, "attributes": {"name": "ours"}}]}, {"foreign touched": ["theirs"]}),
        ({"live_deletes": ["gone"]}, {"live deleted": ["gone"]}),
        ({"live_deletes": ["theirs"]}, {}),  # it was not carried out
    ],
)
def test_what_holds_for_every_front_end(told: dict[str, Any], breaches: dict[str, list[str]]) -> None:
    verdict, _ = judged_in_any_case(lived(**told))
    assert verdict.breaches == breaches
