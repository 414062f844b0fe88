"""Declarations of each resource type, generated from ``schemas/``, and what tells two of them apart.

Both are the tests' own reading of the schema files: neither the provider's `Shape` nor its comparison is used.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]
Tree = dict[str, Any]
Path_ = tuple[str, ...]

MORE = int(os.environ.get("IVS_EXAMPLES", "1"))
"""How many times the usual number of examples: IVS_EXAMPLES=20 for a long look."""
SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
FILES = {
    "EncoderConfiguration": "encoder_configuration",
    "IngestConfiguration": "ingest_configuration",
    "PublicKey": "public_key",
    "Stage": "stage",
    "StorageConfiguration": "storage_configuration",
}
KINDS = sorted(FILES)
RECORDING = "autoParticipantRecordingConfiguration"

# Made with: openssl ecparam -name secp384r1 -genkey -noout | openssl ec -pubout
KEYS = (
    (
        "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEA1drKEnbaPsCmZBXt20fQfmTh94x7/IN\n"
        "BNH30/XPlfWX0fTYD+ifT/JmbxJLQoZI9BBwQcbUXY+V+ni1F8I/nlBKoLvniIa5\n"
        "crtjPUmh6joCdBuK8KjBwwKO0Ii95vG6"
    ),
    (
        "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE4wxSuubLskNzs05swEu7gGBZGRjlWW1Z\n"
        "jvH1eW1sP3QX9FWeOV4eSr4db1IRHKswKXUW/kN55oiiOO7hSuKXKUWNm8bKNwh2\n"
        "JnV1QRrJ5kUzyAZ+gwEU3UsWWKh8caUw"
    ),
    (
        "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEzWvhO7S8vkQ8fGqDUObSLRc9xcFhuL55\n"
        "bxNurmGbNW/TJr6nlR7NI0eGcWhKXmQNzXIal0kGdCOMH+m/RguBDa07pXTu7z9j\n"
        "SPIIrG3xnAfKhXcXbdmo9tk1j61vHVTZ"
    ),
)
# The same key as a file of Unix, of Windows, and without the last line break.
WRITTEN = ("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----{}", "\r\n", "\n", "")


def read_schema(kind: str) -> Schema:
    """The schema of a type with its references replaced."""
    definitions = json.loads((SCHEMAS / "definitions.json").read_text(encoding="utf-8"))["$defs"]

    def inline(node: Any) -> Any:
        if isinstance(node, list):
            return [inline(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            node = definitions[node["$ref"].rpartition("/")[2]] | {k: v for k, v in node.items() if k != "$ref"}
        return {key: inline(value) for key, value in node.items()}

    schema: Schema = inline(json.loads((SCHEMAS / f"{FILES[kind]}.json").read_text(encoding="utf-8")))
    return schema


SCHEMA = {kind: read_schema(kind) for kind in KINDS}


def inputs_of(schema: Schema) -> dict[str, Schema]:
    """The members that a program may declare."""
    members = schema.get("properties", {})
    return {name: member for name, member in members.items() if not member.get("readOnly") and "refused" not in member}


def declarations(kind: str, arns: dict[str, list[str]] | None = None) -> st.SearchStrategy[Tree]:
    """Valid declarations; members named in `arns` take their value from there, since AWS wants them to exist."""
    drawn = _objects(SCHEMA[kind], arns or {})
    return drawn.map(lambda tree: _kept_to_the_rules(kind, tree)).filter(lambda tree: _is_possible(kind, tree))


def changed(kind: str, tree: Tree, arns: dict[str, list[str]] | None = None) -> st.SearchStrategy[Tree]:
    """A declaration near another one: some top-level members are drawn anew, most stay."""
    return declarations(kind, arns).flatmap(
        lambda other: st.sets(st.sampled_from(sorted({*tree, *other} or {"name"})), max_size=2).map(
            lambda names: _mixed(kind, tree, other, names)
        )
    )


def updated(kind: str, tree: Tree, other: Tree) -> Tree:
    """The other declaration with everything that only a replacement could change as it is in the first."""
    fixed = {name for name, member in inputs_of(SCHEMA[kind]).items() if member.get("createOnly")}
    both = {name: value for name, value in other.items() if name not in fixed}
    return both | {name: value for name, value in tree.items() if name in fixed}


def _mixed(kind: str, tree: Tree, other: Tree, names: set[str]) -> Tree:
    mixed = {name: value for name, value in tree.items() if name not in names}
    mixed |= {name: other[name] for name in names if name in other}
    required = {name: tree[name] for name in SCHEMA[kind].get("required", ()) if name not in mixed}
    return _kept_to_the_rules(kind, mixed | required)


def _values(schema: Schema, name: str, arns: dict[str, list[str]]) -> st.SearchStrategy[Any]:
    if name in arns:
        return st.sampled_from(["", *arns[name]])
    if name == "publicKeyMaterial":
        return st.builds(_pem, st.sampled_from(KEYS), st.sampled_from(WRITTEN[1:3]), st.booleans())
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    drawn: st.SearchStrategy[Any] = _BY_TYPE[schema["type"]](schema, arns)
    return drawn


def _pem(key: str, line_break: str, has_last: bool) -> str:
    return WRITTEN[0].format(key, "\n" if has_last else "").replace("\n", line_break)


def _numbers(schema: Schema, _arns: dict[str, list[str]]) -> st.SearchStrategy[float]:
    return st.floats(schema["minimum"], schema["maximum"]).map(lambda number: round(number, 2))


def _integers(schema: Schema, _arns: dict[str, list[str]]) -> st.SearchStrategy[int]:
    step = schema.get("multipleOf", 1)
    return st.integers(schema["minimum"] // step, schema["maximum"] // step).map(lambda number: number * step)


def _strings(schema: Schema, _arns: dict[str, list[str]]) -> st.SearchStrategy[str]:
    longest = schema.get("maxLength", 128)
    if "pattern" in schema:
        drawn: st.SearchStrategy[Any] = st.from_regex(schema["pattern"], fullmatch=True)
        return drawn.filter(lambda text: schema.get("minLength", 0) <= len(text) <= longest)
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=min(longest, 20))


def _arrays(schema: Schema, arns: dict[str, list[str]]) -> st.SearchStrategy[list[Any]]:
    items = _values(schema["items"], "", arns)
    return st.lists(items, max_size=schema["maxItems"], unique=bool(schema.get("uniqueItems")))


def _objects(schema: Schema, arns: dict[str, list[str]]) -> st.SearchStrategy[Tree]:
    if "properties" not in schema:
        return _maps(schema, arns)
    members = {name: _values(member, name, arns) for name, member in inputs_of(schema).items()}
    required = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: drawn for name, drawn in members.items() if name in required},
        optional={name: drawn for name, drawn in members.items() if name not in required},
    )


def _maps(schema: Schema, arns: dict[str, list[str]]) -> st.SearchStrategy[Tree]:
    odd = st.sampled_from(["__x", "a b", "a.b", "a[0]", 'a"b', "a'b", "*", "0", "root", "é", "a:b/c=d+e-f@g"])
    keys = st.one_of(odd, st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
    free = keys.filter(lambda key: not key.lower().startswith("aws:") and not key.startswith("pulumi-ivs:"))
    return st.dictionaries(free, _values(schema["additionalProperties"], "", arns), max_size=4)


_BY_TYPE: dict[str, Any] = {
    "array": _arrays,
    "boolean": lambda *_: st.booleans(),
    "integer": _integers,
    "number": _numbers,
    "object": _objects,
    "string": _strings,
}


def _kept_to_the_rules(kind: str, tree: Tree) -> Tree:
    """What a program must say together, by the API's text (facts/ivs.md 2.5)."""
    if kind == "IngestConfiguration" and tree["ingestProtocol"] == "RTMP":
        return {**tree, "insecureIngest": True}
    recording = tree.get(RECORDING, {})
    thumbnails = recording.get("thumbnailConfiguration", {})
    if "targetIntervalSeconds" in thumbnails and thumbnails.get("recordingMode") != "INTERVAL":
        kept = {name: value for name, value in thumbnails.items() if name != "targetIntervalSeconds"}
        return {**tree, RECORDING: {**recording, "thumbnailConfiguration": kept}}
    return tree


