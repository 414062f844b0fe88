"""Takes resources over for a stack: writes the ownership tags onto what the program names, and nothing else.

What the tags then say was applied is what the account holds, in the program's words: where the program asks for
something else, the next plan calls that an edit, not drift.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ivs_provider.cloud import Deadline
from ivs_provider.errors import IvsError, NotFound
from ivs_provider.model import ownership
from ivs_provider.model.ownership import Identity
from ivs_provider.planning.declaration import BadProgram, Flaw
from ivs_provider.planning.holdings import noun_of, region_of
from ivs_provider.planning.plan import Action, ExtraKind
from ivs_provider.planning.planner import Planner
from ivs_provider.planning.propose import Proposal
from ivs_provider.planning.sight import Sight, told
from ivs_provider.planning.survey import Listed
from ivs_provider.reconcile import represent
from ivs_provider.reconcile.apply import Target
from ivs_provider.values import Desired, Recorded

__all__ = ["Adoption", "adopt", "adoptions"]

_TAGGING: Final = "TagResource"
_NAMED: Final = "named"


@dataclass(frozen=True, slots=True)
class Adoption:
    """One resource that a stack may take over.

    Args:
        proposal: What the program declares.
        listed: The resource.
        sight: The account that holds it.
        why: How it was recognised.
    """

    proposal: Proposal
    listed: Listed
    sight: Sight
    why: str


def adoptions(planner: Planner, named: Mapping[str, str]) -> list[Adoption]:
    """What there is to take over, in the order of URNs.

    Args:
        planner: Has made its Plan.
        named: ARNs by logical name, where the user says which resource is meant.

    Raises:
        BadProgram: What the user names is not there, is of another type or stack, or is not declared.
    """
    flaws: list[Flaw] = []
    found: list[Adoption] = []
    by_name = {proposal.resource.name: proposal for proposal in planner.proposals.values()}
    flaws += [
        Flaw(None, name, (), "is not declared; name a resource of the program") for name in named.keys() - by_name
    ]
    for _, proposal in sorted(planner.proposals.items()):
        sight = planner.sight(proposal.resource.provider)
        arn = named.get(proposal.resource.name)
        if arn:
            reason = _refusal(sight, proposal, arn) or _taken(planner, proposal, arn)
            if reason:
                flaws.append(Flaw(proposal.resource.place, proposal.resource.name, (), reason))
                continue
        found += [Adoption(proposal, listed, sight, why) for listed, why in _recognised(sight, proposal, arn)]
    named_arns = set(named.values())
    found = [each for each in found if each.why == _NAMED or each.listed.arn not in named_arns]
    flaws += _given_twice(found)
    if flaws:
        raise BadProgram(flaws)
    return found


def _given_twice(found: list[Adoption]) -> Iterator[Flaw]:
    """One resource cannot be two: the tags of the last would win."""
    by_arn: dict[str, list[Adoption]] = {}
    for each in found:
        by_arn.setdefault(each.listed.arn, []).append(each)
    for arn, several in by_arn.items():
        names = " and as ".join(each.proposal.resource.name for each in several)
        for each in several if len(several) > 1 else ():
            resource = each.proposal.resource
            why = f"{arn} would be taken over as {names}; name the one that it is: ivs adopt NAME={arn}"
            yield Flaw(resource.place, resource.name, (), why)


def _taken(planner: Planner, proposal: Proposal, arn: str) -> str:
    """Why it is another declared resource's; empty where it is not."""
    owners = (each.step.name for each in planner.proposals.values() if each is not proposal and each.step.arn == arn)
    owner = next(owners, "")
    return owner and f"{arn} is {owner} of this program already; take {owner} out of the program, or name another"


def adopt(adoption: Adoption) -> None:
    """Write the tags of one.

    Raises:
        IvsError: They were not written, or nobody knows; running again is safe.
    """
    proposal, listed, account = adoption.proposal, adoption.listed, adoption.sight.reconciler.account
    resource = proposal.resource
    identity = Identity(resource.urn)
    target = Target(resource.kind, identity, Deadline())
    try:
        whole = adoption.sight.reconciler.reader.get(listed.kind, listed.arn)
        if whole is None:
            raise NotFound("it is gone since it was listed", "Plan again.")
        observed = represent.normalised(resource.kind, told(listed, whole))
        now = Desired(represent.recorded_inputs(resource.kind, Recorded(proposal.desired), observed))
        account.call(_TAGGING, {"resourceArn": listed.arn, "tags": {**identity.lasting_tags(now)}}, target.deadline)
    except IvsError as error:
        raise target.explain(error, listed.arn, proposal.desired) from error


def _refusal(sight: Sight, proposal: Proposal, arn: str) -> str:
    """Why a resource that the user names cannot be taken over; empty where it can."""
    listed, wanted = sight.claims.at(arn), proposal.resource.kind.noun
    noun, region, here = noun_of(arn), region_of(arn), sight.reconciler.account.region()
    if noun != wanted:
        other = _one(noun) if noun else "no resource of Amazon IVS"
        return f"is {_one(wanted)}, and {arn} is {other}; name the ARN of {_one(wanted)}"
    if region != here:
        return f"is declared in {here}, and {arn} is in {region}; name one that is there"
    if listed is None:
        return f"there is no {wanted} {arn} in this account and region"
    owner = listed.tags.get(ownership.STACK, sight.stack)
    if owner != sight.stack:
        return f"{arn} belongs to {owner}; let that stack give it up first"
    if proposal.step.arn not in {"", arn}:
        return f"the stack has {proposal.step.arn} for it already"
    return ""


def _one(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _recognised(sight: Sight, proposal: Proposal, arn: str | None) -> Iterator[tuple[Listed, str]]:
    alike = [extra for extra in proposal.extras if extra.kind is ExtraKind.ADOPTABLE]
    identity = Identity(proposal.resource.urn)
    if arn or (proposal.step.action is Action.KEEP and alike):
        listed = sight.claims.at(arn or proposal.step.arn)
        if listed:
            yield listed, _NAMED if arn else "named by options.import"
    elif proposal.step.action is Action.CREATE and len(alike) == 1:
        listed = sight.claims.at(alike[0].arn)
        if listed:
            yield listed, "the only one with its type and name"
    elif proposal.step.arn:
        listed = sight.claims.at(proposal.step.arn)
        if listed and listed.tags.get(ownership.URN) != identity.digest:
            yield listed, "known by an alias"
