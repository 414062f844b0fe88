"""EncoderConfiguration: size and quality of a composition. Only its tags change in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ivs_provider.model.resource_type import Call, ResourceType
from ivs_provider.values import ABSENT, Absent, Problem, Tree, Value, at

__all__ = ["TYPE"]

_MOST_PIXELS: Final = 2_073_600  # 1920 x 1080, either way up (API reference, Video)


def picture_fits(inputs: Tree) -> Iterator[Problem]:
    """Width times height is limited; a side that the program leaves out counts with AWS's default."""
    width, height = (_side(inputs, side) for side in ("width", "height"))
    if isinstance(width, int) and isinstance(height, int) and width * height > _MOST_PIXELS:
        yield Problem(
            ("video",),
            f"has more pixels than AWS allows, {_MOST_PIXELS:,} (1920 x 1080 or 1080 x 1920); make it smaller, and set"
            " both width and height (a side left out is 1280 wide, 720 high)",
        )


def _side(inputs: Tree, side: str) -> Value | Absent:
    declared = at(inputs, ("video", side))
    return TYPE.shape.properties["video"].properties[side].default if declared is ABSENT else declared


TYPE: Final = ResourceType(
    name="EncoderConfiguration",
    schema_name="encoder_configuration",
    arn_kind="encoder-configuration",
    create=Call(operation="CreateEncoderConfiguration", result="encoderConfiguration"),
    read=Call(operation="GetEncoderConfiguration", result="encoderConfiguration"),
    list=Call(operation="ListEncoderConfigurations", result="encoderConfigurations"),
    delete=Call(operation="DeleteEncoderConfiguration"),
    lists_lack=frozenset({"video"}),
    rules=(picture_fits,),
    held_by_compositions=True,
    replacement_note="refused by AWS while a composition uses the old one",
    deletion_note="no composition can be started with it any more; refused by AWS while one uses it",
)
