"""`ivs import`: the program text for what exists and is nobody's. Nothing in the account is changed."""

from __future__ import annotations

import json
import os
import re
import textwrap
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ivs_provider.cli.accounts import Accounts
from ivs_provider.cli.failing import Refused, telling_failures
from ivs_provider.cli.options import Reach, as_json, one_format, reaching
from ivs_provider.planning.declaration import ProviderArguments
from ivs_provider.planning.holdings import stack_of
from ivs_provider.planning.importing import Imported, chosen, imported, named
from ivs_provider.planning.survey import Listed, Survey

if TYPE_CHECKING:
    from yaml import SafeDumper, ScalarNode

    from ivs_provider.reconcile.reconciler import Found, Reconciler

__all__ = ["import_"]

_READERS: Final = 4
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./ -]*\Z")
"""Text that no YAML, old or new, takes for a number or a time; PyYAML quotes the rest of what needs it."""

_EPILOG = """
\b
  ivs import --all --out resources.yaml        everything that no stack owns
  ivs import --tag team=live                   what carries this tag
  ivs import arn:aws:ivs:…:stage/AbCd          one stage
  ivs import --all --format pulumi --out r.json && pulumi import --file r.json

\b
The YAML is the `resources:` of a program. Each one names its ARN under options.import, so
that `pulumi up` imports it and `ivs adopt` adopts it; a preview then shows no change.
What a stack owns is left out (an ARN of it is refused): `ivs stacks` says whose it is.
"""


@click.command("import", epilog=_EPILOG)
@click.argument("arns", nargs=-1, metavar="[ARN]...")
@click.option("--all", "everything", is_flag=True, help="Everything that is nobody's.")
@click.option(
    "--tag", "tags", multiple=True, metavar="KEY=VALUE", help="What carries this tag; repeatable: all of them."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "pulumi"]),
    default="yaml",
    show_default=True,
    help="A program's resources, or the JSON for `pulumi import --file` (so does --json).",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; one that exists is kept as it is."
)
@as_json
@reaching
def import_(  # noqa: PLR0913 -- one argument for each option
    arns: tuple[str, ...],
    *,
    everything: bool,
    tags: tuple[str, ...],
    form: str,
    out: Path | None,
    reach: Reach,
    as_json: bool,
) -> None:
    """Write the program for resources that exist and are nobody's."""
    if bool(arns) + everything + bool(tags) != 1:
        raise click.UsageError("name ARNs, or give --all, or --tag: one of the three")
    form = one_format("form", form, "pulumi", as_json=as_json)
    wanted = dict(map(_pair, tags))
    with telling_failures(as_json=as_json):
        reconciler = Accounts(reach, os.environ).of(ProviderArguments())
        listed = Survey(reconciler.account, reconciler.once.roll).everything()
        selected = chosen(listed, arns, reconciler.account.region()) if arns else _unowned(listed, wanted)
        names = named(selected)
        text = _import_file(selected, names) if form == "pulumi" else _program(reconciler, selected, names)
        _write(text, out)
    if not selected:
        click.echo("Nothing is there to be imported.", err=True)


def _pair(tag: str) -> tuple[str, str]:
    key, equals, value = tag.partition("=")
    if not equals or not key:
        raise click.UsageError(f"{tag!r} is no KEY=VALUE")
    return key, value


def _unowned(listed: Sequence[Listed], tags: dict[str, str]) -> list[Listed]:
    fitting = [each for each in listed if tags.items() <= each.tags.items()]
    unowned = [each for each in fitting if not stack_of(each)]
    if owned := len(fitting) - len(unowned):
        click.echo(f"Left out: {owned} that stacks own (`ivs stacks --resources` names them).", err=True)
    return unowned


def _import_file(selected: Iterable[Listed], names: dict[str, str]) -> str:
    wanted = [{"type": each.kind.token, "name": names[each.arn], "id": each.arn} for each in selected]
    return json.dumps({"resources": wanted}, indent=2) + "\n"


def _program(reconciler: Reconciler, selected: Sequence[Listed], names: dict[str, str]) -> str:
    with ThreadPoolExecutor(_READERS, "reads") as pool:
        answers = list(pool.map(lambda each: reconciler.find(each.kind, each.arn), selected))
    found: list[tuple[Listed, Found]] = []
    for each, answer in zip(selected, answers, strict=True):
        if answer is None:
            click.echo(f"Left out: {each.arn}, which was deleted meanwhile.", err=True)
        else:
            found.append((each, answer))
    there = {each.arn: names[each.arn] for each, _ in found}
    resources = [_resource(each) for each in imported(found, there)]
    return "\n".join(["resources:", *resources]) + "\n" if resources else "resources: {}\n"


def _resource(resource: Imported) -> str:
    import yaml

    document: dict[str, Any] = {"type": resource.kind.token}
    if resource.properties:
        document["properties"] = resource.properties
    document["options"] = {"import": resource.arn}
    text = yaml.dump(
        {resource.name: document}, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=float("inf")
    )
    remarks = "".join(f"# {remark}\n" for remark in resource.remarks)
    return textwrap.indent(remarks + text, "  ").rstrip("\n")


def _dumper() -> type[SafeDumper]:
    """Writes text so that PyYAML and Pulumi's YAML (of version 1.2) read the same; no aliases, which Pulumi refuses."""
    import yaml

    class Careful(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            del data
            return True

    def text(dumper: SafeDumper, data: str) -> ScalarNode:
        style = "|" if "\n" in data else None if _PLAIN.match(data) else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style)

    Careful.add_representer(str, text)
    return Careful


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise Refused(f"{out} exists and is not overwritten", "Choose another --out.") from error
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}", "Choose another --out.") from error
