"""Each type, from its creation to an empty account: edits in place, replacements, tags, drift, repair, deletion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider.resources import registry
from tests.engine.account import Account, writes
from tests.engine.cases import CASES, GONE, TAGS, Case, Edit, told
from tests.engine.stack import resource
from tests.engine.steps import Step, created

if TYPE_CHECKING:
    from tests.engine.stack import Stack

TAG_EDITS = {
    "tag-added": Edit({"tags.new": "1"}),
    "tag-changed": Edit({"tags.team": "sound"}),
    "tag-removed": Edit({"tags.cost": GONE}),
    "tags-removed": Edit({"tags": GONE}, shown={"tags.team": "delete", "tags.cost": "delete"}),
}
FOREIGN = "somebody-elses"


@dataclass(frozen=True)
class Story:
    """One program of one type: a resource for each edit, and some that stay as they are."""

    kind: str
    case: Case

    def edits(self) -> dict[str, Edit]:
        """Every edit, by the logical name of the resource that gets it."""
        in_place = {f"edit{number}": edit for number, edit in enumerate(self.case.in_place)}
        fixed = {f"fixed{number}": edit for number, edit in enumerate(self.case.fixed)}
        return {**in_place, **fixed, **TAG_EDITS}

    def program(self, *, edited: bool) -> dict[str, Any]:
        """All resources, before or after the edits."""
        own = {name: self.case.declared(name) for name in [*self.edits(), "quiet", "gone"]}
        if edited:
            own |= {name: edit.applied(own[name]) for name, edit in self.edits().items()}
        own["least"] = self.case.declared("least", minimal=True)
        return {**self.case.beside, **{name: resource(self.kind, declared) for name, declared in own.items()}}

    def steps(self) -> dict[str, Step]:
        """What a preview must propose for the edits."""
        return {name: self._step(name, edit) for name, edit in self.edits().items()}

    def _step(self, name: str, edit: Edit) -> Step:
        paths = edit.paths(self.case.declared(name))
        if not name.startswith("fixed"):
            return Step("update", paths)
        return Step("replace", {path: f"{kind}-replace" for path, kind in paths.items()}, frozenset(paths))


@pytest.fixture
def story(kind: str, account: Account) -> Story:
    account.settings(quotas=False)
    return Story(kind, CASES[kind])


@pytest.mark.parametrize("kind", CASES)
def test_life_of_each_type(kind: str, story: Story, stack: Stack, account: Account) -> None:
    """One program through everything that can happen to its resources."""
    foreign = account.ivs.create_stage(name=FOREIGN)["stage"]["arn"]
    _create(story, stack, account)
    before = stack.ids()
    _edit(story, stack, account)
    _assert_who_stayed(story, before, stack.ids())
    _assert_held(story, {name: edit.wanted() for name, edit in story.edits().items()}, stack, account)
    _drift(story, stack, account)
    with account.counting() as counts:
        stack.destroy()
    assert writes(counts)[f"Delete{kind}"] == len([name for name in before if name not in story.case.beside])
    assert account.arns() == {foreign}


def _create(story: Story, stack: Stack, account: Account) -> None:
    """One call for each resource; then nothing but reads, and no change."""
    program = story.program(edited=False)
    stack.program(program)
    with account.counting() as counts:
        stack.up()
    assert writes(counts) == _creates(program)
    assert not [name for name in counts if name.startswith("Get")], "a create needs no read, but a List for each type"
    with account.counting() as counts:
        assert stack.preview() == {}
        stack.up("--expect-no-changes")
    assert writes(counts) == {}


def _creates(program: dict[str, Any]) -> dict[str, int]:
    operations = [_operation(each["type"], "create") for each in program.values()]
    return {operation: operations.count(operation) for operation in operations}


def _operation(token: str, name: str) -> str:
    return str(getattr(registry()[token], name).operation)


def _edit(story: Story, stack: Stack, account: Account) -> None:
    """The preview names exactly the edited paths; the update makes exactly the calls that they need."""
    stack.program(story.program(edited=True))
    with account.counting() as counts:
        assert stack.preview() == story.steps()
    assert writes(counts) == {}
    with account.counting() as counts:
        stack.up()
    token, edits, fixed = f"ivs:index:{story.kind}", len(story.case.in_place), len(story.case.fixed)
    expected = {"TagResource": edits + len(TAG_EDITS), "UntagResource": 2}
    if edits:
        expected[_operation(token, "update")] = edits
    if fixed:
        expected |= {_operation(token, "create"): fixed, _operation(token, "delete"): fixed}
    assert writes(counts) == expected
    assert stack.preview() == {}


def _assert_who_stayed(story: Story, before: dict[str, str], after: dict[str, str]) -> None:
    assert before.keys() == after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {name for name in story.edits() if name.startswith("fixed")}


def _assert_held(story: Story, wanted: dict[str, dict[str, Any]], stack: Stack, account: Account) -> None:
    """The account says what is wanted, by path, of each resource."""
    ids = stack.ids()
    for name, paths in wanted.items():
        held = _held(story.kind, account, ids[name])
        for path, value in paths.items():
            assert told(held, path) == _resolved(value, ids), f"{name} {path}"
    assert told(_held(story.kind, account, ids["tag-removed"]), "tags") == {"team": TAGS["team"]}
    assert told(_held(story.kind, account, ids["tags-removed"]), "tags") == {}


def _held(kind: str, account: Account, arn: str) -> dict[str, Any]:
    """What a boto3 user sees, less our own tags."""
    found = _asked(account, kind, "read", arn=arn)
    held = found[registry()[f"ivs:index:{kind}"].read.result]
    held["tags"] = {key: value for key, value in held.get("tags", {}).items() if not key.startswith("pulumi-ivs:")}
    return dict(held)


def _asked(account: Account, kind: str, call: str, **members: Any) -> Any:
    operation = _operation(f"ivs:index:{kind}", call)
    method = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")
    return getattr(account.ivs, method)(**members)


def _resolved(value: Any, ids: dict[str, str]) -> Any:
    """A value of the program with its references put in."""
    if isinstance(value, dict):
        return {key: _resolved(each, ids) for key, each in value.items()}
    if isinstance(value, str) and value.startswith("${"):
        return ids[value[2:].partition(".")[0]]
    return value


def _drift(story: Story, stack: Stack, account: Account) -> None:
    """Every member that can change outside is put back to what it was before the edit, tags and existence too."""
    ids = stack.ids()
    expected: dict[str, Step] = {}
    for name, edit in story.edits().items():
        if name.startswith("edit"):
            _put_back(story, account, name, ids)
            expected |= _drifted(name, edit)
    account.ivs.tag_resource(resourceArn=ids["tag-changed"], tags={"team": "thieves", "undeclared": "yes"})
    account.ivs.untag_resource(resourceArn=ids["tag-added"], tagKeys=["new"])
    expected["tag-changed"] = Step("update", {"tags.team": "update"})
    expected["tag-added"] = Step("update", {"tags.new": "add"})
    _asked(account, story.kind, "delete", arn=ids["gone"])
    expected["gone"] = created()
    with account.counting() as counts:
        assert stack.preview() == expected
    assert writes(counts) == {}
    stack.up()
    assert stack.preview() == {}
    held = {name: edit.kept() for name, edit in story.edits().items()}
    _assert_held(story, held, stack, account)


def _put_back(story: Story, account: Account, name: str, ids: dict[str, str]) -> None:
    """Undo an edit by boto3, as somebody in the console would."""
    update = registry()[f"ivs:index:{story.kind}"].update
    assert update
    base = _resolved(story.case.declared(name), ids)
    members = {path.split(".")[0] for path in story.edits()[name].changes}
    _asked(account, story.kind, "update", arn=ids[name], **{member: base[member] for member in members})


def _drifted(name: str, edit: Edit) -> dict[str, Step]:
    """What a preview shows of an undone edit: all that the program still declares."""
    kept = {path: "update" for path, value in edit.changes.items() if value is not GONE}
    return {name: Step("update", kept)} if kept else {}
