"""`ivs key`: the P-384 keys by which tokens are signed and checked."""

import os
from pathlib import Path

import click

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
def create(out: Path) -> None:
    """Make a P-384 pair. Files that exist are never overwritten.

    The public half goes into publicKeyMaterial of an ivs:index:PublicKey; the private one to whoever signs.

    Exit code 1: a file exists or cannot be written; nothing is left behind.
    """
    public = out.with_name(f"{out.stem}.pub.pem")
    pair = create_key_pair()
    _write(out, pair.private_pem, _OWNER_ONLY)
    try:
        _write(public, pair.public_pem, 0o644)
    except click.ClickException:
        out.unlink()
        raise
    click.echo(f"private  {out}\npublic   {public}\n{'fingerprint'} {pair.fingerprint}")


@key.command(name="fingerprint")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def show_fingerprint(file: Path) -> None:
    """Print the fingerprint of a key, from either half.

    How AWS makes its fingerprints is documented nowhere: compare what this command says of two files.

    Exit code 1: FILE holds no P-384 key.
    """
    try:
        click.echo(fingerprint(file))
    except TokenRefused as refused:
        raise click.ClickException(f"{file} {refused.problems[0].reason}") from refused


def _write(path: Path, text: str, mode: int) -> None:
    """Write a file that must not exist yet, with its mode from the first moment on."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise click.ClickException(f"{path} exists and is not overwritten; choose another --out") from error
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
