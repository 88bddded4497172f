"""What Claude is asked, and how it answers, as frozen values; only a draft grows."""

import enum
from dataclasses import dataclass, field

from bot.model.talk import Role, Turn, answer_id


class Effort(enum.Enum):
    """How much a model may think before and while it answers."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Price:
    """USD for a million tokens; *above* counts the prompt's tokens from which this price holds."""

    input: float
    output: float
    cache_write: float
    cache_read: float
    above: int = 0


@dataclass(frozen=True, slots=True)
class Tier:
    """A named choice of model and how it is asked; *max_tokens* counts thinking too.

    *temperature* and *top_p* are None where they are left to the model.
    """

    name: str
    model: str
    max_tokens: int
    effort: Effort
    stop_sequences: tuple[str, ...] = ()
    fallback: str | None = None
    prices: tuple[Price, ...] = ()
    temperature: float | None = None
    top_p: float | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a request: a role and its text blocks, none of them blank."""

    role: Role
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """All that one question to Claude holds; equal requests have equal bytes on the wire.

    *said* is what Claude has said to it already, and *messages* hold: the answer goes on behind it.
    """

    tier: Tier
    system: str
    messages: tuple[Message, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer, as the API counted them, or as estimated where it did not."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """How a stream ended that did end: its stop reason, what it used, and the API's request id."""

    stop_reason: str
    usage: Usage = Usage()
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """An answer to which nothing more comes, and that may not be shown whole yet.

    *notice* is what a person should know besides, and stands below the text; None for nothing.
    *incomplete*: it was cut, stopped or given up on, and may be taken up again.
    """

    text: str
    notice: str | None
    incomplete: bool = False

    def answer_to(self, question: Turn, parts: tuple[str, ...]) -> Turn:
        """The turn that answers *question* with this, shown as the messages *parts*."""
        return Turn(
            id=answer_id(question.id),
            role=Role.ASSISTANT,
            sent_at=question.sent_at,
            text=self.text,
            parts=parts,
            incomplete=self.incomplete,
        )


@dataclass(slots=True)
class Draft:
    """The append-only text of one attempt at an answer; *attempt* 1 is the first.

    A draft only grows: what another attempt says is another draft, so that two attempts can never
    be spliced. The whole text is joined only when somebody asks.
    """

    attempt: int
    _pieces: list[str] = field(default_factory=list[str], repr=False)

    @classmethod
    def of(cls, text: str, attempt: int = 1) -> "Draft":
        """A draft that begins with *text*."""
        return cls(attempt, [text])

    def append(self, text: str) -> None:
        """Grow by *text*."""
        self._pieces.append(text)

    def text(self) -> str:
        """All that has been said so far, joined; O(length) at most once after each growth."""
        if len(self._pieces) > 1:
            self._pieces[:] = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""
