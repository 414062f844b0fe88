"""Wrong configuration is told where it stands, beside all else that is wrong with a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ivs_provider.cli.main import ivs
from tests.cli.projects import changes

if TYPE_CHECKING:
    from tests.cli.projects import Project
    from tests.rpc.world import World

FLAWED = """\
name: shop
runtime: yaml
resources:
  far:
    type: pulumi:providers:ivs
    properties: {region: moon, driftDetection: all}
  hall:
    type: ivs:index:Stage
    properties: {nam: hall}
  gate:
    type: ivs:index:Stage
    properties: {colour: red}
    options: {provider: "${far}"}
variables:
  there:
    fn::invoke: {function: ivs:index:listStages, arguments: {}, options: {provider: "${far}"}}
"""
TOLD = [
    "Pulumi.dev.yaml:2:14: configuration ivs: regio: is not known; did you mean region?",
    "Pulumi.yaml:6:18: far: region: must be a region such as us-west-2, not 'moon'",
    "Pulumi.yaml:9:18: hall: nam: is not known; did you mean name?",
    "Pulumi.yaml:12:18: gate: colour: is not known; ",
]


@pytest.mark.parametrize("command", [["plan"], ["drift"], ["apply", "--yes"], ["declare"]], ids=" ".join)
def test_wrong_configuration_is_told_with_its_place_and_beside_all_else(
    world: World, project: Project, command: list[str]
) -> None:
    project.write(FLAWED, dev="config:\n  ivs:regio: x\n")
    ended = CliRunner().invoke(ivs, command)
    assert (ended.exit_code, ended.stdout, changes(world)) == (1, "", {})
    first, *rest = ended.stderr.splitlines()
    assert first == "Error: the program cannot be used, 4 problems:"
    assert [line.strip()[: len(told)] for line, told in zip(rest, TOLD, strict=True)] == TOLD


UNKNOWN = """\
name: shop
runtime: yaml
resources:
  chance: {type: "random:index:RandomString", properties: {length: 3}}
  far:
    type: pulumi:providers:ivs
    properties: {region: "${chance.result}"}
  hall:
    type: ivs:index:Stage
    options: {provider: "${far}"}
"""


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]], ids=" ".join)
def test_a_provider_that_cannot_be_known_is_not_taken_for_another(
    world: World, project: Project, command: list[str]
) -> None:
    """Without its region, the one of the environment would be meant."""
    project.write(UNKNOWN, dev="config:\n  ivs:profile: {secure: v1:xxxx}\n")
    ended = CliRunner().invoke(ivs, command)
    assert (ended.exit_code, ended.stdout, changes(world)) == (1, "", {})
    first, *rest = ended.stderr.splitlines()
    assert first == "Error: the program cannot be used, 2 problems:"
    assert rest[0].strip().startswith("Pulumi.dev.yaml:2:16: configuration ivs: profile: cannot be known here")
    assert rest[1].strip().startswith("Pulumi.yaml:7:18: far: region: cannot be known here")


def test_a_destroy_tells_wrong_configuration_once(project: Project) -> None:
    project.write(FLAWED, dev="config:\n  ivs:regio: x\n")
    ended = CliRunner().invoke(ivs, ["destroy", "--yes"])
    assert (ended.exit_code, [line.strip() for line in ended.stderr.splitlines()[1:]]) == (1, TOLD[:2])


PYTHON = """\
import pulumi


class Stage(pulumi.CustomResource):
    def __init__(self, name, inputs, options):
        super().__init__("ivs:index:Stage", name, inputs, options)


far = pulumi.ProviderResource("ivs", "far", {"region": "moon"})
Stage("hall", {"nam": "hall"}, pulumi.ResourceOptions(provider=far))
"""


@pytest.mark.parametrize("command", [["plan"], ["declare"], ["policy", "plan"]], ids=" ".join)
def test_so_is_that_of_a_python_program(project: Project, command: list[str]) -> None:
    project.write("name: shop\nruntime: python\n", dev="config:\n  ivs:driftDetection: x\n")
    (project.directory / "__main__.py").write_text(PYTHON, encoding="utf-8")
    ended = CliRunner().invoke(ivs, [*command])
    places = [line.split()[0] for line in ended.stderr.splitlines()[1:]]
    judged = [] if command[0] == "policy" else ["__main__.py:10:1:"]
    assert (ended.exit_code, places) == (1, ["Pulumi.dev.yaml:2:23:", "__main__.py:9:1:", *judged])


def test_a_region_that_nobody_names_can_be_said_by_its_option(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    project.write()
    ended = CliRunner().invoke(ivs, ["plan"])
    assert ended.stderr.startswith("Error: no AWS region is known. Set it with")
    assert ended.stderr.endswith("On the command line, --region says it.\n")


def test_a_profile_that_is_not_there_is_named(project: Project) -> None:
    project.write()
    ended = CliRunner().invoke(ivs, ["plan", "--region", "eu-west-1", "--profile", "nope"])
    assert ended.stderr == (
        "Error: there is no AWS profile nope. Check ivs:profile and AWS_PROFILE against ~/.aws/config."
        " On the command line, --profile says it.\n"
    )
