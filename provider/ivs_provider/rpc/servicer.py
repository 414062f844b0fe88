"""The RPCs about resources: convert in, call the reconciler, convert out.

The generated servicer is used directly: the SDK's own provider class loses unknowns, old inputs and error details
(``facts/pulumi.md`` 1.3).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from google.protobuf.empty_pb2 import Empty

from ivs_provider.cloud import Deadline
from ivs_provider.config import DRIFT_VARIABLE, DriftDetection, drift_is_off
from ivs_provider.errors import IvsError
from ivs_provider.model.ownership import Identity
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.reconcile import preview
from ivs_provider.reconcile.apply import Target, Update
from ivs_provider.reconcile.desire import Autoname, AutonamingMode, desire
from ivs_provider.reconcile.notice import Notice
from ivs_provider.reconcile.reconciler import Found
from ivs_provider.resources import registry
from ivs_provider.rpc.aborts import answering, half_done, misunderstood
from ivs_provider.rpc.configuring import Context
from ivs_provider.rpc.convert import failures, tree_from, wire_from
from ivs_provider.rpc.difference import diff_response
from ivs_provider.rpc.invoking import Invoking
from ivs_provider.rpc.protocol import pb
from ivs_provider.values import Declared, Desired, Path, Recorded, Tree, parse_path

__all__ = ["Provider"]

_MODES: Final = {
    pb.CheckRequest.AutonamingOptions.PROPOSE: AutonamingMode.PROPOSE,
    pb.CheckRequest.AutonamingOptions.ENFORCE: AutonamingMode.ENFORCE,
    pb.CheckRequest.AutonamingOptions.DISABLE: AutonamingMode.DISABLE,
}
_NOTHING: Final = "__defaults"
"""An input that Pulumi hides, for resources that declare nothing: without any, a Check cannot tell one that exists
from a new one, and autonaming would rename it."""
_WITHOUT_READING: Final = (
    f" {DRIFT_VARIABLE}=off previews, updates and destroys without reading the account; after an update with it,"
    " `pulumi refresh` switches drift detection on again."
)


class Provider(Invoking):
    """The provider, whole."""

    @answering
    def Check(self, request: pb.CheckRequest, context: Context) -> pb.CheckResponse:
        """Every problem of the inputs at once."""
        kind = _kind(request.type, request.urn, context)
        declared, recorded = Declared(tree_from(request.news)), Recorded(tree_from(request.olds))
        desired, problems = desire(kind, declared, recorded, self.settings(), _autoname(request))
        inputs = wire_from(desired)
        if not inputs.fields:
            inputs.fields[_NOTHING].list_value.SetInParent()
        return pb.CheckResponse(inputs=inputs, failures=failures(problems, kind.shape, declared))

    @answering
    def Diff(self, request: pb.DiffRequest, context: Context) -> pb.DiffResponse:
        """Which paths change, and what that takes. A refresh sends what it found as old, what was recorded as new."""
        kind = _kind(request.type, request.urn, context)
        self.configured().name(request.id)
        if request.old_inputs == request.news:  # as nearly always: compared without taking them apart
            return diff_response(kind, [])
        response = diff_response(kind, self.configured().changes(kind, *_comparison(request)))
        if response.replaces:
            self.configured().preflight.replaces(request.urn, deletes_first=response.deleteBeforeReplace)
        return response

    @answering
    def Create(self, request: pb.CreateRequest, context: Context) -> pb.CreateResponse:
        """Create, or say what a preview can know."""
        kind, desired = _kind(request.type, request.urn, context), Desired(tree_from(request.properties))
        if request.preview:
            self.configured().preflight.wants(kind, request.urn, now=False)
            return pb.CreateResponse(properties=wire_from(preview.created(desired)), refresh_before_update=self._flag())
        found = self.configured().create(self._target(kind, request.urn, request.timeout), desired)
        return pb.CreateResponse(id=found.arn, properties=wire_from(found.outputs), refresh_before_update=self._flag())

    @answering
    def Read(self, request: pb.ReadRequest, context: Context) -> pb.ReadResponse:
        """The account's side: for a refresh in the program's words, for an import all that a program must say."""
        kind = _kind(request.type, request.urn, context)
        self.configured().name(request.id)
        if request.HasField("inputs") and drift_is_off(self.environment):
            return pb.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)
        found = (
            self._refreshed(kind, request) if request.HasField("inputs") else self.configured().find(kind, request.id)
        )
        if found is None:
            return pb.ReadResponse()
        inputs, outputs = wire_from(found.inputs), wire_from(found.outputs)
        if _NOTHING in request.inputs.fields:
            inputs.fields[_NOTHING].list_value.SetInParent()
        return pb.ReadResponse(id=found.arn, inputs=inputs, properties=outputs, refresh_before_update=self._flag())

    @answering
    def Update(self, request: pb.UpdateRequest, context: Context) -> pb.UpdateResponse:
        """Update in place, or say what a preview can know."""
        kind = _kind(request.type, request.urn, context)
        inputs, outputs, desired, ignored = _comparison(request)
        if request.preview:
            known = preview.updated(kind, desired, inputs, outputs)
            return pb.UpdateResponse(properties=wire_from(known), refresh_before_update=self._flag())
        wanted = Update(
            request.id, desired, self.configured().changes(kind, inputs, outputs, desired, ignored), outputs
        )
        now = self.configured().update(self._target(kind, request.urn, request.timeout), wanted, inputs)
        if now.failure:
            half_done(context, request.id, now, flag=self._flag())
        return pb.UpdateResponse(properties=wire_from(now.outputs), refresh_before_update=self._flag())

    @answering
    def Delete(self, request: pb.DeleteRequest, context: Context) -> Empty:
        """Delete; what is gone already counts as deleted."""
        self.configured().name(request.id)
        target = self._target(_kind(request.type, request.urn, context), request.urn, request.timeout)
        self.configured().delete(target, request.id, Recorded(tree_from(request.old_inputs)))
        return Empty()

    @answering
    def List(self, request: pb.ListRequest, context: Context) -> Iterator[pb.ListResponse]:
        """One page of what the account has of a type, to be imported by its ids."""
        kind = _kind(request.token, "", context)
        if request.query.fields:
            misunderstood(context, f"{kind.token} cannot be listed by a query; list all and choose")
        page, token = next(self.configured().account.pages(kind.list, token=request.continuation_token))
        shown = page[: request.limit] if request.limit > 0 else page
        answers = [
            pb.ListResponse(result=pb.ListResponse.Result(id=each["arn"], name=each.get("name", ""))) for each in shown
        ]
        if token and (request.limit < 1 or len(page) < request.limit):
            answers.append(pb.ListResponse(continuation=pb.ListResponse.Continuation(continuation_token=token)))
        return iter(answers)

    def _refreshed(self, kind: ResourceType, request: pb.ReadRequest) -> Found | None:
        try:
            inputs, outputs = Recorded(tree_from(request.inputs)), tree_from(request.properties)
            return self.configured().read(kind, request.id, inputs, outputs)
        except IvsError as error:
            explained = error.about(f'reading {kind.noun} "{Identity(request.urn).name}" ({request.id})')
            explained.todo += _WITHOUT_READING
            raise explained from error

    def _flag(self) -> bool:
        """Whether the engine is to read a resource before each preview and update."""
        detecting = self.settings().drift_detection is not DriftDetection.OFF
        return detecting and not drift_is_off(self.environment)

    def _target(self, kind: ResourceType, urn: str, timeout: float) -> Target:
        def on_wait(what: str, seconds: float) -> None:
            self.engine.tell(Notice(f"waiting for {what}, about {seconds:.0f} s", urn, passing=True))

        return Target(kind, Identity(urn), Deadline.after(timeout, self.clock, on_wait))


def _kind(token: str, urn: str, context: Context) -> ResourceType:
    """The resource type; the URN has it too, behind the types of the parents."""
    name = token or urn.split("::")[2].rpartition("$")[2]
    kind = registry().get(name)
    if kind is None:
        misunderstood(context, f"{name} is no resource type of this provider; there are {', '.join(registry())}")
    return kind


def _comparison(request: pb.DiffRequest | pb.UpdateRequest) -> tuple[Recorded, Tree, Desired, list[Path]]:
    """Old inputs, old outputs, new inputs and the paths that the program leaves to others."""
    outputs = tree_from(request.olds)
    inputs = tree_from(request.old_inputs) if request.HasField("old_inputs") else outputs
    ignored = [parse_path(path) for path in request.ignoreChanges]
    return Recorded(inputs), outputs, Desired(tree_from(request.news)), ignored


def _autoname(request: pb.CheckRequest) -> Autoname | None:
    if not request.HasField("autonaming"):
        return None
    return Autoname(_MODES[request.autonaming.mode], request.autonaming.proposed_name, bool(request.olds.fields))
