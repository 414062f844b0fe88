"""What is generated: fresh, found out where it is stale, and a package schema that Pulumi's rules allow."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ivs_provider import config
from ivs_provider.model import schema
from ivs_provider.resources import registry

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("docs/reference", "provider", "schemas", "tools/generating", "tools/generate.py", "pyproject.toml")

# Pulumi's own rules (facts/pulumi.md 3.5).
TOKEN = re.compile(r"^[a-zA-Z][-a-zA-Z0-9_]*:([^0-9][a-zA-Z0-9._/-]*)?:[^0-9][a-zA-Z0-9._/]*$")
RESERVED_PROPERTIES = {"id", "urn", "pulumi"}
RESERVED_SETTINGS = {"version", "pulumi", "pluginDownloadURL"}


@pytest.fixture(scope="module")
def package() -> dict[str, Any]:
    """The package schema as it is in the repository."""
    document: dict[str, Any] = json.loads((ROOT / "schemas/generated/package.json").read_text(encoding="utf-8"))
    return document


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of everything that takes part in generating."""
    for name in NEEDED:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path


def generate(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the generator of one checkout with that checkout's own provider."""
    return subprocess.run(
        [sys.executable, str(root / "tools/generate.py"), *arguments],
        env=os.environ | {"PYTHONPATH": str(root / "provider")},
        capture_output=True,
        text=True,
        check=False,
    )


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a JSON file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def test_generated_files_are_fresh() -> None:
    """What stands in the repository is what the schemas make."""
    checked = generate(ROOT, "--check")
    assert (checked.returncode, checked.stderr) == (0, "")


def test_an_altered_schema_makes_its_files_stale(copied: Path) -> None:
    """The check names each file that the change reaches, and no other; generating again repairs it."""
    edit(
        copied / "schemas/public_key.json", lambda node: node["properties"]["fingerprint"].update(description="Other.")
    )
    checked = generate(copied, "--check")
    assert checked.returncode == 1
    assert checked.stderr.splitlines() == [
        "stale: schemas/generated/package.json",
        "stale: docs/reference/resources/public_key.md",
        "stale: docs/reference/functions/look_ups.md",
        "Generated files are not what they are generated from: make generate",
    ]
    assert generate(copied).returncode == 0
    assert generate(copied, "--check").returncode == 0


def test_a_missing_and_a_left_over_page_are_named(copied: Path) -> None:
    """The page of a type that went is removed; a page that a person wrote is let be."""
    reference = copied / "docs/reference"
    (reference / "quotas.md").rename(reference / "resources/gone.md")
    (reference / "mine.md").write_text("# Mine\n", encoding="utf-8")
    assert generate(copied, "--check").stderr.splitlines()[:2] == [
        "stale: docs/reference/quotas.md",
        "left over: docs/reference/resources/gone.md",
    ]
    assert generate(copied).returncode == 0
    assert (reference / "quotas.md").exists()
    assert not (reference / "resources/gone.md").exists()
    assert (reference / "mine.md").exists()


def test_two_shapes_of_one_name_are_refused(copied: Path) -> None:
    """Types of the package share one room: the second of a name would silently be the first."""
    edit(
        copied / "schemas/encoder_configuration.json",
        lambda node: node["properties"]["video"].update(title="StageEndpoints"),
    )
    assert "two different shapes are called StageEndpoints" in generate(copied, "--check").stderr


def test_nothing_of_this_machine_shows(copied: Path) -> None:
    """The same files from anywhere, in whatever order they are found: no path, time or hash of one machine in them."""
    for name in ("schemas/generated", "docs/reference"):
        shutil.rmtree(copied / name)
    assert generate(copied).returncode == 0
    for path in [path for name in ("schemas/generated", "docs/reference") for path in (copied / name).rglob("*.*")]:
        assert path.read_bytes() == (ROOT / path.relative_to(copied)).read_bytes()
        assert path.read_bytes().endswith(b"\n")


# --- The package schema ---------------------------------------------------------------------------------------------


def walk(node: object) -> Iterator[dict[str, Any]]:
    """Every object in a JSON document."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def test_every_reference_resolves_and_every_type_is_used(package: dict[str, Any]) -> None:
    """A dangling reference stops every SDK generator; an unused type is noise in all of them."""
    references = {node["$ref"] for node in walk(package) if "$ref" in node}
    assert references == {f"#/types/{token}" for token in package["types"]}


def test_tokens_are_valid(package: dict[str, Any]) -> None:
    """Types are named as in the service's model, in one module."""
    assert list(package["resources"]) == list(registry())
    tokens = [*package["resources"], *package["types"]]
    assert [token for token in tokens if not TOKEN.match(token) or not token.startswith("ivs:index:")] == []


def test_no_name_is_reserved(package: dict[str, Any]) -> None:
    """Pulumi refuses them, or warns, or hides what a program sets."""
    named = [set(each["properties"]) | set(each["inputProperties"]) for each in package["resources"].values()]
    nested = [set(each.get("properties", {})) for each in package["types"].values()]
    assert not set().union(*named) & RESERVED_PROPERTIES
    assert not set().union(*nested) & (RESERVED_PROPERTIES - {"id", "urn"})  # those two only a resource has
    assert not set(package["provider"]["inputProperties"]) & RESERVED_SETTINGS


def test_secrets_are_marked(package: dict[str, Any]) -> None:
    """Typed by hand: what must never be in clear. SDKs look at the top level alone."""
    marked = {
        f"{token.rpartition(':')[2]}.{name}"
        for token, each in package["resources"].items()
        for name, node in (each["properties"] | each["inputProperties"]).items()
        if node.get("secret")
    }
    assert marked == {"IngestConfiguration.streamKey", "IngestConfiguration.redundantIngestCredentials"}
    assert package["types"]["ivs:index:RedundantIngestCredential"]["properties"]["streamKey"]["secret"] is True
    settings = {name for name, node in package["provider"]["inputProperties"].items() if node.get("secret")}
    assert settings == {"assumeRole"}  # for its externalId


def test_what_is_always_there(package: dict[str, Any]) -> None:
    """Typed by hand: an output that is promised and missing breaks typed programs."""
    assert {token.rpartition(":")[2]: each["required"] for token, each in package["resources"].items()} == {
        "EncoderConfiguration": ["arn"],
        "IngestConfiguration": ["arn", "ingestProtocol", "participantId", "stageArn", "state", "streamKey"],
        "PublicKey": ["arn", "publicKeyMaterial"],
        "Stage": ["arn"],
        "StorageConfiguration": ["arn", "s3"],
    }
    assert {token.rpartition(":")[2]: each["requiredInputs"] for token, each in package["resources"].items()} == {
        "EncoderConfiguration": [],
        "IngestConfiguration": ["ingestProtocol"],
        "PublicKey": ["publicKeyMaterial"],
        "Stage": [],
        "StorageConfiguration": ["s3"],
    }


def test_what_replaces_is_marked(package: dict[str, Any]) -> None:
    """Typed by hand from the service's API: only two update calls exist."""
    replacing = {
        token.rpartition(":")[2]: sorted(
            name for name, node in each["inputProperties"].items() if node.get("willReplaceOnChanges")
        )
        for token, each in package["resources"].items()
    }
    assert replacing == {
        "EncoderConfiguration": ["name", "video"],
        "IngestConfiguration": ["attributes", "ingestProtocol", "insecureIngest", "name", "userId"],
        "PublicKey": ["name", "publicKeyMaterial"],
        "Stage": [],
        "StorageConfiguration": ["name", "s3"],
    }
    settings = package["provider"]["inputProperties"]
    assert [name for name, node in settings.items() if node.get("willReplaceOnChanges")] == ["region"]


def test_every_input_is_an_output_and_nothing_refused_is_either(package: dict[str, Any]) -> None:
    """A program can read back what it set; what is not accepted is not offered."""
    for each in package["resources"].values():
        assert set(each["inputProperties"]) < set(each["properties"])
    assert "participantTokenConfigurations" not in json.dumps(package)


def test_sdks_write_no_defaults_into_programs(package: dict[str, Any]) -> None:
    """What a program does not say is AWS's business: a default here would be sent, and then drift."""
    assert not [node for node in walk(package) if "default" in node and "description" in node]


def test_enums_take_strings_in_every_language(package: dict[str, Any]) -> None:
    """Values are offered, a plain string stays valid; the provider's settings are strings (SDKs send JSON else)."""
    unions = [node for node in walk(package) if "oneOf" in node]
    assert len(unions) >= 4
    for union in unions:
        plain, enum = union["oneOf"]
        assert plain == {"type": "string"}
        assert package["types"][enum["$ref"].removeprefix("#/types/")]["type"] == "string"
    assert not [node for node in walk([package["provider"], package["config"]]) if "oneOf" in node]
    outputs = package["resources"]["ivs:index:IngestConfiguration"]["properties"]
    assert outputs["state"]["type"] == outputs["ingestProtocol"]["type"] == "string"
    assert "oneOf" not in outputs["ingestProtocol"]


def test_everything_is_described(package: dict[str, Any]) -> None:
    """Editors and the registry show nothing else."""
    documented = [package, package["provider"], *package["resources"].values(), *package["types"].values()]
    properties = [node for each in walk(package) for node in each.get("properties", {}).values() if "type" in each]
    assert [each for each in [*documented, *properties] if not each.get("description")] == []


def test_settings_that_are_no_text_are_read_as_json() -> None:
    """SDKs and ``pulumi config set`` send everything but strings as JSON text; ``config`` must know which."""
    settings = schema.load("provider").properties
    assert {name for name, shape in settings.items() if shape.type != "string"} == set(config._STRUCTURED)


def test_the_package_has_the_version_of_the_project(package: dict[str, Any]) -> None:
    """The plugin and its schema are one release."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (package["name"], package["version"]) == ("ivs", project["version"])


# --- The pages ------------------------------------------------------------------------------------------------------


def test_every_link_between_pages_leads_somewhere() -> None:
    """Relative links alone: others are not ours to hold."""
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in (ROOT / "docs/reference").rglob("*.md")
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert broken == []


def test_permissions_name_what_aws_asks_for() -> None:
    """Typed by hand (facts/ivs.md 2.8 and 6): creates with tags, lists without them, the bucket's policy."""
    text = (ROOT / "docs/reference/permissions.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    verbs = [set(re.findall("`(.*?)`", row[2])) for row in rows if len(row) == 3 and row[1] == "create"]
    assert [actions for actions in verbs if "ivs:TagResource" not in actions] == []
    bucket = {"s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:PutBucketPolicy"}
    assert [actions for actions in verbs if "ivs:CreateStorageConfiguration" in actions and actions >= bucket]
    assert "| delete | `ivs:DeleteStorageConfiguration`, `s3:DeleteBucketPolicy`" in text
    assert "`ivs:ListIngestConfigurations`, `ivs:ListTagsForResource` |" in text
    assert "ivsrealtime:" not in text
