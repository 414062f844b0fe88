"""The declaration table covers what the schemas say: every type, every member, each on its side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivs_provider.resources import registry
from tests.engine.cases import CASES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivs_provider.model.resource_type import ResourceType
    from ivs_provider.model.schema import Shape


def test_every_type_is_in_the_table() -> None:
    assert sorted(CASES) == sorted(kind.name for kind in registry().values())


@pytest.mark.parametrize("kind", registry().values(), ids=lambda kind: kind.name)
def test_every_member_is_edited(kind: ResourceType) -> None:
    """Tags and delete options have tests of their own, being the same for all types or for one."""
    case = CASES[kind.name]
    in_place, fixed = set[str](), set[str]()
    for name, shape in kind.shape.inputs().items():
        if name != "tags" and not shape.flag("deleteOption"):
            (fixed if shape.flag("createOnly") else in_place).update(_leaves(shape, name))
    assert {_member(path) for edit in case.in_place for path in edit.changes if path in in_place} == in_place
    assert {_member(path) for edit in case.fixed for path in edit.changes if _member(path) in fixed} == fixed


def _member(path: str) -> str:
    """The member behind a path: keys of a map are no members."""
    return "attributes" if path.startswith("attributes.") else path


def _leaves(shape: Shape, path: str) -> Iterator[str]:
    if not shape.properties:
        yield path
    for name, member in shape.properties.items():
        yield from _leaves(member, f"{path}.{name}")
