"""The five handlers of a resource type, as CloudFormation's contract means them, and what each call must hold to."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, cast

from ivs_provider.cloud import Deadline
from ivs_provider.config import Settings
from ivs_provider.model.ownership import Identity
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.reconcile.apply import Target, Update
from ivs_provider.reconcile.desire import desire
from ivs_provider.reconcile.notice import Notice
from ivs_provider.reconcile.reconciler import Found
from ivs_provider.values import Declared, Desired, Recorded, reveal
from tests.faults.keys import KEYS
from tests.faults.process import Host, Process, Watch, started
from tests.faults.program import kind_of, urn_of
from tests.faults.world import REGION, World

__all__ = ["MODELS", "Handlers", "Model", "told"]

Tree = dict[str, Any]

NEVER = "000000000000"
"""The last part of an ARN that never existed."""


@dataclass(frozen=True)
class Model:
    """Inputs under test: those of the create, and those of the update."""

    created: Tree
    updated: Tree


_TAGS: Tree = {"team": "video", "cost": "42"}
_OTHER_TAGS: Tree = {"team": "sound", "new": "1"}
_STORAGE: Tree = {"name": "archive", "s3": {"bucketName": "recordings"}}
_ENCODER: Tree = {"name": "tall", "video": {"width": 720, "height": 1280, "framerate": 25, "bitrate": 2_000_000}}
_KEY: Tree = {"name": "backend", "publicKeyMaterial": KEYS[0]}
_INGEST: Tree = {
    "name": "host",
    "userId": "host-1",
    "attributes": {"seat": "1"},
    "ingestProtocol": "RTMP",
    "insecureIngest": True,
}

MODELS = {
    "StorageConfiguration": Model(_STORAGE | {"tags": _TAGS}, _STORAGE | {"tags": _OTHER_TAGS}),
    "EncoderConfiguration": Model(_ENCODER | {"tags": _TAGS}, _ENCODER | {"tags": _OTHER_TAGS}),
    "PublicKey": Model(_KEY | {"tags": _TAGS}, _KEY | {"tags": _OTHER_TAGS}),
    "Stage": Model({"name": "hall", "tags": _TAGS}, {"name": "foyer", "tags": _OTHER_TAGS}),
    "IngestConfiguration": Model(_INGEST | {"tags": _TAGS}, _INGEST | {"redundantIngest": True, "tags": _OTHER_TAGS}),
}


class Handlers:
    """Create, read, update, delete and list one type, in an account that is empty at first.

    Each handler runs in a process of its own, as in CloudFormation: nothing is remembered from call to call.
    """

    def __init__(self, world: World, name: str, *, hasty: bool = False) -> None:
        world.time.now = 0.0
        world.admin.do("POST", "reset")
        self.world = world
        self.kind: ResourceType = kind_of(name)
        self.model = MODELS[name]
        self.story: list[str] = []
        self.notices: list[str] = []
        nonces = (f"nonce{number}" for number in itertools.count())
        client = world.hasty if hasty else world.patient
        self._host = Host(client, world.time, nonces, self._tell)

    @property
    def never(self) -> str:
        """The ARN of a resource that never existed."""
        return f"arn:aws:ivs:{REGION}:000000000001:{self.kind.arn_kind}/{NEVER}"

    def create(self, name: str = "main", inputs: Tree | None = None) -> Found:
        """Create; the answer holds the identifier."""
        process = self.process()
        found = process.reconciler.create(self._target(process, name), self._desired(inputs or self.model.created))
        assert found.arn == found.outputs["arn"]
        return found

    def read(self, arn: str) -> Found | None:
        """Read by nothing but the identifier, as an import does."""
        found = self.process().reconciler.find(self.kind, arn)
        assert found is None or found.outputs["arn"] == arn
        return found

    def update(self, arn: str, before: Found | None = None) -> Tree:
        """Update from the first model to the second; the answer holds the identifier and the new members."""
        process = self.process()
        process.reconciler.name(arn)
        old = Recorded(self.model.created)
        outputs = before.outputs if before else {**self.model.created, "arn": arn}
        desired = self._desired(self.model.updated)
        changes = process.reconciler.changes(self.kind, old, outputs, desired, [])
        now = process.reconciler.update(self._target(process, "main"), Update(arn, desired, changes, outputs), old)
        assert now.failure is None
        assert now.outputs["arn"] == arn
        return now.outputs

    def delete(self, arn: str) -> None:
        """Delete; there is no answer."""
        process = self.process()
        process.reconciler.name(arn)
        process.reconciler.delete(self._target(process, "main"), arn, Recorded(self.model.created))

    def listed(self) -> list[str]:
        """The identifiers of all, from all pages."""
        pages = self.process().reconciler.account.pages(self.kind.list)
        return [str(each["arn"]) for page, _ in pages for each in page]

    def real(self) -> list[Tree]:
        """What the account really holds, past all that is tested."""
        found: list[Tree] = self.world.admin.do("GET", "resources")["resources"]
        return found

    def process(self) -> Process:
        """A new process of the same state."""
        return started(self._host, Settings(region=REGION), "owner", Watch(None, self.story, self.world.time))

    def _desired(self, inputs: Tree) -> Desired:
        desired, problems = desire(self.kind, Declared(inputs), Recorded({}), Settings(region=REGION), None)
        assert not problems
        return desired

    def _target(self, process: Process, name: str) -> Target:
        return Target(self.kind, Identity(urn_of(self.kind.name, name)), Deadline.after(0, process.clock))

    def _tell(self, notice: Notice) -> None:
        self.notices.append(notice.text)


def told(tree: Any, inputs: Tree) -> Tree:
    """Of a tree, what the inputs speak of and AWS says: no read-only members, and none that is only written."""
    opened = cast("Tree", reveal(tree))
    return {name: opened.get(name) for name in inputs if name != "insecureIngest"}
