"""One stack, seen by both: the engine previews it, `ivs` plans it, and they must propose the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from click.testing import CliRunner

from ivs_provider.cli.main import ivs
from tests.engine.stack import STACK
from tests.parity.proposals import Difference, Proposed, by_engine, by_ivs, differences

if TYPE_CHECKING:
    from tests.engine.account import Account
    from tests.engine.stack import Stack
    from tests.parity.rules import Rule

__all__ = ["Pair"]

Tree = dict[str, Any]


@dataclass
class Pair:
    """A stack and its account.

    Args:
        stack: What the engine runs.
        account: What both look at.
    """

    stack: Stack
    account: Account
    tell: Callable[[str], object] = lambda _name: ""
    """What to say of a resource on which both do not agree."""
    planned: dict[str, Proposed] = field(default_factory=dict)
    """What `ivs` said last, by URN."""
    excused: Counter[str] = field(default_factory=Counter)
    """How many differences were covered by which rule."""

    def program(self, resources: Tree, **others: Tree) -> None:
        """Write the program for both."""
        document = {"resources": resources, **others}
        text = yaml.dump(document, Dumper=_Plain, sort_keys=False, width=10**6, allow_unicode=False)
        self.stack.program_text(text)

    def plan(self, *arguments: str, fails: bool = False) -> Tree:
        """What `ivs plan` says."""
        command = ["plan", "-C", str(self.stack.directory), "-s", STACK, "--format", "json", *arguments]
        ended = CliRunner().invoke(ivs, command, env=self.stack.environment, catch_exceptions=False)
        assert bool(ended.exit_code) is fails, ended.output[-4000:]
        told: Tree = json.loads(ended.stdout)
        return told

    def agree(self, *rules: Rule) -> dict[str, Proposed]:
        """Hold both against each other: what they propose, by logical name. What the rules cover is counted."""
        engine = by_engine(json.loads(self.stack.run("preview", "--json").out))
        self.planned = by_ivs(self.plan("--prune"))
        found = differences(engine, self.planned)
        apart = [f"{each}\n  {self.tell(each.name)}" for each in found if not self._excuse(each, rules)]
        assert not apart, "\n".join(apart)
        return {urn.split("::")[-1]: proposed for urn, proposed in engine.items()}

    def settled(self, *rules: Rule) -> None:
        """Both find nothing to do, and see the same resources."""
        assert {name for name, proposed in self.agree(*rules).items() if proposed.action != "keep"} == set()
        kept = {urn for urn, proposed in self.planned.items() if proposed.action == "keep"}
        assert kept == {each["urn"] for each in self.stack.recorded().values()}

    def _excuse(self, difference: Difference, rules: tuple[Rule, ...]) -> bool:
        covering = next((rule.name for rule in rules if rule.covers(difference)), "")
        if covering:
            self.excused[covering] += 1
        return bool(covering)


class _Plain(yaml.SafeDumper):
    """YAML as Pulumi reads it: no aliases, and every text in quotes."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        del data
        return True


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


_Plain.add_representer(str, _quoted)
