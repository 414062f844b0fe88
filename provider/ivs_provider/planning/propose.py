"""What must be done about one declared resource: the Step, and the outputs that it will have."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, cast

from ivs_provider.cloud import Answer
from ivs_provider.config import DriftDetection
from ivs_provider.model import ownership
from ivs_provider.model.ownership import Identity
from ivs_provider.planning.asked import ignoring, unsealed
from ivs_provider.planning.declaration import Resource
from ivs_provider.planning.matching import Match
from ivs_provider.planning.plan import Action, Extra, ExtraKind, Step
from ivs_provider.planning.recall import Recalled, Terms, recall, told_changes, told_inputs, untold, withheld
from ivs_provider.planning.sight import Sight, told
from ivs_provider.planning.survey import Listed
from ivs_provider.reconcile import preview, represent
from ivs_provider.reconcile.compare import Change, Consequence, deletes_first, is_ignored
from ivs_provider.values import (
    Absent,
    Desired,
    Observed,
    Problem,
    Recorded,
    Tree,
    conceal,
    contains_unknown,
    format_path,
    reveal,
)

__all__ = ["Proposal", "fingerprint", "propose"]

_FINGERPRINT: Final = 16


@dataclass(slots=True)
class Proposal:
    """What is to be done about a resource, and what else came to light.

    Args:
        resource: What is declared.
        desired: Its inputs, checked.
        step: What is done.
        outputs: What the resource will answer; members left out are not known yet.
        inputs: Its inputs as the account has them now, in the program's words: what an update starts from.
        existing: All that the account holds of it.
        extras: Resources of the account that concern it.
        notes: What could not be known.
        problems: Why it cannot be done.
        hopeless: Whether it needs what cannot be known here.
    """

    resource: Resource
    desired: Desired
    step: Step
    outputs: Tree
    inputs: Recorded = field(default_factory=lambda: Recorded({}))
    existing: Tree = field(default_factory=dict)
    extras: list[Extra] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    hopeless: bool = False

    @property
    def keeps_quiet(self) -> bool:
        """Whether it exists and stays, and has outputs that nobody asked for because nobody could know of the wish."""
        existing = self.step.action in {Action.KEEP, Action.UPDATE}
        return (
            existing
            and self.resource.wanted is None
            and bool(self.step.kind.shape.outputs().keys() - self.outputs.keys())
        )

    def asked(self, desired: Desired) -> Desired:
        """What is asked for, with what is left to others (``ignoreChanges``) as it is now."""
        return ignoring(desired, self.inputs, self.resource.options.ignore_changes)


def propose(sight: Sight, resource: Resource, desired: Desired, *, hopeless: bool = False) -> Proposal:
    """Compare what a program asks for with what the account holds.

    Args:
        sight: The account.
        resource: What is declared.
        desired: Its inputs, checked.
        hopeless: Whether what is unknown of them stays so: it is not compared then, and cannot be applied.

    Raises:
        IvsError: The account could not be read.
    """
    proposal = _proposed(sight, resource, desired)
    return _without_hope(proposal) if hopeless else proposal


def _proposed(sight: Sight, resource: Resource, desired: Desired) -> Proposal:
    match = sight.claims.match(resource)
    if match is None:
        return _imported(sight, resource, desired) if resource.options.import_id else _created(sight, resource, desired)
    answer = _read(sight, resource, desired, match)
    if answer is None:  # gone since it was listed
        return _created(sight, resource, desired)
    proposal = _compared(sight, resource, desired, match, answer)
    proposal.extras += [_superseded(each, resource, match) for each in match.others]
    return proposal


def fingerprint(resource: Resource, desired: Desired) -> str:
    """A digest of all that a program says of a resource, secrets included, and of the region of its own provider.

    Salted, so that equals do not show. Of providers no more: who plans and who applies may have roles of their own.
    """
    region = resource.provider.arguments.get("region", "") if resource.provider.name else ""
    text = json.dumps(reveal({**desired, "": region}), sort_keys=True, default=repr)
    return hashlib.sha256(f"{resource.urn}\0fingerprint\0{text}".encode()).hexdigest()[:_FINGERPRINT]


def _step(resource: Resource, desired: Desired, action: Action) -> Step:
    return Step(
        action=action,
        urn=resource.urn,
        token=resource.kind.token,
        name=resource.name,
        fingerprint=fingerprint(resource, desired),
        depends_on=resource.options.depends_on,
        place=resource.place,
        provider=resource.provider.name,
    )


# What is not there yet.


def _created(sight: Sight, resource: Resource, desired: Desired) -> Proposal:
    step = replace(_step(resource, desired, Action.CREATE), inputs=desired)
    name = reveal(desired.get("name"))
    alike = sight.claims.alike(resource, name) if isinstance(name, str) and name else []
    note = "else another one is created beside it"
    extras = [_extra(ExtraKind.ADOPTABLE, each, resource, note) for each in alike]
    return Proposal(resource, desired, step, preview.created(desired), extras=extras)


def _imported(sight: Sight, resource: Resource, desired: Desired) -> Proposal:
    """What exists and carries nobody's tags, where the program says which it is."""
    arn = resource.options.import_id
    step = replace(_step(resource, desired, Action.KEEP), arn=arn)
    listed = sight.claims.at(arn)
    whole = sight.whole(listed) if listed else None
    if listed is None or whole is None or listed.kind is not resource.kind:
        reason = f"there is no {resource.kind.noun} {arn} to import; correct options.import, or remove it"
        return Proposal(resource, desired, step, {}, problems=[Problem((), reason)])
    owner = listed.tags.get(ownership.STACK)
    if owner:
        reason = f"{arn} belongs to {owner} already; remove options.import, or let that stack give it up"
        return Proposal(resource, desired, step, {}, problems=[Problem((), reason)])
    observed = represent.normalised(resource.kind, told(listed, whole))
    recalled = recall(resource.kind, Identity(resource.urn), {}, desired, observed)
    changes = told_changes(resource.kind, recalled, desired, observed, Terms(resource.options.ignore_changes))
    differs = f", and it differs from the program in {', '.join(_paths(changes))}" if changes else ""
    note = f"options.import names it{differs}"
    outputs = represent.outputs(resource.kind, observed, desired)
    return Proposal(resource, desired, step, outputs, extras=[_extra(ExtraKind.ADOPTABLE, listed, resource, note)])


