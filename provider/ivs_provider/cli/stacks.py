"""`ivs stacks`: who owns what in an account, and how full it is."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import click

from ivs_provider.cli.accounts import Accounts
from ivs_provider.cli.failing import telling_failures
from ivs_provider.cli.options import Reach, as_json, reaching
from ivs_provider.model import limits
from ivs_provider.model.ownership import Pending
from ivs_provider.planning.declaration import ProviderArguments
from ivs_provider.planning.holdings import Holding, holdings, name_of
from ivs_provider.planning.survey import Listed, Survey
from ivs_provider.resources import registry

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["stacks"]

_NOBODYS: Final = "(nobody's)"
_WIDE: Final = 200
"""Characters of a line that no terminal limits."""
_UNITS: Final = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))

_EPILOG = """
\b
A resource is a stack's by the tag pulumi-ivs:stack; `ivs destroy` takes away what a stack
owns, `ivs import` writes the program for what is nobody's. What is pending was created and
perhaps never recorded: the next run of its stack adopts it, or `ivs drift` lists it.
"""


@dataclass(frozen=True, slots=True)
class _Seen:
    region: str
    holdings: Sequence[Holding]
    now: float

    @property
    def used(self) -> Counter[str]:
        return sum((each.counts for each in self.holdings), Counter[str]())


@click.command(epilog=_EPILOG)
@click.option("--resources", is_flag=True, help="Name every resource, too.")
@as_json
@reaching
def stacks(*, resources: bool, as_json: bool, reach: Reach) -> None:
    """Show which stacks own what in this account and region, against its quotas."""
    with telling_failures(as_json=as_json):
        reconciler = Accounts(reach, os.environ).of(ProviderArguments())
        account = reconciler.account
        listed = Survey(account, reconciler.once.roll).everything()
        seen = _Seen(account.region(), holdings(listed), account.clock.wall())
    if as_json:
        click.echo(json.dumps(_document(seen), indent=2, ensure_ascii=False))
    else:
        _show(seen, resources=resources)


def _document(seen: _Seen) -> dict[str, Any]:
    *owned, nobodys = seen.holdings
    return {
        "region": seen.region,
        "stacks": [
            {
                "stack": each.stack,
                "counts": dict(sorted(each.counts.items())),
                "resources": [_resource(listed, seen.now) for listed in each.resources],
            }
            for each in owned
        ],
        "unowned": [_resource(listed, seen.now) for listed in nobodys.resources],
        "quotas": [
            {
                "type": kind.name,
                "used": seen.used[kind.name],
                "limit": quota.limit if quota else None,
                "adjustable": quota.adjustable if quota else None,
            }
            for kind in registry().values()
            for quota in (limits.count(kind.name),)
        ],
    }


def _resource(listed: Listed, now: float) -> dict[str, Any]:
    mark = Pending.read(listed.tags)
    since = datetime.fromtimestamp(mark.since, UTC).isoformat() if mark else None
    pending = {"since": since, "seconds": max(0, round(now - mark.since)), "owner": mark.owner} if mark else None
    return {"type": listed.kind.name, "name": name_of(listed), "arn": listed.arn, "pending": pending}


def _show(seen: _Seen, *, resources: bool) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDE
    console.print(_table(seen))
    if resources:
        _say(line for each in seen.holdings for line in _named(each))
    _say(_leftovers(seen))


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _table(seen: _Seen) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    kinds = list(registry().values())
    quotas = {kind.name: limits.count(kind.name) for kind in kinds}
    table = Table(box=box.SIMPLE, title=f"Region {seen.region}", title_justify="left", show_footer=True)
    table.add_column("stack", footer="in all / quota", overflow="fold")
    for kind in kinds:
        quota = quotas[kind.name]
        footer = f"{seen.used[kind.name]} / {quota.limit:,}" if quota else str(seen.used[kind.name])
        table.add_column(f"{kind.noun}s", footer=footer, justify="right")
    table.add_column("pending", footer=str(sum(len(each.pending) for each in seen.holdings)), justify="right")
    for each in seen.holdings:
        counts = [str(each.counts[kind.name] or "") for kind in kinds]
        # Text, since a tag may hold what rich would take for markup.
        table.add_row(Text(each.stack or _NOBODYS), *counts, str(len(each.pending) or ""))
    return table


def _named(holding: Holding) -> Iterator[str]:
    if holding.resources:
        yield holding.stack or _NOBODYS
    for each in holding.resources:
        yield f"  {each.kind.noun} {json.dumps(name_of(each), ensure_ascii=False)}  {each.arn}"


def _leftovers(seen: _Seen) -> Iterator[str]:
    for holding in seen.holdings:
        for each, mark in holding.pending:
            stack = holding.stack or _NOBODYS
            yield f"pending for {_age(seen.now - mark.since)}: {each.kind.noun} of {stack}, {each.arn}"


def _age(seconds: float) -> str:
    unit, size = next(((unit, size) for unit, size in _UNITS if seconds >= size), _UNITS[-1])
    return f"{max(0, int(seconds // size))} {unit}"
