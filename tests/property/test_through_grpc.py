"""The same laws through a real plugin process, for a few declarations of each type: the boundary loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.runtime.proto import provider_pb2 as pb

from ivs_provider.reconcile.configuration import _operations
from tests.property.declaring import KINDS, MORE, declarations, updated
from tests.rpc.plugin import NO_ENGINE, Plugin, running
from tests.rpc.world import REGION, World, write_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

NONE = pb.DiffResponse.DIFF_NONE


@pytest.fixture(scope="module")
def plugin(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    """A plugin that reaches the account of this folder's examples."""
    credentials = tmp_path_factory.mktemp("aws") / "credentials"
    write_credentials(credentials)
    with running(NO_ENGINE, AWS_SHARED_CREDENTIALS_FILE=str(credentials)) as plugin:
        plugin.handshake()
        rates = dict.fromkeys(sorted(_operations()), 100_000)
        plugin.configure(
            {"region": REGION, "profile": world.account, "endpoint": world.url, "rateLimits": rates}, "provider-2"
        )
        yield plugin


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=4 * MORE)
@given(data=st.data())
def test_a_life_through_grpc(kind: str, data: st.DataObject, plugin: Plugin, arns: dict[str, list[str]]) -> None:
    """Check, create, read, diff; update, read, diff; import, check, diff; delete."""
    drawn = declarations(kind, arns)
    old = plugin.check(kind, data.draw(drawn))
    assert old.failures == []
    held = plugin.create(kind, old.inputs)
    try:
        seen = plugin.read(kind, held.arn, old.inputs, held.outputs)
        assert (seen.inputs, seen.outputs) == (old.inputs, held.outputs)
        assert plugin.diff(kind, seen.inputs, old.inputs, seen.outputs).changes == NONE
        new: dict[str, Any] = updated(kind, old.inputs, plugin.check(kind, data.draw(drawn), old.inputs).inputs)
        preview = plugin.update(kind, held, old.inputs, new, preview=True).outputs
        now = plugin.update(kind, held, old.inputs, new).outputs
        assert preview.keys() >= {name for name in new if not name.startswith("__")}
        seen = plugin.read(kind, held.arn, new, now)
        assert seen.inputs == new
        assert plugin.diff(kind, seen.inputs, new, seen.outputs).changes == NONE
        found = plugin.read(kind, held.arn)
        checked = plugin.check(kind, found.inputs)
        assert checked.failures == []
        assert plugin.diff(kind, found.inputs, checked.inputs, found.outputs).changes == NONE
    finally:
        plugin.delete(kind, held.arn, {})
    assert plugin.read(kind, held.arn, old.inputs, held.outputs).arn == ""