# What is there.


def _read(sight: Sight, resource: Resource, desired: Desired, match: Match) -> Answer | None:
    """What is known of a resource: as its List shows it, or whole where that does not suffice."""
    kind, listed = resource.kind, match.listed
    detection = sight.reconciler.settings.drift_detection
    needed = untold(kind, match.identity, listed.tags, desired)
    if detection in {DriftDetection.OFF, DriftDetection.FAST}:
        needed = frozenset(name for name in needed if not match.identity.says_applied(listed.tags, name, desired))
    needed |= (resource.wanted or frozenset()) & kind.lists_lack - {"tags"}
    if needed or detection is DriftDetection.ALL:
        whole = sight.whole(listed)
        return whole and told(listed, whole)
    unmoved = {name: reveal(value) for name, value in desired.items() if name in kind.lists_lack - {"tags"}}
    return {**unmoved, **told(listed, None)}


def _compared(sight: Sight, resource: Resource, desired: Desired, match: Match, answer: Answer) -> Proposal:
    kind, options = resource.kind, resource.options
    detection = sight.reconciler.settings.drift_detection
    observed = represent.normalised(kind, answer)
    desired = unsealed(resource, desired, observed)
    recalled = recall(kind, match.identity, match.listed.tags, desired, observed)
    if detection is DriftDetection.FAST:
        hidden = {name: value for name, value in recalled.inputs.items() if name in kind.lists_lack}
        observed = Observed({**observed, **hidden})
    terms = Terms(options.ignore_changes, detection, resource.strange)
    changes = tuple(
        replace(change, consequence=Consequence.REPLACE)
        if is_ignored(change.path, options.replace_on_changes)
        else change
        for change in told_changes(kind, recalled, desired, observed, terms)
    )
    # Both go where the program's own words do not: into outputs, and (ignoreChanges) into what is asked for.
    kept_back = withheld(recalled, desired, changes, terms)
    now = Recorded(cast("Tree", conceal(told_inputs(kind, recalled, observed, detection), kept_back)))
    outputs = cast("Tree", conceal(represent.outputs(kind, observed, desired), kept_back))
    step = replace(_step(resource, desired, _action(changes)), arn=match.listed.arn, changes=changes)
    proposal = Proposal(resource, desired, step, outputs, now, outputs, notes=_unexplained(resource, recalled))
    if step.action is Action.KEEP:
        return proposal
    asked = proposal.asked(desired)
    proposal.step = replace(step, inputs=asked)
    if step.action is Action.UPDATE:
        proposal.outputs = preview.updated(kind, asked, now, outputs)
        return proposal
    proposal.step = replace(
        proposal.step,
        delete_first=options.delete_before_replace or deletes_first(kind, changes),
        retained=options.retain_on_delete,
    )
    proposal.outputs = preview.created(asked)
    if options.protect:
        why = f"is protected, and a change of {', '.join(_paths(changes))} would replace it; take that change back, or"
        proposal.problems.append(Problem((), f"{why} remove options.protect"))
    return proposal


