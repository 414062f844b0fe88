"""cli/render/markdown.py: a pull-request comment that answers a reviewer, fits, and obeys nobody in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ivs_provider.cli.render import markdown
from ivs_provider.cli.render.graph import graph
from ivs_provider.cli.render.safe import code, prose
from ivs_provider.planning.declaration import Foreign, Place
from ivs_provider.planning.meaning import meaning
from ivs_provider.planning.plan import Action, Extra, ExtraKind, Plan, Step
from ivs_provider.values import UNKNOWN, Desired, Secret
from tests.unit.planning.steps import ARN, HIDDEN, PLANS, drift, forcing, plan, step, update, urn

if TYPE_CHECKING:
    from markdown_it.token import Token

PEOPLE = {f"{ARN}stage/old": 12}


def meant(*steps: Step, **more: Any) -> Plan:
    """A plan whose steps say what they mean."""
    return plan(*(replace(each, notes=meaning(each, PEOPLE)) for each in steps), participants=PEOPLE, **more)


EVERYTHING = meant(
    step(
        Action.CREATE,
        "Stage",
        "pad",
        inputs=Desired({"name": "pad", "tags": {"pin": Secret("1234")}}),
        place=Place("Pulumi.yaml", 12, 3),
    ),
    step(
        Action.CREATE,
        "IngestConfiguration",
        "rtmp",
        inputs=Desired({"stageArn": UNKNOWN}),
        depends_on=frozenset({urn("Stage", "pad")}),
    ),
    step(Action.UPDATE, "Stage", "hall", update("name", "hall", "main"), drift("tags.who", "operator", ...)),
    step(Action.REPLACE, "EncoderConfiguration", "sharp", forcing("video.width", 640, 1280)),
    step(Action.DELETE, "Stage", "old"),
    step(Action.KEEP, "Stage", "kept"),
    extras=(Extra(kind=ExtraKind.PENDING, token="ivs:index:Stage", name="half", arn=f"{ARN}stage/half"),),
    foreign=(Foreign("aws:s3:Bucket", "recordings"),),
    notes=("`x` is not known",),
    warnings=("stages: no room",),
)

COMMENT = """\
<!-- pulumi-ivs:plan video/dev -->
### IVS plan for `video/dev` in `eu-west-1`

**Careful: deletes 1 stage, replaces 1 encoder configuration.** **12 participants in the stage now will be \
disconnected.** 2 to create, 1 to update, 1 to replace, 1 to delete, 1 unchanged. 1 resource changed outside (drift). \
1 resource in the account besides, see below.

#### What is lost, and who is hit

- **1 stage deleted** (disconnects everybody in it): `old` (**12 participants in it now**)
- **1 encoder configuration replaced** (refused by AWS while a composition uses the old one): `sharp`

#### What this change does

| | resource | what changes | what it means |
| --- | --- | --- | --- |
| `-` delete | stage `old` | all of it | deletes the stage: disconnects everybody in it; 12 participants are in it now |
| `+-` replace | encoder configuration `sharp` | `video.width: 640 => 1280` | replaces the encoder configuration: \
refused by AWS while a composition uses the old one |
| `~` update | stage `hall` | `name: "hall" => "main"` | in place, keeps its ARN |
| `+` create | stage `pad` | `name: "pad"`<br>`tags.pin: [secret]` | new, nobody uses it yet |
| `+` create | ingest configuration `rtmp` | `stageArn: (known after apply)` | new, nobody uses it yet |

#### What changed outside (drift)

Changed in the account since the last apply, not by this change, which puts it back. To keep a value, declare it, \
or leave it to others (`ignoreChanges`).

| resource | what | in the account now | after apply |
| --- | --- | --- | --- |
| stage `hall` | `tags.who` | `"operator"` | `(not set)` |

#### In the account besides

- pending: stage `half` (`arn:aws:ivs:eu-west-1:123456789012:stage/half`): pulumi made it, and \
it is not declared: run pulumi up there; what an interrupted run has left unrecorded, ivs apply --prune deletes

