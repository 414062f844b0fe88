"""A Pulumi program in Python, run by the Automation API: `python program.py COMMAND`, in a project's directory.

A program of its own, since the SDK keeps one stack in module globals and warns of many things. What it declares
comes as JSON on stdin, in the words of YAML programs; what the command did goes to stdout as JSON. There is no
generated SDK yet: resources are hand-made.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pulumi
from pulumi import automation

COMMAND, STACK = sys.argv[1:3]


class Component(pulumi.ComponentResource):
    """A component that holds other resources."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(kind, name)
        self.register_outputs({})


class Ivs(pulumi.CustomResource):
    """A resource of this provider, until an SDK is generated."""


def declare(document: dict[str, Any]) -> None:
    """Make the components, then the resources, in the order in which they are written."""
    made: dict[str, Any] = {}
    for name, kind in document.get("components", {}).items():
        made[name] = Component(kind, name)
    for key, each in document["resources"].items():
        properties = _resolved(each["properties"], made)
        made[key] = Ivs(each["type"], each.get("name", key), properties, _options(each, made))


def _options(declared: dict[str, Any], made: dict[str, Any]) -> pulumi.ResourceOptions:
    parent = made.get(declared.get("parent", ""))
    aliases: list[pulumi.Alias | pulumi.Input[str]] = [
        pulumi.Alias(parent=made[former]) for former in declared.get("formerParents", [])
    ]
    return pulumi.ResourceOptions(parent=parent, aliases=aliases)


def _resolved(value: Any, made: dict[str, Any]) -> Any:
    """The same value with `${name.arn}` as the output that it names."""
    if isinstance(value, dict):
        return {key: _resolved(item, made) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, made) for item in value]
    if isinstance(value, str) and value.startswith("${"):
        return made[value[2:].partition(".")[0]].id
    return value


def main() -> None:
    """Run the command on the stack that is there."""
    document = json.load(sys.stdin)
    options = automation.LocalWorkspaceOptions(work_dir=".")
    stack = automation.select_stack(STACK, "video", lambda: declare(document), opts=options)
    ended = stack.preview() if COMMAND == "preview" else stack.up()
    changes = ended.change_summary if isinstance(ended, automation.PreviewResult) else ended.summary.resource_changes
    json.dump({getattr(op, "value", op): number for op, number in (changes or {}).items()}, sys.stdout)


if __name__ == "__main__":
    main()
