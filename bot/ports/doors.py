"""The doors between the core and the platforms: what an adapter offers, and what it calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.model import Author, Conversation, Hint, IncomingMessage
from bot.ports.threads import Control, Thread


class Ear(Protocol):
    """What an adapter tells of messages."""

    async def concerns(self, hint: Hint) -> bool:
        """Whether the message may be for us; False lets the adapter drop it without a look-up.

        Raises StoreAway, as `hear` does.
        """
        ...

    async def hear(self, message: IncomingMessage, thread: Thread) -> bool:
        """Take *message* in: True when the store has it, False where it is not for us.

        Raises StoreAway where the store cannot be reached: the platform must then not be told
        "got it", so that it sends the message again.
        """
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who gives a command or presses a button, and where.

    *place* has no thread where the command was given in a channel itself, *settings_place* is the
    place whose settings hold there, as `bot.toml` names it. *manages*: the platform lets them
    manage that channel. *is_direct*: it was given in a DM. *language* is their locale, None where
    it is not told.
    """

    author: Author
    place: Conversation
    settings_place: str
    manages: bool = False
    is_direct: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form of one large field for the caller, in which *text* stands already.

    What they write is the rest of the command *line*. *send* stands on the button below it, and
    *too_long* in the empty field where *text* is longer than the platform takes.
    """

    line: str
    title: str
    label: str
    send: str
    text: str
    too_long: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a command: markdown for the caller *alone*, and a line for *everybody* there.

    *everybody* is None where nothing was changed. *question* is what is to be asked for the caller
    where they gave no command but asked, *privately* where nobody else is to see it; *form* is what
    is shown to them instead of *alone* where the platform has forms.
    """

    alone: str
    everybody: str | None = None
    question: str | None = None
    privately: bool = False
    form: Form | None = None


class Desk(Protocol):
    """What an adapter hands commands and presses to; each answer is for the caller alone.

    No method raises StoreAway: the sentence that comes back says so.
    """

    async def ask(self, question: IncomingMessage, thread: Thread) -> str | None:
        """Take *question* in, which was asked by command; a sentence where it was not taken."""
        ...

    async def ask_about(
        self, message: IncomingMessage, question: IncomingMessage, thread: Thread
    ) -> str | None:
        """Take in *question*, which has no words but *message*; a sentence where it was not."""
        ...

    async def press(self, control: Control, turn: str, caller: Caller) -> str | None:
        """Do to the answer to *turn*, in the caller's place, what was pressed below it.

        None where what happens can be seen.
        """
        ...

    async def command(self, line: str, caller: Caller) -> Outcome:
        """What comes of the command *line*, as people type it behind ``/claude``."""
        ...

    async def typed(self, line: str, caller: Caller) -> Outcome:
        """What comes of *line* where a line that is no command as a whole is a question."""
        ...

    def choices(self, line: str, caller: Caller) -> Sequence[str]:
        """The names that the command *line* may go on with; none for who may not use us."""
        ...


class RememberingEar(Ear, Protocol):
    """An ear that knows how far it heard, for platforms that tell nothing a second time."""

    async def heard_until(self, platform: str) -> int | None:
        """The platform's time, in microseconds, up to which it was heard without a gap.

        None where it never was. Raises StoreAway.
        """
        ...

    async def note_heard(self, platform: str, sent_at: int) -> None:
        """All that was said up to *sent_at*, in microseconds, was taken in. Raises StoreAway."""
        ...

    async def dms(self, platform: str) -> Sequence[Conversation]:
        """The DMs that spoke with us of late, where the platform has no list. Raises StoreAway."""
        ...


class Adapter(Protocol):
    """One platform: brings what people say, and re-opens threads for answers begun elsewhere."""

    @property
    def platform(self) -> str:
        """The first part of each of its conversations' keys."""
        ...

    @property
    def connected(self) -> bool:
        """Whether messages can reach us at this moment."""
        ...

    async def check(self) -> None:
        """Prove the tokens, and learn who we are. Raises SetupError with the way out."""
        ...

    async def run(self, ear: RememberingEar, desk: Desk) -> None:
        """Bring messages to *ear* and commands to *desk* until cancelled; reconnects by itself."""
        ...

    def open(self, conversation: Conversation) -> Thread:
        """The thread that shows *conversation*."""
        ...

    async def close(self) -> None:
        """Let go of connections; no message comes after this."""
        ...
