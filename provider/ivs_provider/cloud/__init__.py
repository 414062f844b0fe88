"""The only room that knows boto3: the client, the one `call` (pace, call, translate), pages and tags."""

from ivs_provider.cloud.account import Account, Answer
from ivs_provider.cloud.clock import Clock, Deadline

__all__ = ["Account", "Answer", "Clock", "Deadline"]
