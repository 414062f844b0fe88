"""Pages about the service as a whole: quotas, permissions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from generating.markdown import code, page, table
from ivs_provider.model.function_type import FunctionType
from ivs_provider.model.resource_type import ResourceType

__all__ = ["permissions_page", "quotas_page"]

_TAGGING = ("TagResource", "UntagResource")


def quotas_page(kinds: Iterable[ResourceType], limits_file: Path) -> str:
    """What an account may hold, and how fast it may be asked."""
    made_from = "provider/ivs_provider/model/limits.json"
    return page("Quotas of the service", made_from, _quotas(kinds, json.loads(limits_file.read_text(encoding="utf-8"))))


def _quotas(kinds: Iterable[ResourceType], limits: dict[str, Any]) -> Iterator[str]:
    rates, counts = limits["rates"], limits["counts"]
    yield f"As published by AWS ({limits['source']}), read on {limits['read']}. Each holds for one account and region."
    yield "## How many"
    names = {kind.name: f"[{kind.name}](resources/{kind.schema_name}.md)" for kind in kinds}
    rows = [
        [names.get(name, name), f"{each['limit']:,}", "yes" if each["adjustable"] else "no"]
        for name, each in counts.items()
    ]
    yield table(["resource", "quota", "AWS can raise it"], rows)
    yield "## How fast"
    raised = "AWS can raise them" if rates["adjustable"] else "AWS does not raise them"
    yield (
        f"{rates['unit'][0].upper()}{rates['unit'][1:]}; {raised}. The provider keeps to them."
        " Where an account has others, set `rateLimits`."
    )
    rows = [[code(operation), f"{rate:g}"] for operation, rate in sorted(rates["operations"].items())]
    yield table(["operation", "calls a second"], [*rows, ["every other", f"{rates['default']:g}"]])


def permissions_page(kinds: Iterable[ResourceType], functions: Iterable[FunctionType]) -> str:
    """The IAM actions that a run needs."""
    made_from = "schemas/ and provider/ivs_provider/resources/"
    return page("IAM permissions", made_from, [*_permissions(list(kinds)), *_of_functions(functions)])


def _of_functions(functions: Iterable[FunctionType]) -> Iterator[str]:
    yield "## Functions"
    yield (
        "Only for programs (or `ivs invoke`) that call them; none of these is in the policies above. Signing needs no"
        " action at all. What AWS checks for `ivs:RevokeConnectionToken` is not documented."
    )
    rows = [
        [f"[{each.name}](functions/{each.group}.md)", ", ".join(code(_ivs(name)) for name in each.operations) or "none"]
        for each in functions
    ]
    yield table(["function", "actions"], rows)
    yield (
        "With `stopCompositions: true`, deleting an encoder or storage configuration needs `ivs:ListCompositions`,"
        " `ivs:GetComposition` and `ivs:StopComposition` too; the first two also let an error name the composition."
    )


def _permissions(kinds: list[ResourceType]) -> Iterator[str]:
    yield (
        "Actions of the service begin with `ivs:`, for the real-time API too. Every create needs `ivs:TagResource`,"
        " since the tags that say whom a resource belongs to are written with it; with `ownershipTags: false`, only"
        " where a program sets tags. Nothing here has been tried on a real account."
    )
    yield "## By type and verb"
    yield table(["type", "verb", "actions"], [row for kind in kinds for row in _rows(kind)])
    yield (
        "*preview* is all that `pulumi preview` and `pulumi refresh` need; *create*, *update*, *tags* and *delete* come"
        " on top in `pulumi up` and `pulumi destroy`. A create looks for leftovers of the same program with the List"
        " first, and takes the tag `pulumi-ivs:pending` away afterwards (`ivs:UntagResource`; without it, that tag"
        " stays, which is harmless)."
    )
    yield "## Policy for previews"
    yield _policy({action for kind in kinds for action in _preview(kind)})
    yield "## Policy for everything"
    yield _policy({action for kind in kinds for _, actions in _verbs(kind) for action in actions})
    yield "## Narrower"
    yield (
        'Lists but `ivs:ListStages` name no resource and need `"Resource": "*"`. All else can be held to the ARNs'
        " below, creates besides by a condition on `aws:RequestTag/pulumi-ivs:stack`, the rest by one on"
        " `aws:ResourceTag/pulumi-ivs:stack`:"
    )
    rows = [[kind.name, code(f"arn:aws:ivs:REGION:ACCOUNT:{kind.arn_kind}/*")] for kind in kinds]
    yield table(["type", "ARN"], rows)
    yield (
        "The `s3:` actions concern the bucket of a storage configuration: AWS edits its policy with the caller's"
        " rights. Hold them to `arn:aws:s3:::BUCKET`."
    )


def _rows(kind: ResourceType) -> Iterator[list[str]]:
    for verb, actions in _verbs(kind):
        name = f"[{kind.name}](resources/{kind.schema_name}.md)" if verb == "preview" else ""
        yield [name, verb, ", ".join(code(action) for action in actions)]


def _verbs(kind: ResourceType) -> Iterator[tuple[str, list[str]]]:
    yield "preview", _preview(kind)
    create = [kind.create.operation, kind.list.operation, *_TAGGING]
    yield "create", [*map(_ivs, create), *_further(kind, "create")]
    if kind.update:
        yield "update", [_ivs(kind.update.operation), *map(_ivs, _TAGGING), *_further(kind, "update")]
    yield "tags", list(map(_ivs, _TAGGING))
    yield "delete", [_ivs(kind.delete.operation), *_further(kind, "delete")]


def _preview(kind: ResourceType) -> list[str]:
    # Where Lists tell no tags, these are asked for by a call of their own.
    tags = [_ivs("ListTagsForResource")] if "tags" in kind.lists_lack else []
    return [_ivs(kind.read.operation), _ivs(kind.list.operation), *tags, *_further(kind, "read")]


def _further(kind: ResourceType, verb: str) -> list[str]:
    """Actions of other services that the call needs from its caller."""
    return list(kind.shape.schema.get("permissions", {}).get(verb, []))


def _ivs(operation: str) -> str:
    return f"ivs:{operation}"


def _policy(actions: set[str]) -> str:
    statement = {"Effect": "Allow", "Action": sorted(actions), "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return f"```json\n{json.dumps(document, indent=2)}\n```"
