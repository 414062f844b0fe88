"""`ivs comment`: a Plan, or what `pulumi preview --json` says, as the comment of a pull request."""

from __future__ import annotations

import json
from typing import Any

import click

from ivs_provider.cli.documents import read_json
from ivs_provider.cli.failing import Refused, telling_failures
from ivs_provider.cli.options import as_json
from ivs_provider.cli.render import markdown
from ivs_provider.planning.declaration import Flaw

EPILOG = """
\b
  ivs plan --out plan.json; ivs comment --from plan.json
  pulumi preview --json | ivs comment --from -

The first line is a marker, <!-- pulumi-ivs:plan PROJECT/STACK -->: a workflow looks for the comment that
begins with it and puts the new one in its place. --json gives {"marker": …, "body": …}.

\b
Exit codes:
  0  the comment is on standard output; of a preview that failed, too: the comment says so
  1  FILE cannot be read, or is neither a Plan nor a preview
"""

_PREVIEW_MEMBERS = {"steps", "changeSummary", "diagnostics"}


@click.command(epilog=EPILOG)
@click.option("--from", "file", required=True, metavar="FILE", help="A Plan or a preview, as JSON; - reads stdin.")
@click.option(
    "--limit",
    default=65_000,
    show_default=True,
    type=click.IntRange(min=2_000),
    help="Characters that the comment may have. GitHub takes 65,536.",
)
@click.option(
    "--stack", default="", metavar="PROJECT/STACK", help="Stack, for a preview that failed before it names it."
)
@as_json
def comment(file: str, limit: int, stack: str, *, as_json: bool) -> None:
    """Write a plan as the comment of a pull request.

    What is made, what is lost, who is hit, what changed outside. No call is made, nothing is evaluated; names and
    values in FILE are shown, whatever they look like.
    """
    with telling_failures(as_json=as_json):
        document = read_json(file)
        is_preview = isinstance(document, dict) and "format" not in document and _PREVIEW_MEMBERS & document.keys()
        body = _of_preview(document, limit, stack) if is_preview else _of_plan(document, limit)
        if as_json:
            click.echo(json.dumps({"marker": body.partition("\n")[0], "body": body}, indent=2, ensure_ascii=False))
        else:
            click.echo(body, nl=False)


def _of_plan(document: Any, limit: int) -> str:  # noqa: ANN401 - any JSON value
    from ivs_provider.planning.serial import BadPlan, from_json

    try:
        return markdown.comment(from_json(document), limit=limit)
    except BadPlan as bad:
        what = "this is neither a Plan of `ivs plan --out` nor the JSON of `pulumi preview --json`"
        raise Refused(what, flaws=[Flaw(None, "", problem.path, problem.reason) for problem in bad.problems]) from bad


def _of_preview(document: dict[str, Any], limit: int, stack: str) -> str:
    from ivs_provider.cli.previewed import BadPreview, previewed

    try:
        plan, failure = previewed(document, stack)
    except BadPreview as bad:
        raise Refused(f"this is no JSON of `pulumi preview --json`: {bad}") from bad
    return markdown.comment(plan, limit=limit, failure=failure)
