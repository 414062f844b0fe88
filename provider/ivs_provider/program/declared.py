"""What a program declares as JSON, for a job that has credentials to plan it, and no trust in who wrote it.

All that can be known is there as a value; what depends on outputs of resources stays an expression, in Pulumi YAML's
own language, so that the same evaluator reads it again. Secrets and what nobody knows yet are marks (`marks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain, count
from typing import Any, Final, TypeAlias

from ivs_provider.planning.declaration import (
    BadProgram,
    Flaw,
    Options,
    Place,
    Program,
    ProviderArguments,
    Ran,
    Resource,
)
from ivs_provider.program.checking import functions
from ivs_provider.program.expression import Reference
from ivs_provider.program.marks import encoded
from ivs_provider.program.residue import Residue
from ivs_provider.program.running import YamlProgram
from ivs_provider.values import UNKNOWN, Problem, Tree, format_path

__all__ = ["FORMAT", "declared_json"]

FORMAT: Final = "pulumi-ivs/declared/1"
Json: TypeAlias = dict[str, Any]
Check: TypeAlias = Callable[[Resource], Iterable[Problem]]


def declared_json(program: Program, check: Check = lambda _: ()) -> Json:
    """What a program declares, with no call to anything.

    Args:
        program: As `load` answers it.
        check: Says what is wrong with a resource's inputs.

    Raises:
        BadProgram: Something is wrong with it.
    """
    found: list[Resource] = []

    flaws: list[Flaw] = []

    def register(resource: Resource) -> Tree:
        found.append(resource)
        flaws.extend(resource.flaw(problem) for problem in check(resource))
        return {}

    ran = program.run(register, _unanswered)
    if ran.flaws or flaws:
        raise BadProgram([*ran.flaws, *flaws])
    keyed = _keyed(program, found)
    providers = _providers(keyed)
    residue = Residue(program) if isinstance(program, YamlProgram) else None
    resources = {key: _provider(each) for key, each in providers.items()}
    for key, resource in keyed.items():
        inputs = residue.inputs(key, resource.urn) if residue else _inputs(resource)
        resources[key] = _resource(key, resource, inputs, (keyed, providers))
    return {
        "format": FORMAT,
        "project": program.project,
        "stack": program.stack,
        "provider": encoded(dict(program.provider.arguments)),
        "resources": dict(sorted(resources.items())),
        "variables": residue.variables() if residue else {},
        "outputs": residue.outputs() if residue else {key: encoded(value) for key, value in ran.outputs.items()},
        **_about(ran),
    }


def _unanswered(name: str, _: Tree, __: ProviderArguments) -> Tree:
    """What a function answers that is not run."""
    return dict.fromkeys(functions()[name]["result"]["properties"], UNKNOWN)


def _keyed(program: Program, found: list[Resource]) -> Mapping[str, Resource]:
    """Resources by a name that each has alone: the program's own, where it has one."""
    if isinstance(program, YamlProgram):
        keys = {urn: key for key, urn in program.urns.items()}
        return {keys[resource.urn]: resource for resource in sorted(found, key=lambda resource: resource.urn)}
    keyed: dict[str, Resource] = {}
    for resource in sorted(found, key=lambda resource: resource.urn):
        keyed[_free(resource.name, keyed)] = resource
    return keyed


def _free(name: str, taken: Mapping[str, object]) -> str:
    names = chain([name], (f"{name}#{number}" for number in count(2)))
    return next(each for each in names if each not in taken)


def _providers(keyed: Mapping[str, Resource]) -> Mapping[str, ProviderArguments]:
    """Explicit providers by a name that each has alone."""
    named = {resource.provider.name: resource.provider for resource in keyed.values() if resource.provider.name}
    found: dict[str, ProviderArguments] = {}
    for name, provider in sorted(named.items()):
        found[_free(name, {**keyed, **found})] = provider
    return found


def _provider(provider: ProviderArguments) -> Json:
    written = {"type": "pulumi:providers:ivs", "name": provider.name}
    return {**written, "properties": {key: encoded(value) for key, value in provider.arguments.items()}}


def _inputs(resource: Resource) -> Json:
    return {key: encoded(value, resource.urn, (key,)) for key, value in resource.declared.items()}


def _resource(
    key: str, resource: Resource, inputs: Json, names: tuple[Mapping[str, Resource], Mapping[str, ProviderArguments]]
) -> Json:
    keyed, providers = names
    options = _options(resource.options)
    before = sorted(name for name, each in keyed.items() if each.urn in resource.options.depends_on)
    provider = next((name for name, each in providers.items() if each.name == resource.provider.name), "")
    parents = resource.urn.split("::", 3)[2].rpartition("$")[0]
    return {
        "type": resource.kind.token,
        **({"name": resource.name} if resource.name != key else {}),
        **({"chain": parents} if parents else {}),
        **({"place": str(resource.place)} if resource.place else {}),
        "properties": inputs,
        "options": {
            **options,
            **({"dependsOn": [_to(name) for name in before]} if before else {}),
            **({"provider": _to(provider)} if provider else {}),
        },
    }


def _to(key: str) -> str:
    return str(Reference(key, (), Place("")))


def _options(options: Options) -> Json:
    """What differs from saying nothing."""
    said: Json = {
        "protect": options.protect,
        "ignoreChanges": [format_path(path) for path in options.ignore_changes],
        "replaceOnChanges": [format_path(path) for path in options.replace_on_changes],
        "deleteBeforeReplace": options.delete_before_replace,
        "retainOnDelete": options.retain_on_delete,
        "aliases": list(options.aliases),
        "import": options.import_id,
        "customTimeouts": {name: _duration(seconds) for name, seconds in options.timeouts.items()},
    }
    return {key: value for key, value in said.items() if value}


def _duration(seconds: float) -> str:
    return f"{f'{seconds:f}'.rstrip('0').rstrip('.')}s"


def _about(ran: Ran) -> Json:
    foreign = [
        {"type": each.type, "name": each.name, **({"place": str(each.place)} if each.place else {})}
        for each in ran.foreign
    ]
    return {"foreign": foreign, "notes": list(ran.notes)}
