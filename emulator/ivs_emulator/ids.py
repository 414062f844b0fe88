"""Identifiers in the forms that AWS shows in its examples, from a source of randomness that is given."""

import string
from random import Random  # noqa: TID251  (the type of an argument)
from typing import Final
from uuid import UUID

_ALPHANUMERIC: Final = string.ascii_letters + string.digits
_LOWER: Final = string.ascii_lowercase + string.digits


class Ids:
    """Makes identifiers; a seeded source makes the same ones again, which some tests want."""

    def __init__(self, source: Random) -> None:
        """Take the randomness from outside: secrets want the system's, tests want a seed."""
        self._source = source

    def text(self, length: int) -> str:
        """Answer letters and digits, as in resource ids and stream keys."""
        return "".join(self._source.choices(_ALPHANUMERIC, k=length))

    def resource(self) -> str:
        """Answer the last part of an ARN: twelve letters and digits."""
        return self.text(12)

    def session(self) -> str:
        """Answer a stage session id: exactly sixteen characters, the prefix included."""
        return f"st-{self.text(13)}"

    def host(self) -> str:
        """Answer the first label of a host name, which knows no upper case."""
        return "".join(self._source.choices(_LOWER, k=12))

    def request(self) -> str:
        """Answer a request id, a UUID as AWS sends in `x-amzn-RequestId`."""
        return str(UUID(int=self._source.getrandbits(128), version=4))

    def number(self, bits: int) -> int:
        """Answer a number of so many random bits, for keys."""
        return self._source.getrandbits(bits)
