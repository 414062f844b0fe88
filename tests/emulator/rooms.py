"""A stage with people in it: what several tests need to set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.emulator.talking import Admin


@dataclass(frozen=True, slots=True)
class Room:
    """One stage, a client for it and the admin interface."""

    ivs: Any
    admin: Admin
    arn: str

    @classmethod
    def made(cls, ivs: Any, admin: Admin, **arguments: Any) -> Room:
        """Make a stage; compositions and recordings take exactly one second to start and to stop."""
        admin.settings(startSeconds=1, stopSeconds=1)
        return cls(ivs, admin, ivs.create_stage(**arguments)["stage"]["arn"])

    def token(self, **wanted: Any) -> str:
        """Answer a new participant token."""
        text: str = self.ivs.create_participant_token(stageArn=self.arn, **wanted)["participantToken"]["token"]
        return text

    def enter(self, *, publishing: bool = False, client: dict[str, str] | None = None, **wanted: Any) -> str:
        """Let somebody in with a new token, and answer the participant's id."""
        body = {"token": self.token(**wanted)} | ({"client": client} if client else {})
        name: str = self.admin.do("POST", "join", body)["participant"]["participantId"]
        if publishing:
            self.do("publish", name)
        return name

    def do(self, verb: str, name: str, **more: Any) -> Any:
        """Let a participant do something that must succeed."""
        return self.admin.do("POST", verb, {"stageArn": self.arn, "participantId": name, **more})["participant"]

    def ask(self, verb: str, name: str, **more: Any) -> tuple[int, Any]:
        """Let a participant try something, and answer status and body."""
        return self.admin.ask("POST", verb, {"stageArn": self.arn, "participantId": name, **more})

    @property
    def session(self) -> str:
        """The id of the session that goes on."""
        found: str = self.ivs.get_stage(arn=self.arn)["stage"]["activeSessionId"]
        return found

    def participant(self, name: str, session: str | None = None) -> dict[str, Any]:
        """Answer a participant as AWS shows it."""
        found: dict[str, Any] = self.ivs.get_participant(
            stageArn=self.arn, sessionId=session or self.session, participantId=name
        )["participant"]
        return found

    def events(self, name: str, session: str | None = None) -> list[dict[str, Any]]:
        """Answer a participant's events, the oldest first."""
        found = self.ivs.list_participant_events(
            stageArn=self.arn, sessionId=session or self.session, participantId=name, maxResults=100
        )["events"]
        return list(reversed(found))

    def history(self, name: str, session: str | None = None) -> list[str]:
        """Answer the names of a participant's events, the oldest first."""
        return [event["name"] for event in self.events(name, session)]

    def pass_time(self, seconds: float) -> None:
        """Let time pass in the test's account."""
        self.admin.do("POST", "clock", {"advance": seconds})
