"""What an account holds, with its tags: every List once, and tags one by one only where a List shows none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivs_provider.errors import AccessDenied
from ivs_provider.planning.survey import Survey
from ivs_provider.resources import registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivs_provider.reconcile.reconciler import Reconciler
    from tests.rpc.world import World

LISTS = {
    "ListEncoderConfigurations": 1,
    "ListIngestConfigurations": 1,
    "ListPublicKeys": 1,
    "ListStages": 1,
    "ListStorageConfigurations": 1,
}


def survey_of(reconciler: Reconciler) -> Survey:
    return Survey(reconciler.account, reconciler.once.roll)


def test_everything_is_listed_with_its_tags(world: World, reaching: Callable[..., Reconciler]) -> None:
    stage = world.call("CreateStage", tags={"team": "live"})["stage"]["arn"]
    bare = world.call("CreateStage")["stage"]["arn"]
    ingest = world.call("CreateIngestConfiguration", ingestProtocol="RTMPS", tags={"pulumi-ivs:stack": "shop/dev"})
    arn = ingest["ingestConfiguration"]["arn"]
    found = {each.arn: (each.kind.name, dict(each.tags)) for each in survey_of(reaching()).everything()}
    assert found == {
        stage: ("Stage", {"team": "live"}),
        bare: ("Stage", {}),
        arn: ("IngestConfiguration", {"pulumi-ivs:stack": "shop/dev"}),
    }


def test_each_type_is_listed_once_and_tags_are_read_only_where_a_list_shows_none(
    world: World, reaching: Callable[..., Reconciler]
) -> None:
    world.call("CreateStage")
    for _ in range(3):
        world.call("CreateIngestConfiguration", ingestProtocol="RTMPS")
    reconciler = reaching()
    world.forget()
    survey_of(reconciler).everything()
    survey_of(reconciler).everything()
    reconciler.preflight.wants(registry()["ivs:index:Stage"], "urn", now=False)
    assert world.counts() == LISTS | {"ListTagsForResource": 3}


def test_what_goes_between_the_list_and_its_tags_is_left_out(world: World, reaching: Callable[..., Reconciler]) -> None:
    kind = registry()["ivs:index:IngestConfiguration"]
    stays, goes = (
        world.call("CreateIngestConfiguration", ingestProtocol="RTMPS")["ingestConfiguration"]["arn"] for _ in range(2)
    )
    reconciler = reaching()
    reconciler.once.roll.summaries(kind)
    world.call("DeleteIngestConfiguration", arn=goes)
    assert [each.arn for each in survey_of(reconciler).listed(kind)] == [stays]


def test_a_list_that_is_refused_ends_the_survey(world: World, reaching: Callable[..., Reconciler]) -> None:
    world.call("CreateStage")
    world.settings(deny=["ivs:ListPublicKeys"])
    with pytest.raises(AccessDenied, match="ListPublicKeys"):
        survey_of(reaching()).everything()
