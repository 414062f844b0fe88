"""What of a stored record goes into an answer.

Records are stored richer than any answer (write-only members, flags of the emulator's own). Which
members Get and List show is the model's statement, so the difference between them is nowhere in code.
"""

from ivs_emulator.service_model import Shape

MASK = "***"
"""What the admin interface shows in place of a secret."""


def project(shape: Shape, value: object) -> object:
    """Keep of a value what the shape has in the body; drop everything else, and every null."""
    if shape.kind == "structure" and isinstance(value, dict):
        return {
            name: project(member.shape, value[name])
            for name, member in shape.members.items()
            if member.location == "body" and value.get(name) is not None
        }
    if shape.kind == "list" and shape.item and isinstance(value, list):
        return [project(shape.item, item) for item in value]
    return value


def without_nulls(value: object) -> object:
    """Drop null members at every depth: to this service they mean the same as absent ones."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def masked(value: object, secret_members: frozenset[str]) -> object:
    """Answer a copy in which every secret member, at any depth, is replaced by a mask."""
    if isinstance(value, dict):
        return {key: MASK if key in secret_members else masked(item, secret_members) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item, secret_members) for item in value]
    return value
