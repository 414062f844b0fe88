"""`ivs emulator`: an IVS Real-Time on this machine, for as long as the command runs."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivs_provider.cli.options import as_json

if TYPE_CHECKING:
    from ivs_emulator.settings import Settings

EPILOG = """
\b
Point any AWS client at it; the credentials are never checked:
  export AWS_ENDPOINT_URL_IVS_REALTIME=http://127.0.0.1:4577
  export AWS_ENDPOINT_URL_IVS=http://127.0.0.1:4577
  export AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=x
  export AWS_DEFAULT_REGION=eu-west-1
  aws ivs-realtime create-stage --name hall
  python -c 'import boto3; print(boto3.client("ivs-realtime").list_stages())'

An access key id of twelve digits is the account number (else the account is 123456789012);
accounts and regions are kept strictly apart. Open the URL in a browser to see what is there.

\b
The admin interface speaks JSON; add ?account=NNN to act on one account only:
  GET    /_admin/calls        calls so far, counted per operation (DELETE forgets them)
  PATCH  /_admin/settings     latency, rates, burst, quotas, deny, listLag, missingBuckets,
                              startSeconds, stopSeconds, lingerSeconds
  POST   /_admin/faults       {"operation": "CreateStage", "when": "after", "kind": "drop"}
  GET    /_admin/resources    everything that exists, secrets masked
  POST   /_admin/clock        {"advance": 3600} or {"set": "2030-01-01T00:00:00Z"}
  POST   /_admin/join         {"token": "..."}: the participant, or why not
  POST   /_admin/publish      {"stageArn": "...", "participantId": "..."}; also unpublish, leave,
                              subscribe, unsubscribe (with "to"), fail (with "errorCode"),
                              exchange (with "token"), record (with "state")
  POST   /_admin/stream       {"streamKey": "..."}: an encoder sends to an ingest configuration
  POST   /_admin/channel      {"arn": "...", "live": true};   also replicate, composition
  POST   /_admin/resource     {"arn": "...", "recording": true}; or session, active, disconnect
  GET    /_admin/snapshot     everything as JSON, secrets included; POST /_admin/restore takes it back
  POST   /_admin/reset        empty it;   GET /_admin/health
\b
  kinds of faults: drop, reset, hang, delay, status, throttle, cut, empty
  curl -X PATCH localhost:4577/_admin/settings -d '{"latency": 0.05, "rates": true}'

docs/how-to/emulator.md shows the use from tests; what AWS documents nowhere is guessed, and
docs/reference/guesses.md lists every guess.
"""


@click.command(epilog=EPILOG)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=4577, show_default=True, type=click.IntRange(0, 65535), help="Port; 0: any free one.")
@click.option(
    "--data",
    type=click.Path(dir_okay=False, path_type=Path),
    help="SQLite file to keep everything in; without it, all is forgotten at the end.",
)
@click.option(
    "--latency", default=0.0, show_default=True, type=click.FloatRange(min=0), help="Seconds before each answer."
)
@click.option("--rates/--no-rates", default=False, show_default=True, help="Enforce AWS's calls per second.")
@click.option("--quotas/--no-quotas", default=True, show_default=True, help="Enforce AWS's resource counts.")
@click.option(
    "--deny", multiple=True, metavar="ACTION", help="IAM action to deny (ivs:DeleteStage, ivs:Delete*); repeatable."
)
@as_json
def emulator(  # noqa: PLR0913  (one argument for each option)
    host: str,
    port: int,
    data: Path | None,
    latency: float,
    *,
    rates: bool,
    quotas: bool,
    deny: tuple[str, ...],
    as_json: bool,
) -> None:
    """Run an Amazon IVS Real-Time on this machine, until Ctrl-C.

    The first line printed is the endpoint's URL (with --json an object with it as `url`). Nothing is ever sent to AWS.
    """
    from ivs_emulator.emulator import Options, run_until_told
    from ivs_emulator.store import StoreError

    options = Options(host=host, port=port, data=data, settings=_settings(latency, deny, rates=rates, quotas=quotas))
    try:
        asyncio.run(run_until_told(options, _announced_as_json if as_json else click.echo))
    except StoreError as problem:
        raise click.ClickException(f"{problem}. Is another emulator using it? Choose another --data.") from problem
    except OSError as problem:
        message = f"cannot listen on {host}:{port}: {problem.strerror}. Choose another --port, or 0."
        raise click.ClickException(message) from problem


def _settings(latency: float, deny: tuple[str, ...], *, rates: bool, quotas: bool) -> "Settings":
    from ivs_emulator.settings import Settings
    from ivs_emulator.switchboard import SettingsError, changed

    try:
        return changed(Settings(), {"latency": latency, "rates": rates, "quotas": quotas, "deny": list(deny)})
    except SettingsError as problem:
        raise click.UsageError(f"--{problem}") from problem  # it begins with the name of the setting


def _announced_as_json(url: str) -> None:
    click.echo(json.dumps({"url": url}))
