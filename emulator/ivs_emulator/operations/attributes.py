"""The limit on application-provided attributes, which the model states in prose only."""

from collections.abc import Iterator

from ivs_emulator.limits import ATTRIBUTE_BYTES
from ivs_emulator.records import Record
from ivs_emulator.validation import Violation


def too_large(attributes: Record, path: str) -> Iterator[Violation]:
    """Refuse attributes whose keys and values take more than the limit together, in UTF-8."""
    # JSON can carry half of a surrogate pair, which has no UTF-8 and must not break the count.
    texts = (text for pair in attributes.items() for text in pair)
    size = sum(len(text.encode(errors="surrogatepass")) for text in texts)
    if size > ATTRIBUTE_BYTES:
        yield Violation(path, f"Attributes must have at most {ATTRIBUTE_BYTES} bytes in total")
