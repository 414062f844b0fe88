"""What commands print as JSON, held to the schema that is promised for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas/cli"


def document(schema: str, printed: str) -> Any:
    """Read what was printed; fail where it is not as ``schemas/cli/SCHEMA.json`` promises."""
    promised = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(promised)
    read = json.loads(printed)
    assert [f"{error.json_path}: {error.message}" for error in Draft202012Validator(promised).iter_errors(read)] == []
    return read