#### Warnings

- stages: no room

**Cost in calls and time:** 8 calls (CreateStage 1, CreateIngestConfiguration 1, TagResource 1, UpdateStage 1, \
UntagResource 1, CreateEncoderConfiguration 1, DeleteEncoderConfiguration 1, DeleteStage 1), about a second at the \
pace of AWS's quotas. Each update writes the stack's own tags, too. What is lost goes last, and not at all where \
something before it fails.

<details><summary>Value by value: 5 resources</summary>

<details><summary><code>-</code> stage <code>old</code></summary>

```diff
# arn:aws:ivs:eu-west-1:123456789012:stage/old
```

</details>

<details><summary><code>+-</code> encoder configuration <code>sharp</code></summary>

```diff
- video.width: 640
+ video.width: 1280
# arn:aws:ivs:eu-west-1:123456789012:encoder-configuration/sharp
```

</details>

<details><summary><code>~</code> stage <code>hall</code></summary>

```diff
- name: "hall"
+ name: "main"
- tags.who: "operator"  (drift)
# arn:aws:ivs:eu-west-1:123456789012:stage/hall
```

</details>

<details><summary><code>+</code> stage <code>pad</code></summary>

```diff
+ name: "pad"
+ tags.pin: [secret]
# Pulumi.yaml:12:3
```

</details>

<details><summary><code>+</code> ingest configuration <code>rtmp</code></summary>

```diff
+ stageArn: (known after apply)
```

</details>

</details>

<details><summary>Graph of what changes</summary>

```mermaid
graph LR
  n0["delete: stage old"]:::delete
  n1["replace: encoder configuration sharp"]:::replace
  n2["update: stage hall"]:::update
  n3["create: stage pad"]:::create
  n4["create: ingest configuration rtmp"]:::create
  n3 --> n4
  classDef delete fill:#ffebe9,stroke:#cf222e,color:#1f2328
  classDef replace fill:#fbefff,stroke:#8250df,color:#1f2328
  classDef update fill:#fff8c5,stroke:#9a6700,color:#1f2328
  classDef create fill:#dafbe1,stroke:#1a7f37,color:#1f2328
```

</details>

#### Notes

- \\`x\\` is not known

#### Of other providers, not part of this: 1

