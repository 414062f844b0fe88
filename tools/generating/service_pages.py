"""Pages about the service as a whole: quotas, permissions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from generating.markdown import code, page, table
from ivs_provider.model.function_type import FunctionType
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.planning.permissions import Needs, policy, verbs

__all__ = ["permissions_page", "quotas_page"]

_STACK = "shop/dev"
_BUCKET = "recordings"


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
    made_from = "schemas/ and provider/ivs_provider/reconcile/permissions.py"
    return page("IAM permissions", made_from, [*_permissions(list(kinds)), *_of_functions(functions)])


def _of_functions(functions: Iterable[FunctionType]) -> Iterator[str]:
    yield "## Functions"
    yield (
        "Only for programs (or `ivs invoke`) that call them; none of these is in the policies above. Signing needs no"
        " action at all. What AWS checks for `ivs:RevokeConnectionToken` is not documented."
    )
    rows = [
        [
            f"[{each.name}](functions/{each.group}.md)",
            ", ".join(code(f"ivs:{name}") for name in each.operations) or "none",
        ]
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
    yield "## Policies"
    yield (
        "`ivs policy plan` and `ivs policy apply` print the least policy for one program. Below, what they print for"
        f" stack `{_STACK}` of a program that declares every type, records to the bucket `{_BUCKET}`, and calls no"
        " function. Lists but `ivs:ListStages` name no resource and need `*`; all else is held to ARNs, creates"
        " besides to this stack's tag in the request, changes and deletes to the tag on the resource."
    )
    needs = Needs(
        stack=_STACK,
        kinds=frozenset(kind.token for kind in kinds),
        places=(("eu-west-1", "123456789012"),),
        buckets=frozenset({_BUCKET}),
    )
    yield "### To plan"
    yield _policy(policy(needs, apply=False))
    yield "It serves `pulumi preview` and `pulumi refresh`, too."
    yield "### To apply"
    yield _policy(policy(needs, apply=True))
    yield (
        "It serves `pulumi up` and `pulumi destroy` of what carries the stack's tag. Pulumi also updates and deletes"
        " what it imported and nobody tagged: for those, leave out the condition on `aws:ResourceTag`, or run"
        " `ivs adopt` first. IAM cannot tell the tagging of a new resource from that of an existing one: the policy"
        " allows to tag what carries no stack's tag, and never what carries another's."
    )


def _rows(kind: ResourceType) -> Iterator[list[str]]:
    for verb, actions in verbs(kind):
        name = f"[{kind.name}](resources/{kind.schema_name}.md)" if verb == "preview" else ""
        yield [name, verb, ", ".join(code(action) for action in actions)]


def _policy(document: dict[str, Any]) -> str:
    return f"```json\n{json.dumps(document, indent=2)}\n```"
