"""Reading what is posted to the admin interface: every member known, of the right type, or refused in words."""

from collections.abc import Mapping
from typing import Any

from ivs_emulator.records import Record


class WishError(Exception):
    """Something that can't happen; carries the HTTP status, and one word for programs where there is one."""

    def __init__(self, status: int, message: str, reason: str | None = None) -> None:
        """Keep the status and the word beside the text."""
        super().__init__(message)
        self.status = status
        self.reason = reason


class Wish:
    """A posted object whose members are taken one by one."""

    def __init__(self, body: Record, known: Mapping[str, type | tuple[type, ...]]) -> None:
        """Check that every member is known and has its type; null is the same as absent.

        Raises:
            WishError: naming the member.
        """
        for name, value in body.items():
            types = known.get(name)
            is_number = types in {int, float, (int, float)}
            if types is None or (value is not None and (not isinstance(value, types) or (is_number and value is True))):
                takes = ", ".join(known)
                raise WishError(400, f"{name} is unknown here or of a wrong type; members: {takes}")
        self._body = {name: value for name, value in body.items() if value is not None}

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  (the types are checked above)
        """Answer a member, or a default."""
        return self._body.get(name, default)

    def need(self, name: str) -> Any:  # noqa: ANN401  (as above)
        """Answer a member that must be there.

        Raises:
            WishError: if it isn't.
        """
        if name not in self._body:
            raise WishError(400, f"{name} is missing")
        return self._body[name]

    def one_of(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """Answer a member that must have one of certain values.

        Raises:
            WishError: if it has another.
        """
        value = self.get(name, default)
        if value not in choices:
            raise WishError(400, f"{name} must be one of {', '.join(choices)}")
        return str(value)
