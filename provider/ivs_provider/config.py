"""The provider's settings: from Pulumi configuration, the rest from the environment and the shared AWS config.

What may be set stands in ``schemas/provider.json``; here it becomes one typed value. Region, profile and endpoint that
are not set here are looked up by boto3, as every AWS tool does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, cast

from ivs_provider.values import Absent, Secret, Tree, Value, at, contains_unknown, reveal

__all__ = [
    "DRIFT_VARIABLE",
    "AssumeRole",
    "DriftDetection",
    "OnUnrecorded",
    "Settings",
    "drift_is_off",
    "settings_from",
    "typed",
]

DRIFT_VARIABLE: Final = "PULUMI_IVS_DRIFT"
"""Set to ``off``, it makes reads answer from what was recorded: the way out where reads fail (``docs/how-to``)."""

_STRUCTURED: Final = (
    "assumeRole",
    "defaultTags",
    "ownershipTags",
    "quotaWarnings",
    "rateLimits",
    "stopCompositions",
)
_FROM_ENGINE: Final = ("version", "pluginDownloadURL", "__internal")


class DriftDetection(Enum):
    """What a plain preview compares with the account."""

    OFF = "off"
    FAST = "fast"
    DECLARED = "declared"
    ALL = "all"


class OnUnrecorded(Enum):
    """What to do about a resource that carries a create's URN and is not certainly ours."""

    WARN = "warn"
    REFUSE = "refuse"
    ADOPT = "adopt"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumeRole:
    """A role to take on with the credentials found."""

    role_arn: str
    session_name: str = "pulumi-ivs"
    external_id: str | None = field(default=None, repr=False)
    duration_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How AWS is reached and how what is found there is treated."""

    region: str | None = None
    profile: str | None = None
    endpoint: str | None = None
    assume_role: AssumeRole | None = None
    default_tags: Mapping[str, Value] = field(default_factory=dict)
    """May hold secrets, which stay secret on every resource."""
    ownership_tags: bool = True
    drift_detection: DriftDetection = DriftDetection.DECLARED
    on_unrecorded: OnUnrecorded = OnUnrecorded.WARN
    quota_warnings: bool = True
    rate_limits: Mapping[str, float] = field(default_factory=dict)
    """Calls a second by operation, where the account has limits of its own."""
    stop_compositions: bool = False
    """Whether a composition that holds what is to be deleted is stopped first."""


def typed(arguments: Tree) -> Tree:
    """Provider configuration as a program means it.

    Pulumi's generated SDKs and ``pulumi config set`` send everything but strings as JSON text, and the engine puts
    members of its own beside ours. Text that is no JSON stays text, for the check to name.
    """
    return {
        key: _typed(key, value) for key, value in arguments.items() if key not in _FROM_ENGINE and value is not None
    }


def _typed(key: str, value: Value) -> Value:
    if isinstance(value, Secret):
        return Secret(_typed(key, value.value))
    if key not in _STRUCTURED or not isinstance(value, str):
        return value
    try:
        return cast("Value", json.loads(value))
    except ValueError:
        return value


def settings_from(arguments: Tree, environment: Mapping[str, str]) -> Settings:
    """The settings that checked, typed configuration describes.

    Args:
        arguments: The configuration.
        environment: The process's environment. boto3 reads most of it, but of the region only AWS_DEFAULT_REGION,
            while every other AWS tool reads AWS_REGION first.
    """
    opened = {key: reveal(value) for key, value in arguments.items() if not contains_unknown(value)}
    role = opened.get("assumeRole")
    tags = at(arguments, ("defaultTags",))
    return Settings(
        region=_text(opened, "region") or environment.get("AWS_REGION") or None,
        profile=_text(opened, "profile"),
        endpoint=_text(opened, "endpoint"),
        assume_role=_role(role) if isinstance(role, dict) else None,
        default_tags=_tags(tags),
        ownership_tags=opened.get("ownershipTags") is not False,
        drift_detection=DriftDetection(opened.get("driftDetection", DriftDetection.DECLARED.value)),
        on_unrecorded=OnUnrecorded(opened.get("onUnrecorded", OnUnrecorded.WARN.value)),
        quota_warnings=opened.get("quotaWarnings") is not False,
        rate_limits=cast("Mapping[str, float]", opened.get("rateLimits", {})),
        stop_compositions=opened.get("stopCompositions") is True,
    )


def drift_is_off(environment: Mapping[str, str]) -> bool:
    """Whether the environment asks reads to answer from the record.

    Args:
        environment: The process's environment.
    """
    return environment.get(DRIFT_VARIABLE, "").strip().lower() == DriftDetection.OFF.value


def _text(opened: Mapping[str, Value], key: str) -> str | None:
    value = opened.get(key)
    return value if isinstance(value, str) and value else None


def _role(role: Mapping[str, Value]) -> AssumeRole:
    return AssumeRole(
        role_arn=cast("str", role["roleArn"]),
        session_name=cast("str", role.get("sessionName", "pulumi-ivs")),
        external_id=cast("str | None", role.get("externalId")),
        duration_seconds=cast("int | None", role.get("durationSeconds")),
    )


def _tags(tags: Value | Absent) -> Mapping[str, Value]:
    """Default tags with their secrets kept: a secret map is a map of secrets."""
    if isinstance(tags, Secret) and isinstance(tags.value, dict):
        return {key: Secret(reveal(value)) for key, value in tags.value.items()}
    return tags if isinstance(tags, dict) else {}