- `aws:s3:Bucket` `recordings`
"""


def test_a_comment_answers_what_a_reviewer_asks() -> None:
    assert markdown.comment(EVERYTHING) == COMMENT


def headline(planned: Plan, **more: Any) -> str:
    """The sentence under the title."""
    return markdown.comment(planned, **more).split("\n")[3]


NEW = step(Action.CREATE, "Stage", "pad")
OLD = step(Action.DELETE, "Stage", "old")


@pytest.mark.parametrize(
    ("planned", "expected"),
    [
        (plan(), "**Nothing to do in IVS.**"),
        (plan(step(Action.KEEP, "Stage", "hall")), "**Nothing to do in IVS.** 1 resource as declared."),
        (plan(NEW), "**No IVS resource is deleted or replaced, nobody is disconnected.** 1 to create."),
        (
            plan(OLD),
            (
                "**Careful: deletes 1 stage.** Who is in the stage now is not known here: everybody there will be"
                " disconnected. 1 to delete."
            ),
        ),
        (
            plan(OLD, participants={OLD.arn: 0}),
            "**Careful: deletes 1 stage.** Nobody is in the stage now. 1 to delete.",
        ),
        (
            plan(OLD, step(Action.DELETE, "Stage", "more"), participants={OLD.arn: 1}),
            (
                "**Careful: deletes 2 stages.** **1 participant in the stages now will be disconnected, and 1 stage"
                " could not be counted.** 2 to delete."
            ),
        ),
        (
            plan(step(Action.REPLACE, "PublicKey", "key", forcing("publicKeyMaterial", "a", "b"))),
            "**Careful: replaces 1 public key.** No stage goes, so nobody is disconnected from one. 1 to replace.",
        ),
        (
            plan(step(Action.REPLACE, "Stage", "hall", retained=True)),
            "**No IVS resource is deleted or replaced, nobody is disconnected.** 1 to replace.",
        ),
    ],
)
def test_the_headline_says_whether_to_merge(planned: Plan, expected: str) -> None:
    assert headline(planned) == expected


def test_a_plan_that_failed_is_no_plan_to_merge_on() -> None:
    assert headline(plan(NEW), failure="line 3: <b>no</b>") == (
        r"**Do not merge on this: the plan failed, and what follows is not all of it.** line 3: \<b\>no\</b\>"
    )


# --- Length -----------------------------------------------------------------------------------------------------------


def large(number: int, losses: int) -> Plan:
    """Many changes, the losses spread among them."""
    each = number // losses
    return meant(
        *(
            step(Action.DELETE, "Stage", f"lost-{index}")
            if not index % each
            else step(
                Action.UPDATE, "Stage", f"s{index}", update("name", "a" * 90, "b" * 90), drift("tags.x", "y" * 90, "z")
            )
            for index in range(number)
        ),
        warnings=("w" * 500,) * 50,
        notes=("n" * 500,) * 50,
    )


@pytest.mark.parametrize(("number", "losses", "limit"), [(500, 50, 65_000), (5_000, 1_000, 65_000), (500, 100, 8_000)])
def test_a_comment_fits_and_names_every_loss(number: int, losses: int, limit: int) -> None:
    planned = large(number, losses)
    text = markdown.comment(planned, limit=limit)
    assert len(text) <= limit
    lost = text.partition("#### What is lost, and who is hit\n")[2].partition("####")[0]
    assert set(re.findall(r"`(lost-\d+)`", lost)) == {
        each.name for each in planned.steps if each.action is Action.DELETE
    }


UPDATES = plan(*(step(Action.UPDATE, "Stage", f"s{n}", update("name", "a" * 90, "b" * 90)) for n in range(500)))


@pytest.mark.parametrize("limit", [65_000, 20_000, 4_000])
def test_what_is_cut_is_counted(limit: int) -> None:
    """500 updates: the rows that are there and the number of those that are not make 500."""
    table = markdown.comment(UPDATES, limit=limit).partition("#### What this change does")[2].partition("<details>")[0]
    rows = table.count("| `~` update |")
    assert 0 < rows <= 60
    assert f"\n\nand {500 - rows} more: {500 - rows} to update\n" in table


def test_a_table_is_no_longer_than_anybody_reads_and_the_fold_has_more() -> None:
    text = markdown.comment(UPDATES)
    assert text.count("| `~` update |") == 60
    assert text.count("<details><summary><code>~</code>") > 60
    assert "```mermaid" in text


def test_more_losses_than_a_comment_holds_say_so() -> None:
    text = markdown.comment(plan(*(step(Action.DELETE, "Stage", f"lost-{n}") for n in range(5_000))), limit=8_000)
    assert len(text) <= 8_000
    named = len(set(re.findall(r"`(lost-\d+)`", text)))
    assert f"**and {5_000 - named:,} more: too many for a comment, so do not merge on it alone" in text
    assert "**Careful: deletes 5,000 stages.**" in text


@given(PLANS, st.integers(2_000, 65_000))
def test_any_plan_fits_any_limit(drawn: Plan, limit: int) -> None:
    assert len(markdown.comment(drawn, limit=limit)) <= limit


@given(PLANS)
def test_no_secret_reaches_a_comment(drawn: Plan) -> None:
    assert HIDDEN not in markdown.comment(drawn)


# --- Words of others --------------------------------------------------------------------------------------------------

EVIL = [
    "</details><script>alert(1)</script>",
    "a | b | c",
    "`` ` ```",
    "```\n# heading\n```",
    "![x](https://evil.example/a.png) [y](javascript:x)",
    "@everyone #12 www.evil.example https://evil.example a@evil.example",
    "--> <!-- pulumi-ivs:plan other/prod -->",
    "x\n\n/merge\n::error::x\n- [x] done",
    "\u202eevil\u202c\x1b[31m\x00",
    "&lt;b&gt; **bold** _it_ ~~no~~ $x^2$ \\",
    " `",
    "| --- |",
    "1. one",
    "- item",
    "=====",
]


def tokens_of(text: str) -> list[Token]:
    """All tokens as GitHub's dialect has them, those inside lines too."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    flat: list[Token] = []
    for token in parser.parse(text):
        flat += [token, *(token.children or ())]
    return flat