def _without_hope(proposal: Proposal) -> Proposal:
    """What is unknown for ever (encrypted configuration, other providers) is named; nothing is done for its sake."""
    step = proposal.step
    unknown = sorted(name for name, value in proposal.desired.items() if contains_unknown(value))
    names = f"{step.name}: {', '.join(unknown)} cannot be known here"
    known = tuple(
        change
        for change in step.changes
        if isinstance(change.new, Absent)
        or not contains_unknown(change.new)
        or change.path in proposal.resource.digests
    )
    if step.action is Action.CREATE or known:
        action = Action.CREATE if step.action is Action.CREATE else _action(known)
        proposal.step = replace(step, changes=known, action=action)
        proposal.notes.append(f"{names}, so `ivs apply` cannot {action.value} it; `pulumi up` can")
        proposal.hopeless = True
    else:
        proposal.step = replace(step, action=Action.KEEP, changes=(), inputs=Desired({}))
        proposal.outputs = proposal.existing
        proposal.notes.append(f"{names}, and is not compared")
    return proposal


def _action(changes: Iterable[Change]) -> Action:
    consequences = {change.consequence for change in changes}
    if not consequences:
        return Action.KEEP
    return Action.REPLACE if Consequence.REPLACE in consequences else Action.UPDATE


def _unexplained(resource: Resource, recalled: Recalled) -> list[str]:
    if not recalled.unexplained:
        return []
    keys = ", ".join(recalled.unexplained)
    return [f"{resource.name}: the tags {keys} may have been declared once or written by others; they are left alone"]


def _superseded(other: Listed, resource: Resource, match: Match) -> Extra:
    """Another one with the same tags: never deleted by guess, since it may be the one that is in use."""
    if resource.options.retain_on_delete:
        return _extra(ExtraKind.RETAINED, other, resource, "")
    interrupted = match.settles(other)
    note = (
        "its replacement was interrupted"
        if interrupted
        else f"{match.listed.arn} has the same tags, and nothing tells which is in use; delete the other one yourself"
    )
    return replace(_extra(ExtraKind.SUPERSEDED, other, resource, note), deleted=interrupted)


def _extra(why: ExtraKind, listed: Listed, resource: Resource, note: str) -> Extra:
    return Extra(kind=why, token=listed.kind.token, name=resource.name, arn=listed.arn, urn=resource.urn, note=note)


def _paths(changes: Iterable[Change]) -> list[str]:
    return [format_path(change.path) for change in changes]
