"""The only room that knows boto3: the client, the one `call` (pace, call, translate), pages and tags."""

from ivs_provider.cloud.account import Account, Answer
from ivs_provider.cloud.clock import Clock, Deadline
from ivs_provider.cloud.record import CallRecord, OnCall

__all__ = ["Account", "Answer", "CallRecord", "Clock", "Deadline", "OnCall"]