def outline(text: str) -> list[tuple[str, str]]:
    """What the parser sees, apart from the words: kinds of tokens, and HTML as it is."""
    names = re.compile(r"<code>.*?</code>")
    return [
        (token.type, names.sub("", token.content) if token.type.startswith("html") else "") for token in tokens_of(text)
    ]


def everywhere(words: str) -> Plan:
    """A plan with these words wherever others may write them."""
    change = update(f"tags.{words.replace('.', '')}", words, words * 2)
    return plan(
        step(Action.DELETE, "Stage", words, notes=(words,)),
        step(Action.UPDATE, "Stage", words, change, drift("name", words, words * 2), place=Place(words, 1, 1)),
        extras=(Extra(kind=ExtraKind.PENDING, token="ivs:index:Stage", name=words, arn=words, note=words),),
        foreign=(Foreign(words, words),),
        warnings=(words,),
        notes=(words,),
    )


@pytest.mark.parametrize("words", EVIL)
def test_words_of_others_change_nothing_but_words(words: str) -> None:
    """The comment has the structure that it has with a harmless word in each place."""
    hostile, harmless = (markdown.comment(everywhere(each), failure=each) for each in (words, "word"))
    assert outline(hostile) == outline(harmless)


@given(st.text(max_size=30))
def test_any_name_is_one_code_span(words: str) -> None:
    (inline,) = [token for token in tokens_of(f"| a |\n| --- |\n| {code(words)} |") if token.type == "inline"][1:]
    spans = [token.type for token in inline.children or ()]
    assert spans == (["code_inline"] if code(words) != "(empty)" else ["text"])


@given(st.one_of(st.sampled_from(EVIL), st.text(max_size=30)))
def test_any_sentence_is_only_text(words: str) -> None:
    for text in (prose(words), f"- {prose(words)}"):
        assert {token.type for token in tokens_of(text)} <= {
            *("paragraph_open", "inline", "text", "text_special", "paragraph_close", "softbreak"),
            *("bullet_list_open", "list_item_open", "list_item_close", "bullet_list_close"),
        }


def test_nobody_is_called_and_nothing_is_linked() -> None:
    said = prose("@everyone #12 www.evil.example https://evil.example a@evil.example")
    assert not re.search(r"@\w|#\w|www\.|://", said)


def test_the_marker_ends_where_it_ends() -> None:
    first = markdown.comment(replace(plan(), project="x --> <b>", stack="dev")).split("\n")[0]
    assert first == "<!-- pulumi-ivs:plan x_--___b_/dev -->"


@given(PLANS)
def test_a_graph_has_only_names_that_mean_nothing(drawn: Plan) -> None:
    lines = graph(drawn)
    allowed = re.compile(
        r'graph LR|  n\d+\["[\w .#;:…-]*"\]:::\w+|  n\d+ --> n\d+|  rest\["and [\d,]+ more"\]|  classDef \w+ [\w:#,]+'
    )
    assert all(allowed.fullmatch(line) for line in lines)


def test_a_graph_stays_small_and_shows_losses_first() -> None:
    lines = graph(large(500, 10))
    assert sum(":::delete" in line for line in lines) == 10
    assert sum(":::" in line for line in lines) == 40
    assert '  rest["and 460 more"]' in lines