def _is_possible(kind: str, tree: Tree) -> bool:
    if kind != "EncoderConfiguration":
        return True
    video = tree.get("video", {})
    return bool(video.get("width", 1280) * video.get("height", 720) <= 2_073_600)


# --- What tells two declarations apart -------------------------------------------------------------------------------


def expected(kind: str, left: Tree, right: Tree) -> set[Path_]:
    """The paths in which two declarations differ to AWS, by the tests' own definition."""
    return set(_apart(SCHEMA[kind], _accepted(left), _accepted(right), ()))


def _accepted(tree: Tree) -> Tree:
    """Switched off by an empty ARN, recording says nothing else (API reference)."""
    if tree.get(RECORDING, {}).get("storageConfigurationArn") == "":
        return {**tree, RECORDING: {}}
    return tree


def _apart(schema: Schema, left: Any, right: Any, path: Path_) -> list[Path_]:
    left, right = _meant(schema, left), _meant(schema, right)
    if schema["type"] == "object":
        members: dict[str, Schema] = schema.get("properties") or dict.fromkeys(
            {*left, *right}, schema["additionalProperties"]
        )
        places = [
            _apart(member, left.get(name), right.get(name), (*path, name))
            for name, member in members.items()
            if name in left or name in right
        ]
        return [place for found in places for place in found]
    return [path] if left != right else []


def _meant(schema: Schema, value: Any) -> Any:
    if schema["type"] == "object":
        return {} if value is None else value
    if value is None:
        return schema.get("default")
    if schema["type"] == "array":
        return sorted(value or schema["default"])
    return "".join(value.split()) if "contentMediaType" in schema else value
