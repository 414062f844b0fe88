"""Programs as users write them: every example, the demo, and many resources of one type."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.engine.stack import resource
from tests.engine_functions.conftest import keys

if TYPE_CHECKING:
    from tests.parity.pair import Pair

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = sorted(path.relative_to(ROOT) for path in (ROOT / "Pulumi.yaml", *ROOT.glob("examples/*/Pulumi.yaml")))
MANY = 105
"""More than a List shows on one page, of which there are 100 resources."""


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_examples(pair: Pair, url: str, program: Path) -> None:
    """A fresh account, what `up` made, and what then happens to it: everything tagged, renamed or deleted."""
    pair.stack.environment["AWS_ENDPOINT_URL_IVS"] = url
    for name in ("private", "old", "new"):
        keys(pair.stack.directory, name)
    document: dict[str, Any] = yaml.safe_load((ROOT / program).read_text(encoding="utf-8"))
    pair.program(
        **{part: document[part] for part in ("resources", "variables", "outputs", "config") if part in document}
    )
    assert {each.action for each in pair.agree().values()} == {"create"}
    pair.stack.up()
    pair.settled()
    for name, arn in pair.stack.ids().items():
        pair.account.ivs.tag_resource(resourceArn=arn, tags={"team": "theirs", "cost-centre": name})
        if ":stage/" in arn:
            pair.account.ivs.update_stage(arn=arn, name="theirs")
        if ":public-key/" in arn:
            pair.account.ivs.delete_public_key(arn=arn)
    actions = {each.action for each in pair.agree().values()}
    assert {"create", "update"} <= actions


def test_many_resources_of_one_type(pair: Pair) -> None:
    """Lists have pages, and both read them: some resources are edited, dropped, new, moved or gone."""
    pair.program({f"s{number}": _stage(number) for number in range(MANY)})
    pair.stack.up()
    pair.settled()
    ids = pair.stack.ids()
    for number in range(0, MANY, 7):
        pair.account.ivs.update_stage(arn=ids[f"s{number}"], name=f"theirs-{number}")
    for number in range(3, MANY, 20):
        pair.account.ivs.delete_stage(arn=ids[f"s{number}"])
    edited = {
        f"s{number}": _stage(number, **({"team": "new"} if number % 11 == 0 else {})) for number in range(5, MANY)
    }
    pair.program({**edited, "another": resource("Stage")})
    found = pair.agree()
    assert {name for name, each in found.items() if each.action == "delete"} == {"s0", "s1", "s2", "s4"}


def _stage(number: int, **tags: str) -> dict[str, Any]:
    return resource("Stage", {"name": f"stage-{number}", "tags": {"number": str(number), **tags}})
