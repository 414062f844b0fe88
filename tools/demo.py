#!/usr/bin/env python3
"""The whole story on the screen, on this machine alone: `make demo`.

Starts the emulator on loopback, keeps Pulumi's state in a temporary directory, and runs the root `Pulumi.yaml` on the
real engine: preview, up, drift made behind Pulumi's back, its repair, destroy. Leaves nothing behind. Exit codes: 0 the
story went as told, 1 it did not.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

import engine

ROOT = Path(__file__).resolve().parent.parent
STACK = "demo-on-emulator"
REGION = "eu-west-1"
LISTS = ("stages", "storage_configurations", "encoder_configurations", "ingest_configurations", "public_keys")
DRIFTED = {"alice": "update", "bob": "update", "landscape": "update", "stage": "create"}

NEXT = """\
What to try next:
  - a stack of your own that stays, step by step: docs/start.md;
  - keep an emulator running, `.venv/bin/ivs emulator`, and point your own program, the AWS CLI or any SDK at it:
    `.venv/bin/ivs emulator --help` tells how;
  - against AWS: the same Pulumi.yaml without AWS_ENDPOINT_URL_IVS_REALTIME (README.md, "What it has not met")."""


class StoryError(Exception):
    """A step did not go as told."""


@dataclass(frozen=True)
class Screen:
    """Where the story is told; colour only on a terminal."""

    colour: bool

    def chapter(self, title: str, why: str = "") -> None:
        """Begin a step."""
        bold, plain = ("\033[1;36m", "\033[0m") if self.colour else ("", "")
        print(f"\n{bold}== {title}{plain}", flush=True)
        if why:
            print(f"   {why}", flush=True)

    def shell(self, words: Sequence[str]) -> None:
        """Show a command that is about to run."""
        print(f"   $ {' '.join(words)}\n", flush=True)


@dataclass(frozen=True)
class Story:
    """One telling: an emulator, a temporary backend, and the commands that run against them."""

    screen: Screen
    environment: dict[str, str]

    def pulumi(self, *words: str, quiet: bool = False) -> None:
        """Run one command of the engine, shown as a person would type it.

        Raises:
            StoryError: It failed.
        """
        command = ["pulumi", *words]
        if not quiet:
            self.screen.shell([word for word in command if word not in ("--non-interactive", "--suppress-progress")])
        output = subprocess.DEVNULL if quiet else None
        if subprocess.run(command, cwd=ROOT, env=self.environment, stdout=output, check=False).returncode:
            raise StoryError(f"{' '.join(command)} failed")

    def planned(self) -> dict[str, str]:
        """What a preview proposes: operation by logical name, without what stays the same."""
        command = ["pulumi", "preview", "--json", "--stack", STACK, "--non-interactive"]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True)
        steps = json.loads(done.stdout)["steps"]
        return {step["urn"].rpartition("::")[2]: step["op"] for step in steps if step["op"] not in ("same", "refresh")}

    def aws(self) -> Any:  # noqa: ANN401 -- boto3 makes its clients at run time
        """A plain client of the account, as any other tool has it."""
        session = boto3.Session(
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )
        return session.client("ivs-realtime", endpoint_url=self.environment["AWS_ENDPOINT_URL_IVS_REALTIME"])


def main() -> int:
    """Tell it once."""
    screen = Screen(sys.stdout.isatty())
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="pulumi-ivs-demo-") as scratch, emulator() as endpoint:
            tell(Story(screen, environment(Path(scratch), endpoint)))
    except (StoryError, engine.EngineError, subprocess.CalledProcessError) as error:
        print(f"\nThe demo stopped: {error}", file=sys.stderr)
        return 1
    print(f"\nTold in {time.monotonic() - began:.0f} s. Nothing is left running.\n\n{NEXT}")
    return 0


def tell(story: Story) -> None:
    """The steps, in order."""
    common = ("--stack", STACK, "--non-interactive")
    quietly = (*common, "--suppress-progress")
    chapter = story.screen.chapter
    Path(ROOT, f"Pulumi.{STACK}.yaml").unlink(missing_ok=True)  # of a demo that was killed: its state is gone too
    story.pulumi("stack", "init", STACK, quiet=True)
    try:
        chapter("Preview", "What would this program make? Nothing exists yet, nothing is called.")
        story.pulumi("preview", *common)
        chapter("Up", "Make it: one call for each resource.")
        story.pulumi("up", "--yes", "--skip-preview", *quietly)
        chapter("Preview again", "Reads the account; nothing has changed.")
        story.pulumi("preview", "--expect-no-changes", *common)
        make_drift(story)
        chapter("Preview", "A plain preview sees what happened, and nothing else.")
        story.pulumi("preview", "--diff", *common)
        if (planned := story.planned()) != DRIFTED:
            raise StoryError(f"the preview should propose {DRIFTED}, and proposes {planned}")
        chapter("Up", "Repair it.")
        story.pulumi("up", "--yes", "--skip-preview", *quietly)
        story.pulumi("preview", "--expect-no-changes", *common, quiet=True)
        chapter("Outputs", "Stream keys are secrets: encrypted in the state, masked on the screen.")
        story.pulumi("stack", "output", *common)
        chapter("Destroy")
        story.pulumi("destroy", "--yes", "--skip-preview", *quietly)
        prove_empty(story)
    finally:
        story.pulumi("stack", "rm", STACK, "--yes", "--force", "--non-interactive", quiet=True)


def make_drift(story: Story) -> None:
    """Change the account as a colleague in the console would."""
    story.screen.chapter("Behind Pulumi's back", "A colleague edits a tag and deletes the stage (plain boto3).")
    aws = story.aws()
    encoders, stages = aws.list_encoder_configurations()["encoderConfigurations"], aws.list_stages()["stages"]
    named = {each["tags"].get("pulumi-ivs:name"): each for each in (*encoders, *stages)}
    if not {"landscape", "stage"} <= named.keys():
        raise StoryError("the story needs an encoder configuration `landscape` and a stage `stage` in Pulumi.yaml")
    encoder, stage = named["landscape"], named["stage"]
    print(f"   tag_resource({encoder['arn']!r}, {{'team': 'nobody'}})\n   delete_stage({stage['arn']!r})")
    aws.tag_resource(resourceArn=encoder["arn"], tags={"team": "nobody"})
    aws.delete_stage(arn=stage["arn"])


def prove_empty(story: Story) -> None:
    """Ask the account itself, by plain boto3."""
    story.screen.chapter("The account is empty")
    aws, left = story.aws(), 0
    for kind in LISTS:
        answer = getattr(aws, f"list_{kind}")()
        found = sum(len(value) for value in answer.values() if isinstance(value, list))
        left += found
        print(f"   list_{kind}: {found}")
    if left:
        raise StoryError(f"{left} resources are left in the account")


def environment(scratch: Path, endpoint: str) -> dict[str, str]:
    """A backend, a home and an account of the demo's own; nothing of the user's is read."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PULUMI_"))}
    (scratch / "state").mkdir()
    return engine.environment(kept) | {
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "emulator",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_IVS_REALTIME": endpoint,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PULUMI_BACKEND_URL": f"file://{scratch / 'state'}",
        "PULUMI_HOME": str(scratch / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "demo",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


@contextlib.contextmanager
def emulator() -> Iterator[str]:
    """An emulator for as long as the story takes; its first line is its URL."""
    command = [str(Path(sys.executable).parent / "ivs"), "emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            endpoint = process.stdout.readline().strip() if process.stdout else ""
            if not endpoint:
                raise StoryError("the emulator did not start")
            urllib.request.urlopen(f"{endpoint}/_admin/health", timeout=10).close()  # noqa: S310 -- our own loopback URL
            yield endpoint
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
