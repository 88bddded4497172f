"""What the store says of a conversation: who may answer there, and what is to be answered."""

import enum
from dataclasses import dataclass

from bot.model import Conversation, Ended, Turn


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to answer in *conversation*; *epoch* grows with each one and fences older ones."""

    conversation: Conversation
    epoch: int


class Heard(enum.Enum):
    """What became of a message that was submitted."""

    LEAD = "lead"  # it is pending, and the caller is to answer
    QUEUED = "queued"  # it is pending, and who holds the lease will answer
    STORED = "stored"  # remembered as context
    REPEATED = "repeated"  # it was here before
    IGNORED = "ignored"  # not ours: nothing was written


@dataclass(frozen=True, slots=True)
class Submitted:
    """The outcome of a submit; *lease* is there exactly when it was LEAD."""

    heard: Heard
    lease: Lease | None = None


class Again(enum.Enum):
    """What becomes of an answer that stands when its question is answered again."""

    CONTINUE = "continue"  # the new one goes on behind it
    RETRY = "retry"  # the new one takes its place


@dataclass(frozen=True, slots=True)
class Work:
    """What to answer next: *questions*, the last of which ends *turns*.

    *turns* begin at the floor and are in order. *parts* are the messages posted for these questions
    so far. *resumed*: an earlier lease began them. *seeded*: the thread was read before.
    *floor_moved*: the floor moved for these very questions. *stopped*: a stop names one of them.
    *ended* is what Claude has said to them already, None where it has not ended. *stood_in* is the
    tier that stood in for the conversation's own last, None for none. *again*: what is to become of
    *before*, an answer to them that stands there already; both None where there is no such.
    """

    questions: tuple[str, ...]
    turns: tuple[Turn, ...]
    parts: tuple[str, ...]
    resumed: bool
    seeded: bool
    floor_moved: bool
    stopped: bool = False
    ended: Ended | None = None
    stood_in: str | None = None
    again: Again | None = None
    before: Turn | None = None
