"""The page of the provider's settings."""

from __future__ import annotations

from collections.abc import Iterator

from generating import words
from generating.markdown import code, page, table
from ivs_provider.config import DRIFT_VARIABLE
from ivs_provider.model import schema
from ivs_provider.model.resource_type import PACKAGE

__all__ = ["settings_page"]

_VARIABLES = (
    (
        DRIFT_VARIABLE,
        "`off` answers reads from the record: the way out where reads fail. Any other value is refused.",
    ),
    ("AWS_REGION, AWS_DEFAULT_REGION", "The region, where `region` is not set."),
    ("AWS_PROFILE", "The profile, where `profile` is not set."),
    (
        "AWS_ENDPOINT_URL_IVS_REALTIME, AWS_ENDPOINT_URL",
        "The URL to call, where `endpoint` is not set; such as the emulator's.",
    ),
    ("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN", "Credentials."),
    ("AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE", "Where the shared files are, if not in `~/.aws`."),
    ("AWS_CA_BUNDLE", "Certificates to trust instead of the built-in ones."),
)


def settings_page() -> str:
    """Settings and environment variables."""
    return page("Configuration of the provider", "schemas/provider.json", _parts())


def _parts() -> Iterator[str]:
    shape = schema.load("provider")
    yield shape.description
    yield (
        f"Set with `pulumi config set {PACKAGE}:NAME VALUE`, or as inputs of an explicit provider"
        f" ({code(f'pulumi:providers:{PACKAGE}')}). Nothing is required: what is not set comes from where every"
        " AWS tool looks. Wrong settings are named before anything is called."
    )
    yield "## Settings"
    rows = []
    for path, member in words.members(dict(shape.properties)):
        marks = ["secret"] if member.flag("secret") else []
        marks += ["a change replaces all resources"] if member.flag("replaceOnChanges") else []
        required = "assumeRole." in path and path.rpartition(".")[2] in shape.properties["assumeRole"].required
        said = [member.description, words.sentence([*words.limits(member), *marks])]
        rows.append(
            [
                code(path),
                words.type_name(member),
                "yes" if required else "",
                code(words.default(member)),
                " ".join(filter(None, said)),
            ]
        )
    yield table(["name", "type", "required", "default", "meaning and limits"], rows)
    yield "What has members is written with a path, or as JSON:"
    yield (
        "```console\n"
        f"$ pulumi config set --path '{PACKAGE}:defaultTags.team' video\n"
        f"$ pulumi config set {PACKAGE}:rateLimits '{{\"CreateStage\": 10}}'\n"
        "```"
    )
    yield "## Environment variables"
    yield "Read by the plugin, in every run; nothing of them is recorded in the stack."
    yield table(
        ["variable", "meaning"], [[", ".join(map(code, names.split(", "))), meaning] for names, meaning in _VARIABLES]
    )
