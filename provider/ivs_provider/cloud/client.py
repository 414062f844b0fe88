"""Makes the client, late: importing botocore and reading its models takes longer than many previews.

botocore is the half of boto3 that makes clients; the other half (resources, S3 transfers) would cost every process that
calls AWS 40 ms and 2 MB for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ivs_provider import __version__
from ivs_provider.cloud import translate
from ivs_provider.config import AssumeRole, Settings
from ivs_provider.errors import Misconfigured, NoCredentials

if TYPE_CHECKING:
    from botocore.session import Session

__all__ = ["READ_TIMEOUT", "connect", "service_of"]

READ_TIMEOUT: Final = 30
_CONNECT_TIMEOUT: Final = 5.0
_CONNECTIONS: Final = 64
_REAL_TIME: Final = "ivs-realtime"
_LOW_LATENCY: Final = dict.fromkeys(("GetChannel", "ListChannels"), "ivs")


def service_of(operation: str) -> str:
    """boto3's name of the service that has an operation; channels are those of the low-latency one."""
    return _LOW_LATENCY.get(operation, _REAL_TIME)


def connect(settings: Settings, read_timeout: int = READ_TIMEOUT, service: str = _REAL_TIME) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    """A client of one API that never retries by itself.

    boto3's own retries make two to five resources of one create whose answer is lost (measured,
    ``facts/reliability-and-performance.md`` 2): who may repeat what is decided in `ivs_provider.cloud.account`.

    Raises:
        Misconfigured: The profile does not exist, no region is known, or the endpoint is no URL.
        NoCredentials: Half of them is missing, what is to give them fails, or there are none to take on the role with.
    """
    import encodings.idna  # noqa: F401 - else the first call imports it, in whatever thread

    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, CredentialRetrievalError, PartialCredentialsError

    try:
        session = _session(settings)
        if not session.get_config_variable("region"):
            what = "no AWS region is known"
            todo = "Set it with `pulumi config set ivs:region us-west-2`, AWS_REGION, or region in the AWS profile."
            raise Misconfigured(what, todo, "region")
        return session.create_client(
            service,
            endpoint_url=settings.endpoint,
            config=Config(
                retries={"total_max_attempts": 1, "mode": "standard"},
                connect_timeout=_CONNECT_TIMEOUT,
                read_timeout=read_timeout,
                max_pool_connections=_CONNECTIONS,
                user_agent=f"{session.user_agent()} pulumi-ivs/{__version__}",  # else it is made twice a call
            ),
        )
    except (CredentialRetrievalError, PartialCredentialsError) as error:
        raise translate.from_boto(error, "the client") from error
    except (BotoCoreError, ValueError) as error:
        raise _misconfigured(error) from error


def _misconfigured(error: Exception) -> Misconfigured:
    name = type(error).__name__
    if name == "ProfileNotFound":
        what = f"there is no AWS profile {getattr(error, 'kwargs', {}).get('profile', '')}".rstrip()
    else:
        what = f"the AWS configuration cannot be used ({name})"
    return Misconfigured(what, *_CURES.get(name, _ANY_CURE))


_ANY_CURE: Final = ("Check ivs:profile, ivs:region, ivs:endpoint and the AWS_* variables.", "")
_CURES: Final = {
    "ProfileNotFound": ("Check ivs:profile and AWS_PROFILE against ~/.aws/config.", "profile"),
    "InvalidRegionError": (
        "The region has not the form of an AWS region: check ivs:region and AWS_REGION.",
        "region",
    ),
    "ConfigParseError": ("The shared AWS config file cannot be read: check ~/.aws/config and AWS_CONFIG_FILE.", ""),
    "ValueError": ("The endpoint is no URL: check ivs:endpoint and AWS_ENDPOINT_URL_IVS_REALTIME.", "endpoint"),
}


def _session(settings: Settings) -> Session:
    from botocore.session import Session

    session = Session(profile=settings.profile)
    if settings.region:
        session.set_config_variable("region", settings.region)
    if settings.assume_role is not None:
        _take_role(session, settings.assume_role)
    return session


def _take_role(session: Session, role: AssumeRole) -> None:
    """Let a session act in a role that is taken on at the first call, and again before it expires."""
    from botocore import credentials

    source = session.get_credentials()
    if source is None:
        what = "no AWS credentials were found to assume the role with"
        raise NoCredentials(what, "Sign in, or name a profile that can (ivs:profile, AWS_PROFILE).")
    extra = {
        "RoleSessionName": role.session_name,
        "ExternalId": role.external_id,
        "DurationSeconds": role.duration_seconds,
    }
    fetcher = credentials.AssumeRoleCredentialFetcher(
        client_creator=session.create_client,
        source_credentials=source,
        role_arn=role.role_arn,
        extra_args={key: value for key, value in extra.items() if value is not None},
    )
    session._credentials = credentials.DeferredRefreshableCredentials(  # noqa: SLF001 -- botocore has no other way in
        method="assume-role", refresh_using=fetcher.fetch_credentials
    )
