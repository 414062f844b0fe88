"""What a step means in the service's terms, to the people who use the resource: whole sentences, as data. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivs_provider.planning.plan import Action, Step

__all__ = ["inhabitants", "loses", "meaning"]


def loses(step: Step) -> bool:
    """Whether something that exists is deleted."""
    return step.action is Action.DELETE or (step.action is Action.REPLACE and not step.retained)


def inhabitants(step: Step, participants: Mapping[str, int]) -> int | None:
    """How many people the step disconnects; ``None`` where nobody counted them.

    Args:
        step: What is done.
        participants: How many people are in each stage now, by ARN.
    """
    if not loses(step) or not step.kind.holds_participants:
        return 0
    return participants.get(step.arn)


def meaning(step: Step, participants: Mapping[str, int]) -> tuple[str, ...]:
    """What a step means to people, one sentence each, without a full stop; nothing where nobody feels it.

    Args:
        step: What is done.
        participants: How many people are in each stage now, by ARN.
    """
    if step.action is Action.UPDATE:
        return tuple(f"{note}{_now(step, participants)}" for note in _updating(step))
    if step.action is Action.REPLACE:
        return tuple(_replacing(step, participants))
    if step.action is Action.DELETE:
        return (f"deletes the {step.kind.noun}: {step.kind.deletion_note}{_now(step, participants)}",)
    return ()


def _replacing(step: Step, participants: Mapping[str, int]) -> Iterator[str]:
    noun = step.kind.noun
    if step.retained:
        yield f"replaces the {noun}: the old one stays in the account and is no longer declared (retainOnDelete)"
        return
    yield f"replaces the {noun}: {step.kind.replacement_note}{_now(step, participants)}"
    if step.delete_first:
        yield "the old one goes before the new one comes: for a moment there is none"


def _now(step: Step, participants: Mapping[str, int]) -> str:
    number = participants.get(step.arn)
    if not step.kind.holds_participants or number is None:
        return ""
    return "; nobody is in it now" if not number else f"; {number} participant{_are(number)} in it now"


def _are(number: int) -> str:
    return " is" if number == 1 else "s are"


def _updating(step: Step) -> Iterator[str]:
    """Members that mean the same are told together."""
    members: dict[str, list[str]] = {}
    for name in dict.fromkeys(str(change.path[0]) for change in step.changes if change.path):
        if name in step.kind.update_notes:
            members.setdefault(step.kind.update_notes[name], []).append(name)
    for note, names in members.items():
        yield f"changes {' and '.join(names)}: {note}"
