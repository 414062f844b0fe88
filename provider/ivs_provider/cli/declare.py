"""`ivs declare`: what a program declares as JSON, with no credentials and no call: for the untrusted job of a fork."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ivs_provider.cli.failing import Refused, telling_failures
from ivs_provider.cli.options import Reach, Where, as_json, in_a_project
from ivs_provider.cli.session import opened
from ivs_provider.config import Settings
from ivs_provider.planning.declaration import BadProgram, Resource
from ivs_provider.values import Problem, Recorded

__all__ = ["declare"]

EPILOG = """
\b
  ivs declare --out declared.json                       in the fork's job
  ivs plan --declared declared.json --format markdown   in the trusted one

What only the account knows stays an expression, secrets become digests. A Python program is run: only where
its code may run.
"""


@click.command(epilog=EPILOG)
@in_a_project
@click.option(
    "--out",
    type=click.Path(dir_okay=False, resolve_path=True, path_type=Path),
    metavar="FILE",
    help="Write it to a file.",
)
@as_json
def declare(where: Where, out: Path | None, *, as_json: bool) -> None:
    """Evaluate the program and write what it declares, as JSON. Needs no credentials and makes no call."""
    with telling_failures(as_json=as_json):
        from ivs_provider.program import declared_json
        from ivs_provider.reconcile.desire import desire

        session = opened(where, Reach())

        def check(resource: Resource) -> list[Problem]:
            try:
                settings = session.accounts.settings(resource.provider)
            except BadProgram:  # its flaws are among the program's own
                settings = Settings()
            return desire(resource.kind, resource.declared, Recorded({}), settings, autoname=None)[1]

        text = json.dumps(declared_json(session.program, check), indent=2, ensure_ascii=False)
        if out is None:
            click.echo(text)
            return
        try:
            out.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise Refused(f"{out} cannot be written: {error.strerror}", "Choose another --out.") from error
