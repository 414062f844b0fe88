"""`ivs key`: the P-384 keys by which tokens are signed and checked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from ivs_provider.cli.failing import Refused, telling_failures
from ivs_provider.cli.options import as_json
from ivs_provider.tokens import TokenRefused, create_key_pair, fingerprint

_OWNER_ONLY = 0o600


@click.group()
def key() -> None:
    """Make keys for signing tokens, and tell them apart. Nothing is sent anywhere."""


@key.command()
@click.option(
    "--out",
    default="private.pem",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for the private half (mode 0600). The public half goes beside it: NAME.pub.pem.",
)
@as_json
def create(out: Path, *, as_json: bool) -> None:
    """Make a P-384 pair. Files that exist are never overwritten.

    The public half goes into publicKeyMaterial of an ivs:index:PublicKey; the private one to whoever signs.

    Exit code 1: a file exists or cannot be written; nothing is left behind.
    """
    with telling_failures(as_json=as_json):
        public = out.with_name(f"{out.stem}.pub.pem")
        pair = create_key_pair()
        _write(out, pair.private_pem, _OWNER_ONLY)
        try:
            _write(public, pair.public_pem, 0o644)
        except Refused:
            out.unlink()
            raise
    made = {"private": str(out), "public": str(public), "fingerprint": pair.fingerprint}
    _tell(made, as_json=as_json)


@key.command(name="fingerprint")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def show_fingerprint(file: Path, *, as_json: bool) -> None:
    """Print the fingerprint of a key, from either half.

    How AWS makes its fingerprints is documented nowhere: compare what this command says of two files.

    Exit code 1: FILE holds no P-384 key.
    """
    with telling_failures(as_json=as_json):
        try:
            found = fingerprint(file)
        except TokenRefused as refused:
            raise Refused(f"{file} {refused.problems[0].reason}") from refused
    if as_json:
        _tell({"fingerprint": found}, as_json=True)
    else:
        click.echo(found)


def _tell(told: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"format": "pulumi-ivs/key/1", **told}, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(f"{name:<8} {value}" for name, value in told.items()))


def _write(path: Path, text: str, mode: int) -> None:
    """Write a file that must not exist yet, with its mode from the first moment on."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise Refused(f"{path} exists and is not overwritten", "Choose another --out.") from error
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}", "Choose another --out.") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
