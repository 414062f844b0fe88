"""`ivs comment` as a workflow calls it: Plans, previews that the real engine wrote, and what is neither.

`previews/` was recorded from `pulumi preview --json` (engine 3.259.0, YAML host 1.38.1) against the emulator; only
stack traces, source positions and times were taken out. `changed`: after an `up`, "lost" was deleted behind the
engine's back, the tag `team` of "hall" was set to "audio", and the program was edited. `options`:
deleteBeforeReplace, retainOnDelete and import. `failed`: a property that does not exist.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ivs_provider.cli.main import ivs
from ivs_provider.cli.previewed import BadPreview, previewed
from ivs_provider.cli.render import markdown
from ivs_provider.planning.declaration import Foreign
from ivs_provider.planning.plan import Action, ExtraKind
from ivs_provider.planning.serial import to_json
from ivs_provider.reconcile.compare import Origin
from ivs_provider.values import Secret
from tests.cli.documents import document
from tests.unit.planning.steps import plan, step, update

if TYPE_CHECKING:
    from click.testing import Result

PREVIEWS = Path(__file__).parent / "previews"


def recorded(name: str) -> Any:
    """A preview of the real engine's."""
    return json.loads((PREVIEWS / f"{name}.json").read_text(encoding="utf-8"))


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """Run the command."""
    return CliRunner().invoke(ivs, ["comment", *arguments], input=stdin, prog_name="ivs")


def told(document: Any, *arguments: str) -> Result:
    """Run the command on a document from standard input."""
    return run("--from", "-", *arguments, stdin=json.dumps(document))


# --- Previews ---------------------------------------------------------------------------------------------------------


def test_a_preview_proposes_what_the_engine_proposes() -> None:
    made, failure = previewed(recorded("changed"))
    assert failure == ""
    assert (made.project, made.stack, made.region) == ("video", "dev", "eu-west-1")
    # What stays as it is, `kept`, the engine leaves out.
    assert {each.name: each.action for each in made.steps} == {
        "lost": Action.CREATE,
        "pad": Action.CREATE,
        "encoder": Action.REPLACE,
        "rtmp": Action.REPLACE,
        "hall": Action.UPDATE,
        "old": Action.DELETE,
    }


def changes(document: Any, name: str) -> dict[str, tuple[Any, Any, Origin]]:
    """The changes of one resource."""
    made, _ = previewed(document)
    (found,) = (each for each in made.steps if each.name == name)
    return {".".join(map(str, each.path)): (each.old, each.new, each.origin) for each in found.changes}


def test_what_was_recorded_and_is_gone_is_drift() -> None:
    """The refresh shows that it was recorded, and the step after it is a create."""
    (change,) = changes(recorded("changed"), "lost").values()
    assert change[1:] == ("lost", Origin.DRIFT)
    assert "| stage `lost` | all of it | is gone | made again, with a new ARN |" in told(recorded("changed")).stdout


def test_what_the_account_changed_alone_is_drift() -> None:
    """As recorded, but with a program that says what was recorded."""
    document = recorded("changed")
    for each in document["steps"]:
        if each["urn"].endswith("::hall") and each["op"] == "update":
            each["newState"]["inputs"]["tags"]["team"] = "video"
    assert changes(document, "hall") == {
        "name": ("hall", "main-hall", Origin.PROGRAM),
        "tags.team": ("audio", "video", Origin.DRIFT),
    }


def test_what_both_have_changed_is_the_programs_and_noted() -> None:
    made, _ = previewed(recorded("changed"))
    assert changes(recorded("changed"), "hall")["tags.team"] == ("audio", Secret("[secret]"), Origin.PROGRAM)
    assert "tags.team of stage 'hall' was changed in the account too, since the last apply" in made.notes


def test_options_of_the_program_are_honoured() -> None:
    made, _ = previewed(recorded("options"))
    steps = {each.name: each for each in made.steps}
    assert (steps["first"].delete_first, steps["first"].retained) == (True, False)
    assert (steps["stays"].delete_first, steps["stays"].retained) == (False, True)
    (left,) = made.extras
    assert (left.kind, left.name) == (ExtraKind.RETAINED, "left")
    assert "stage 'theirs' exists and is taken over (import)" in made.notes


def test_a_preview_that_failed_is_no_plan_to_merge_on() -> None:
    ended = told(recorded("failed"))
    assert ended.exit_code == 0
    assert "**Do not merge on this: the plan failed, and what follows is not all of it.**" in ended.stdout
    assert "Property nope does not exist on 'ivs:index:Stage'" in ended.stdout
    assert "\x1b" not in ended.stdout


