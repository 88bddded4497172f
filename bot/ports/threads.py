"""What a platform shows and takes: calls and their buckets, marks, buttons, threads."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.model import Conversation, History, Turn

Token = Callable[[], str]
"""Tells a token as it is at this moment: it may be replaced while we run."""


def lasting(token: str | Token) -> Token:
    """*token*, one that stays, as one that might be replaced."""
    return (lambda: token) if isinstance(token, str) else token


class Call(enum.Enum):
    """The kinds of call that draw on a platform's patience."""

    POST = "post"
    EDIT = "edit"
    DELETE = "delete"
    READ = "read"


@dataclass(frozen=True, slots=True)
class BucketSpec:
    """A bucket as a platform keeps it: calls that share *name* share its credit.

    *rate* is calls a second in the long run, *burst* the calls that a rested bucket takes at once.
    Credit trickles back, or where *window* seconds are given, all of it returns at once when they
    have passed since the first call. *kept* is the credit that interim calls leave for first and
    last ones; where it is None, that depends on how many answers are being written.
    """

    name: str
    rate: float
    burst: float
    window: float | None = None
    kept: float | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer of a platform told of a bucket that counts in windows, or of any's closing.

    *left* calls may still go in the window that ends in *rest* seconds, None where nothing was
    told of that; and nothing may go for *pause* seconds.
    """

    bucket: BucketSpec
    left: float | None = None
    rest: float = 0.0
    pause: float = 0.0


class Meter(Protocol):
    """The one owner of all buckets, as far as an adapter has to do with it."""

    def heed(self, told: Told) -> None:
        """Take into account what the platform *told*: it knows better than we do."""
        ...


class Kind(enum.Enum):
    """What a message of ours is: part of an answer, or a notice that history must not hold."""

    ANSWER = "answer"
    NOTICE = "notice"


class Control(enum.Enum):
    """What a person may do to an answer with one press below it."""

    STOP = "stop"
    CONTINUE = "continue"  # go on where it was cut off
    RETRY = "retry"  # write another in its place
    GRANT = "grant"  # let the budget that stood in the way have more for today


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
    def whispers(self) -> bool:
        """Whether one person can be told something alone here, without having pressed anything."""
        ...

    @property
    def buckets(self) -> Mapping[Call, tuple[BucketSpec, ...]]:
        """The buckets that each kind of call draws one credit from, the narrowest first."""
        ...

    def take_up(self, question: Turn) -> None:
        """Learn which question is answered next: what came with it may be needed to answer."""
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

    async def dismiss(self, turn: str) -> None:
        """Take away what waits for an answer to *turn*, which is answered with another.

        Never raises.
        """
        ...

    async def whisper(self, person: str, text: str) -> None:
        """Show *text*, markdown, to the author *person* alone; only where it `whispers`."""
        ...

    async def find(self, turn: str) -> tuple[Found, ...]:
        """Our messages here that carry the turn *turn*, by part, then age."""
        ...

    async def busy(self) -> None:
        """Show that an answer is on its way, where the platform can; never raises."""
        ...
