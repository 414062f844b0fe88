"""The one name for a JSON object, because everything on this wire is one."""

from typing import Any

Record = dict[str, Any]
"""A JSON object as received, stored or answered; member names are AWS's own."""