def test_a_preview_that_failed_before_it_names_its_stack_is_told_which_it_is() -> None:
    document = {**recorded("failed"), "steps": None}
    assert told(document, "--stack", "video/dev").stdout.startswith("<!-- pulumi-ivs:plan video/dev -->\n")
    ended = told(document)
    assert ended.exit_code == 1
    assert "give --stack PROJECT/STACK" in ended.stderr


def test_resources_of_others_are_counted_and_their_loss_is_warned_of() -> None:
    document = recorded("changed")
    for operation, name in (("delete", "recordings"), ("same", "users"), ("create", "logs")):
        document["steps"].append({"op": operation, "urn": f"urn:pulumi:dev::video::aws:s3/bucket:Bucket::{name}"})
    made, _ = previewed(document)
    assert made.foreign == (Foreign("aws:s3/bucket:Bucket", "recordings"), Foreign("aws:s3/bucket:Bucket", "logs"))
    assert made.warnings == (
        "resources of other providers: 1 to create, 1 to delete; look at them in the preview itself",
    )


def test_what_was_not_read_is_not_called_unmoved() -> None:
    """With drift detection off there are no refreshes, and so nothing to compare with."""
    document = recorded("changed")
    document["steps"] = [each for each in document["steps"] if each["op"] != "refresh"]
    made, _ = previewed(document)
    assert not any(each.drifted for each in made.steps)
    assert "4 resources were not read from the account, so drift of theirs is not seen (driftDetection)" in made.notes


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=5,
)


@given(st.data())
def test_a_preview_with_anything_in_it_is_shown_or_refused(data: st.DataObject) -> None:
    """Whoever hands it in: any member of any step may hold anything."""
    document = copy.deepcopy(recorded("changed"))
    entry = data.draw(st.sampled_from(document["steps"]))
    place = data.draw(
        st.sampled_from([entry, entry.get("oldState") or entry, entry.get("newState") or entry, document])
    )
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)
    try:
        made, failure = previewed(document, "video/dev")
    except BadPreview:
        return
    assert markdown.comment(made, failure=failure)


# --- Plans, and what is neither ---------------------------------------------------------------------------------------


def test_a_plan_and_its_file_give_the_same_comment(tmp_path: Path) -> None:
    made = plan(step(Action.UPDATE, "Stage", "hall", update("name", "hall", "main")))
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(to_json(made)), encoding="utf-8")
    assert run("--from", str(file)).stdout == markdown.comment(made)


def test_as_json_it_is_what_the_api_of_a_forge_takes() -> None:
    made = to_json(plan(step(Action.CREATE, "Stage", "hall")))
    printed = document("comment", told(made, "--json").stdout)
    assert printed == {"marker": "<!-- pulumi-ivs:plan video/dev -->", "body": told(made).stdout}
    failed = document("error", run("--from", "-", "--json", stdin="[]").stdout)
    assert "neither a Plan" in failed["error"]["what"]


def test_the_limit_is_kept() -> None:
    made = plan(*(step(Action.CREATE, "Stage", f"s{number}") for number in range(500)))
    for limit in (2000, 3000):
        written = told(to_json(made), "--limit", str(limit)).stdout
        assert len(written) <= limit
        assert written.startswith("<!-- pulumi-ivs:plan video/dev -->\n")
        assert "500 to create" in written


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        ("", "standard input is no JSON (line 1, column 1); give one whole JSON document"),
        ("{", "standard input is no JSON (line 1, column 2)"),
        (b"\xff\xfe", "standard input is no JSON; give one whole JSON document"),
        ("[NaN]", "standard input is no JSON; give"),
        ("[" * 100_000, "standard input is nested too deeply to be read"),
        ("[]", "neither a Plan of `ivs plan --out` nor the JSON of `pulumi preview --json`"),
        (
            '{"format": "pulumi-ivs/plan/1", "project": "x"}',
            "  stack: is required; set it\n  steps: is required; set it",
        ),
        ('{"steps": [1]}', "this is no JSON of `pulumi preview --json`: steps is no list of objects"),
        ('{"steps": [{"op": "same"}]}', "a step names no resource: ''"),
        (
            '{"steps": [{"op": "explode", "urn": "urn:pulumi:dev::video::ivs:index:Stage::x"}]}',
            "step 'explode' is not known to this version",
        ),
    ],
)
def test_what_is_no_plan_is_refused_in_words(stdin: str | bytes, said: str) -> None:
    ended = run("--from", "-", stdin=stdin)
    assert ended.exit_code == 1
    assert said in ended.stderr
    assert ended.stdout == ""


def test_a_file_that_is_not_there_is_named() -> None:
    ended = run("--from", "no-such-file.json")
    assert ended.exit_code == 1
    assert "no-such-file.json cannot be read: No such file or directory" in ended.stderr
