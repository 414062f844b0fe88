"""What changes, as a Mermaid graph: one node for each resource, an arrow to what needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ivs_provider.cli.render import words
from ivs_provider.planning.plan import Action, Plan, Step
from ivs_provider.planning.showing import plain

__all__ = ["graph"]

_MOST: Final = 40
_LONGEST: Final = 40
_COLOURS: Final[Mapping[Action, str]] = {
    Action.CREATE: "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
    Action.UPDATE: "fill:#fff8c5,stroke:#9a6700,color:#1f2328",
    Action.REPLACE: "fill:#fbefff,stroke:#8250df,color:#1f2328",
    Action.DELETE: "fill:#ffebe9,stroke:#cf222e,color:#1f2328",
}


def graph(plan: Plan, most: int = _MOST) -> list[str]:
    """The lines of the graph; none where there is nothing to connect.

    Args:
        plan: What to draw.
        most: How many resources; those first by which something is lost. The rest is counted in one node.
    """
    shown = words.by_loss(plan.changing)[:most]
    return list(_lines(plan, shown)) if len(shown) > 1 else []


def _lines(plan: Plan, shown: list[Step]) -> Iterator[str]:
    yield "graph LR"
    # A replaced resource's leftover is deleted under the same URN: numbers tell the nodes apart.
    numbers = {step.urn: number for number, step in reversed(list(enumerate(shown)))}
    for number, step in enumerate(shown):
        # A word, no symbol: Mermaid takes a label that begins with "- " for a list and refuses it.
        label = f"{step.action.value}: {step.kind.noun} {_escaped(plain(step.name, _LONGEST))}"
        yield f'  n{number}["{label}"]:::{step.action.value}'
    for number, step in enumerate(shown):
        yield from (f"  n{numbers[urn]} --> n{number}" for urn in sorted(step.depends_on) if urn in numbers)
    rest = len(plan.changing) - len(shown)
    if rest:
        yield f'  rest["and {rest:,} more"]'
    for action in dict.fromkeys(step.action for step in shown):
        yield f"  classDef {action.value} {_COLOURS[action]}"


def _escaped(text: str) -> str:
    """Mermaid's own entities for everything that could end the label or mean something in it."""
    return "".join(char if char.isalnum() or char in " -_." else f"#{ord(char)};" for char in text)
