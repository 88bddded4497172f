"""The doors between the core and the platforms: what an adapter offers, and what it calls."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.model import Author, Conversation, Hint, History, IncomingMessage


class Call(enum.Enum):
    """The kinds of call that draw on a platform's patience."""

    POST = "post"
    EDIT = "edit"
    DELETE = "delete"
    READ = "read"


@dataclass(frozen=True, slots=True)
class BucketSpec:
    """A token bucket as a platform documents it: calls that share *name* share its credit.

    *rate* is calls a second in the long run, *burst* the calls that a rested bucket takes at once.
    """

    name: str
    rate: float
    burst: float


class Kind(enum.Enum):
    """What a message of ours is: part of an answer, or a notice that history must not hold."""

    ANSWER = "answer"
    NOTICE = "notice"


class Control(enum.Enum):
    """What a person may do to an answer with one press below it."""

    STOP = "stop"
    CONTINUE = "continue"  # go on where it was cut off
    RETRY = "retry"  # write another in its place


@dataclass(frozen=True, slots=True)
class Button:
    """A control below a message of ours, and the word that stands on it."""

    control: Control
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message of ours carries besides its text: its turn, part, kind and buttons.

    *turn* is the id of the question that it answers; *part* counts from 0. Turn, part and kind
    stand there unseen, so that the message is known again.
    """

    turn: str
    part: int
    kind: Kind
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A message of ours that stands on the platform, and the mark it carries."""

    message_id: str
    mark: Mark


class Dialect(Protocol):
    """How a platform writes: pure, and additive, so that cutting a text never changes its cost."""

    @property
    def limit(self) -> int:
        """The most that one message may measure, in the unit of *measure*."""
        ...

    def measure(self, text: str) -> int:
        """What *text* costs of *limit*; measure(a + b) == measure(a) + measure(b)."""
        ...


class Thread(Protocol):
    """A conversation bound to its place: the thing needed to answer, handed over with the question.

    Every method raises only the platform errors of `bot.errors`. None retries a call that may have
    had an effect; that is the caller's to decide. A call in flight is never to be cancelled.
    """

    @property
    def conversation(self) -> Conversation:
        """The conversation that this thread shows."""
        ...

    @property
    def settings_place(self) -> str:
        """The place whose settings hold here, as `bot.toml` names it: ``slack:C0123``."""
        ...

    @property
    def dialect(self) -> Dialect:
        """How text is measured here."""
        ...

    @property
    def controls(self) -> frozenset[Control]:
        """What may be pressed below a message here; other buttons are not to be shown."""
        ...

    @property
    def buckets(self) -> Mapping[Call, tuple[BucketSpec, ...]]:
        """The buckets that each kind of call draws one credit from."""
        ...

    async def history(self, before: str) -> History:
        """The root and the newest messages that stand before the message *before*."""
        ...

    async def post(self, text: str, mark: Mark) -> str:
        """The id of a new message that shows *text*: markdown, within the dialect's limit."""
        ...

    async def edit(self, message_id: str, text: str, mark: Mark) -> None:
        """Make the message *message_id* of ours show *text*, and the buttons of *mark* alone."""
        ...

    async def delete(self, message_id: str) -> None:
        """Remove the message *message_id* of ours; one that is gone already is no error."""
        ...

    async def find(self, turn: str) -> tuple[Found, ...]:
        """Our messages here that carry the turn *turn*, by part, then age."""
        ...

    async def busy(self) -> None:
        """Show that an answer is on its way, where the platform can; never raises."""
        ...


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

    *place* has no thread where the command was given in a channel itself. *manages*: the platform
    lets them manage that channel. *language* is their locale, None where it is not told.
    """

    author: Author
    place: Conversation
    manages: bool = False
    language: str | None = None


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

    async def command(self, line: str, caller: Caller) -> str:
        """What comes of the command *line*, as people type it behind ``/claude``."""
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

    async def run(self, ear: Ear, desk: Desk) -> None:
        """Bring messages to *ear* and commands to *desk* until cancelled; reconnects by itself."""
        ...

    def open(self, conversation: Conversation) -> Thread:
        """The thread that shows *conversation*."""
        ...

    async def close(self) -> None:
        """Let go of connections; no message comes after this."""
        ...
