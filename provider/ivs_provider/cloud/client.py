"""Makes the boto3 client, late: importing boto3 and reading its models takes longer than many previews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ivs_provider.cloud import translate
from ivs_provider.config import AssumeRole, Settings
from ivs_provider.errors import Misconfigured, NoCredentials

if TYPE_CHECKING:
    import boto3

__all__ = ["READ_TIMEOUT", "connect"]

READ_TIMEOUT: Final = 30
_CONNECT_TIMEOUT: Final = 5.0
_CONNECTIONS: Final = 64


def connect(settings: Settings, read_timeout: int = READ_TIMEOUT) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    """A client of the real-time API that never retries by itself.

    boto3's own retries make two to five resources of one create whose answer is lost (measured,
    ``facts/reliability-and-performance.md`` 2): who may repeat what is decided in `ivs_provider.cloud.account`.

    Raises:
        Misconfigured: The profile does not exist, no region is known, or the endpoint is no URL.
        NoCredentials: Half of them is missing, what is to give them fails, or there are none to take on the role with.
    """
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, CredentialRetrievalError, PartialCredentialsError

    try:
        session = _session(settings)
        if not session.region_name:
            what = "no AWS region is known"
            todo = "Set it with `pulumi config set ivs:region us-west-2`, AWS_REGION, or region in the AWS profile."
            raise Misconfigured(what, todo)
        return session.client(
            "ivs-realtime",
            endpoint_url=settings.endpoint,
            config=Config(
                retries={"total_max_attempts": 1, "mode": "standard"},
                connect_timeout=_CONNECT_TIMEOUT,
                read_timeout=read_timeout,
                max_pool_connections=_CONNECTIONS,
                user_agent_extra="pulumi-ivs",
            ),
        )
    except (CredentialRetrievalError, PartialCredentialsError) as error:
        raise translate.from_boto(error, "the client") from error
    except (BotoCoreError, ValueError) as error:
        what = f"the AWS configuration cannot be used ({type(error).__name__})"
        todo = _CURES.get(type(error).__name__, "Check ivs:profile, ivs:region, ivs:endpoint and the AWS_* variables.")
        raise Misconfigured(what, todo) from error


_CURES: Final = {
    "ProfileNotFound": "The AWS profile does not exist: check ivs:profile and AWS_PROFILE against ~/.aws/config.",
    "InvalidRegionError": "The region has not the form of an AWS region: check ivs:region and AWS_REGION.",
    "ConfigParseError": "The shared AWS config file cannot be read: check ~/.aws/config and AWS_CONFIG_FILE.",
    "ValueError": "The endpoint is no URL: check ivs:endpoint and AWS_ENDPOINT_URL_IVS_REALTIME.",
}


def _session(settings: Settings) -> boto3.Session:
    import boto3

    session = boto3.Session(profile_name=settings.profile, region_name=settings.region)
    if settings.assume_role is None:
        return session
    return _in_role(session, settings.assume_role)


def _in_role(session: boto3.Session, role: AssumeRole) -> boto3.Session:
    """The same session in a role that is taken on at the first call, and again before it expires."""
    import boto3
    from botocore import credentials
    from botocore.session import Session

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
        client_creator=session.client,
        source_credentials=source,
        role_arn=role.role_arn,
        extra_args={key: value for key, value in extra.items() if value is not None},
    )
    inner = Session(profile=session.profile_name if session.profile_name != "default" else None)
    inner._credentials = credentials.DeferredRefreshableCredentials(  # noqa: SLF001 - botocore has no other way in
        method="assume-role", refresh_using=fetcher.fetch_credentials
    )
    return boto3.Session(botocore_session=inner, region_name=session.region_name)
