"""`ivs invoke`: any function, from the command line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, cast

import click

from ivs_provider.cli.exit_codes import ExitCode
from ivs_provider.cli.failing import telling_failures
from ivs_provider.cli.options import Reach, reaching
from ivs_provider.functions import functions
from ivs_provider.model.function_type import FunctionType
from ivs_provider.model.schema import Shape
from ivs_provider.values import Secret, Tree, Value, concealed, reveal

_SUMMARY: Final = 90

EPILOG = """
\b
A value is text, or for members that are no text JSON; @FILE stands for what a file holds:
  ivs invoke getStage name=lobby
  ivs invoke createParticipantToken stageArn=arn:… duration=60 capabilities='["SUBSCRIBE"]'
  ivs invoke signParticipantToken stageArn=arn:… publicKeyArn=arn:… \\
      privateKeyFile=private.pem endpoints=@endpoints.json --json
  ivs invoke verifyToken token=@token.jwt publicKeyMaterial=@private.pub.pem

\b
Exit codes:
  0   done; for verifyToken: the token holds
  1   the call failed; for verifyToken: the token does not hold
  64  wrong arguments, or no such function: nothing was called
"""


@click.command(epilog=EPILOG)
@click.argument("name", required=False)
@click.argument("arguments", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, secrets and all.")
@click.option("--show-secrets", is_flag=True, help="Print tokens and keys in text output, too.")
@click.option("--stack", default="", metavar="PROJECT/STACK", help="Stack whose compositions startComposition finds.")
@reaching
def invoke(  # noqa: PLR0913 -- one argument for each option
    name: str | None, arguments: tuple[str, ...], *, as_json: bool, show_secrets: bool, stack: str, reach: Reach
) -> None:
    """Run one function of the package; without NAME, list them.

    The same functions that programs call: docs/reference/functions says what each takes and answers.
    """
    if name is None:
        click.echo(_listing())
        return
    function = functions().get(name)
    if function is None:
        raise click.UsageError(f"there is no function {name}; there are {', '.join(functions())}")
    given = _parsed(function, arguments)
    with telling_failures(as_json=as_json):
        result = _run(function, given, stack, reach)
    # Whoever asks for JSON hands it on to a program: a mask would be taken for a token.
    shown = reveal(result) if as_json or show_secrets else concealed(result)
    click.echo(json.dumps(shown, indent=2, ensure_ascii=False) if as_json else "\n".join(_lines(cast("Tree", shown))))
    if result.get("valid") is False:
        sys.exit(ExitCode.FAILED)


def _run(function: FunctionType, given: Tree, stack: str, reach: Reach) -> Tree:
    from ivs_provider.cli.accounts import Accounts
    from ivs_provider.functions.calling import Caller
    from ivs_provider.functions.invoking import invoke as run
    from ivs_provider.planning.declaration import ProviderArguments

    account = Accounts(reach, os.environ).of(ProviderArguments()).account
    invoked = run(function, given, Caller(account, stack))
    if invoked.problems:
        raise click.UsageError("\n".join(map(str, invoked.problems)))
    return invoked.result


def _parsed(function: FunctionType, arguments: Iterable[str]) -> Tree:
    given: Tree = {}
    for argument in arguments:
        key, equals, text = argument.partition("=")
        if not equals:
            raise click.UsageError(f"{argument!r} is no KEY=VALUE")
        if key in given:
            raise click.UsageError(f"{key} is given twice")
        given[key] = _value(function.arguments.member(key), key, _from_file(text))
    return given


def _from_file(text: str) -> str:
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{text[1:]} cannot be read: {getattr(error, 'strerror', 'it is no text')}") from error


def _value(shape: Shape | None, key: str, text: str) -> Value:
    if shape is None or shape.type == "string":
        value: Value = text.rstrip("\n") if shape and not shape.text("contentMediaType") else text
        return Secret(value) if shape and shape.flag("secret") else value
    try:
        parsed: Any = json.loads(text)
    except ValueError as error:
        raise click.UsageError(f"{key} takes {shape.type} as JSON, not {text[:40]!r}") from error
    return cast("Value", parsed)


def _listing() -> str:
    width = max(map(len, functions()))
    rows = [f"{name:<{width}}  {_first_words(function.description)}" for name, function in functions().items()]
    return "\n".join(rows)


def _first_words(text: str) -> str:
    sentence = text.split(": ", maxsplit=1)[0].split(". ", maxsplit=1)[0].rstrip(".")
    return sentence if len(sentence) <= _SUMMARY else f"{sentence[:_SUMMARY]}…"


def _lines(tree: Tree, indent: str = "") -> Iterable[str]:
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{key}"
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            for index, item in enumerate(value):
                yield f"{indent}{key}[{index}]"
                yield from _lines(item, f"{indent}  ") if isinstance(item, dict) else [f"{indent}  {item}"]
        else:
            yield f"{indent}{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
