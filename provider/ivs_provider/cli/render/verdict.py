"""May I merge? One sentence that says what is lost, who is hit, and how much is done."""

from __future__ import annotations

from collections import Counter

from ivs_provider.cli.render import words
from ivs_provider.cli.render.safe import prose
from ivs_provider.planning.meaning import inhabitants, loses
from ivs_provider.planning.plan import Action, Plan, Step

__all__ = ["verdict"]


def verdict(plan: Plan, failure: str = "") -> str:
    """The headline, as Markdown.

    Args:
        plan: What is done.
        failure: Why the plan is not whole; empty where it is.
    """
    if failure:
        return f"**Do not merge on this: the plan failed, and what follows is not all of it.** {prose(failure)}"
    if not plan.changing:
        kept = words.nothing(plan)
        return f"**Nothing to do in IVS.**{f' {kept}.' if kept else ''}{_besides(plan)}"
    lost = [step for step in plan.changing if loses(step)]
    sentences = [
        _careful(lost, plan) if lost else "**No IVS resource is deleted or replaced, nobody is disconnected.**"
    ]
    sentences.append(f"{words.counted(plan.changing)}{_unchanged(plan)}.")
    if plan.summary["drifted"]:
        alone = sum(step.drifted and not step.edited for step in plan.changing)
        of_these = f", {alone:,} of these for that alone" if alone else ""
        sentences.append(f"{words.plural(plan.summary['drifted'], 'resource')} changed outside (drift){of_these}.")
    return " ".join(sentences) + _besides(plan)


def _careful(lost: list[Step], plan: Plan) -> str:
    numbers = Counter((step.action, step.kind.noun) for step in lost)
    parts = [
        f"{action.value}s {words.plural(number, noun)}"
        for action in (Action.DELETE, Action.REPLACE)
        for (each, noun), number in sorted(numbers.items(), key=lambda pair: pair[0][1])
        if each is action
    ]
    return f"**Careful: {', '.join(parts)}.** {_disconnected(lost, plan)}"


def _disconnected(lost: list[Step], plan: Plan) -> str:
    stages = [step for step in lost if step.kind.holds_participants]
    if not stages:
        return "No stage goes, so nobody is disconnected from one."
    numbers = [inhabitants(step, plan.participants) for step in stages]
    there = "the stage" if len(stages) == 1 else "the stages"
    people = sum(number for number in numbers if number)
    unknown = numbers.count(None)
    if people:
        more = f", and {words.plural(unknown, 'stage')} could not be counted" if unknown else ""
        return f"**{words.plural(people, 'participant')} in {there} now will be disconnected{more}.**"
    if unknown:
        return f"Who is in {there} now is not known here: everybody there will be disconnected."
    return f"Nobody is in {there} now."


def _unchanged(plan: Plan) -> str:
    kept = plan.summary[Action.KEEP.value]
    return f", {kept:,} unchanged" if kept else ""


def _besides(plan: Plan) -> str:
    extras = len(words.open_extras(plan))
    return f" {words.plural(extras, 'resource')} in the account besides, see below." if extras else ""
