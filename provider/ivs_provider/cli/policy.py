"""`ivs policy`: the least IAM policy for one program. Nothing is called."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import click

from ivs_provider.cli.failing import telling_failures
from ivs_provider.cli.options import Where, as_json, in_a_project, setting
from ivs_provider.config import DriftDetection, settings_from
from ivs_provider.functions import functions
from ivs_provider.functions.placeholders import MARK, placeholders
from ivs_provider.model.function_type import FunctionType
from ivs_provider.planning.declaration import BadProgram, Program, ProviderArguments, Resource
from ivs_provider.planning.permissions import Needs, policy
from ivs_provider.values import Absent, Problem, Secret, Tree, Value, at

__all__ = ["document_for", "policies"]

_LARGEST: Final = 6_144
"""Characters without blanks that a managed policy may have (IAM quotas)."""

_EPILOG = """
\b
What the policy holds to what, and what it cannot:
  - Creates must carry this stack's tag, changes and deletes are for what carries it: no
    other stack's resource can be touched, whatever the program says.
  - `apply` may delete resources of every type that carry the stack's tag: what left the
    program is pruned. It may tag what carries no stack's tag: IAM cannot tell adopting a
    resource from creating one.
  - The s3: actions are held to the buckets that the program names. To delete a storage
    configuration that left the program, add its bucket for as long as that takes.
  - With explicit providers, it is one policy for all accounts that the program reaches.
  - Pulumi itself updates resources that lack the tags (imported ones): docs/reference/
    permissions.md has what it takes.
"""


def _account(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[0-9]{12}", value):
        reason = f"must be the 12 digits of an AWS account, not {value!r}"
        raise click.BadParameter(reason, context, parameter)
    return value


def _placed(command: Callable[..., None]) -> Callable[..., None]:
    """Adds ``--region`` and ``--account``."""
    region = "AWS region; otherwise the program's or AWS_REGION, otherwise all."
    account = "Number of the account; otherwise its role's, otherwise all."
    with_account = click.option("--account", metavar="ID", callback=_account, help=account)(command)
    return click.option("--region", callback=setting, help=region)(with_account)


@click.group("policy")
def policies() -> None:
    """Print the least IAM policy with which a program can be planned, or applied."""


@policies.command("plan", epilog=_EPILOG)
@in_a_project
@_placed
@as_json
def for_plan(*, where: Where, region: str | None, account: str | None, as_json: bool) -> None:
    """Print the policy with which `ivs plan` works; it changes nothing."""
    _print(where, (region, account), apply=False, as_json=as_json)


@policies.command("apply", epilog=_EPILOG, short_help="Print the policy with which apply, destroy and adopt work.")
@in_a_project
@_placed
@as_json
def for_apply(*, where: Where, region: str | None, account: str | None, as_json: bool) -> None:
    """Print the policy with which `ivs apply`, `destroy` and `adopt` work."""
    _print(where, (region, account), apply=True, as_json=as_json)


def _print(where: Where, said: tuple[str | None, str | None], *, apply: bool, as_json: bool) -> None:
    from ivs_provider.program import load

    region, account = said
    with telling_failures(as_json=as_json):
        program = load(where.directory, where.stack or "", environment=os.environ)
        text = document_for(program, os.environ, apply=apply, region=region or "", account=account or "")
    click.echo(text)
    if (size := len("".join(text.split()))) > _LARGEST:
        click.echo(f"This is {size:,} characters, a managed policy may have {_LARGEST:,}: split it.", err=True)


def document_for(
    program: Program, environment: Mapping[str, str], *, apply: bool, region: str = "", account: str = ""
) -> str:
    """The policy of a program, as JSON.

    Args:
        program: What is declared.
        environment: The process's environment: it may name the region.
        apply: Whether the program is to be applied; else only planned.
        region: The region, where the program's default provider does not count.
        account: The account's number, where it is known.

    Raises:
        BadProgram: With every flaw of the program.
    """
    seen = _Seen()
    ran = program.run(seen.register, seen.invoke)
    if ran.flaws:
        raise BadProgram(ran.flaws)
    seen.providers.setdefault("", program.provider)
    seen.called |= ran.functions & functions().keys()
    places = tuple(_place(each, environment, (region, account)) for each in seen.providers.values())
    return json.dumps(policy(_needs(program, seen, places), apply=apply), indent=2)


@dataclass(slots=True)
class _Seen:
    """What a program declares and calls. Every output is made up, so that what depends on one is seen, too."""

    resources: list[Resource] = field(default_factory=list)
    called: set[str] = field(default_factory=set)
    providers: dict[str, ProviderArguments] = field(default_factory=dict)

    def register(self, resource: Resource) -> Tree:
        self.resources.append(resource)
        self.providers[resource.provider.name] = resource.provider
        return {**placeholders(resource.kind.shape), **resource.declared}

    def invoke(self, name: str, arguments: Tree, provider: ProviderArguments) -> Tree | list[Problem]:
        del arguments
        self.called.add(name)
        self.providers[provider.name] = provider
        return placeholders(functions()[name].result)

    def operations(self, *, changing: bool) -> frozenset[str]:
        called: list[FunctionType] = [functions()[name] for name in self.called]
        return frozenset(operation for each in called if each.changes is changing for operation in each.operations)

    def buckets(self) -> frozenset[str]:
        declared = [each for each in self.resources if "s3" in each.declared]
        return frozenset(_bucket(at(each.declared, ("s3", "bucketName"))) for each in declared)


def _bucket(name: Value | Absent) -> str:
    text = name.value if isinstance(name, Secret) else name
    return text if isinstance(text, str) and not text.startswith(MARK) else "*"


def _needs(program: Program, seen: _Seen, places: tuple[tuple[str, str], ...]) -> Needs:
    known = [settings_from(dict(provider.arguments), {}) for provider in seen.providers.values()]
    return Needs(
        stack=f"{program.project}/{program.stack}",
        kinds=frozenset(resource.kind.token for resource in seen.resources),
        reading=seen.operations(changing=False),
        changing=seen.operations(changing=True),
        places=places,
        buckets=seen.buckets(),
        owned=all(each.ownership_tags for each in known),
        reads_all=any(each.drift_detection is DriftDetection.ALL for each in known),
        stops_compositions=any(each.stop_compositions for each in known),
    )


def _place(provider: ProviderArguments, environment: Mapping[str, str], said: tuple[str, str]) -> tuple[str, str]:
    """Region and account as `ivs_provider.cli.accounts` would take them, ``*`` for what is not known."""
    own = settings_from(dict(provider.arguments), {})
    otherwise = settings_from({}, environment).region
    regions = (own.region, said[0]) if provider.name else (said[0], own.region)
    role = own.assume_role.role_arn.split(":")[4] if own.assume_role else ""
    return regions[0] or regions[1] or otherwise or "*", role or said[1] or "*"
