"""What is said, by whom and where: conversations, messages and turns, as frozen values."""

import enum
import hashlib
import re
from dataclasses import dataclass, field

_PART_OF_A_KEY = re.compile(r"[A-Za-z0-9._-]{1,128}")


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where one line of talk lives; two messages share history exactly when these are equal.

    *thread* is None in a DM that is answered in line. Raises ValueError where a part is empty or
    holds anything but letters, digits, ``.``, ``_`` and ``-``: a blank id would join conversations
    that are strangers to each other, and a brace would change the store's hash slot.
    """

    platform: str
    workspace: str
    channel: str
    thread: str | None

    def __post_init__(self) -> None:
        for part in (self.platform, self.workspace, self.channel, self.thread):
            if part is not None and not _PART_OF_A_KEY.fullmatch(part):
                raise ValueError(f"not an id that a conversation can be made of: {part!r}")

    @property
    def key(self) -> str:
        """The conversation as one string, ``slack:T1:C1:1700.1``; *parse* reads it back."""
        parts = (self.platform, self.workspace, self.channel, self.thread)
        return ":".join(part for part in parts if part is not None)

    @classmethod
    def parse(cls, key: str) -> "Conversation":
        """The conversation that *key* names. Raises ValueError where it names none."""
        platform, workspace, channel, *thread = key.split(":")
        if len(thread) > 1:
            raise ValueError(f"not the key of a conversation: {key!r}")
        return cls(platform, workspace, channel, thread[0] if thread else None)


class Place(enum.Enum):
    """Where in its platform a message stands."""

    CHANNEL = "channel"  # top level: an answer opens a thread below it
    THREAD = "thread"
    DM = "dm"


class Address(enum.Enum):
    """Whom a message speaks to, as far as its own text tells."""

    US = "us"
    NOBODY = "nobody"
    SOMEBODY_ELSE = "somebody_else"  # it begins by naming another person


class Standing(enum.Enum):
    """What an author is to the workspace that the bot serves."""

    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"
    BOT = "bot"
    UNKNOWN = "unknown"  # the platform does not tell


class Wish(enum.Enum):
    """What we would do with a message, before the store says whether we take part."""

    ANSWER = "answer"
    JOIN = "join"  # answer it wherever it is, but in a thread where we are to be quiet
    FOLLOW = "follow"  # answer it where we take part and are not quiet; not ours elsewhere
    REMEMBER = "remember"  # as context where we take part; never answer it


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message: the platform's id, and the name that people see."""

    id: str
    name: str
    standing: Standing = Standing.MEMBER


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; *size* in bytes, None where the platform does not say."""

    name: str
    media_type: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """What can be told of a message before any name in it was looked up.

    *settings_place* is the place whose settings hold there, as `bot.toml` names it.
    """

    conversation: Conversation
    message_id: str
    place: Place
    address: Address
    settings_place: str


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One message of a person, decoded to what a person reads.

    *sent_at* is the platform's own time in microseconds since 1970; it orders the conversation.
    *language* is the author's locale (``ja``, ``en-GB``), None where the platform does not tell it;
    *manages*: the platform lets the author manage that channel. *ticket* is what the platform gave
    for the answer, where one can be shown with that alone; a secret. *about* is whose message it
    quotes, None where it quotes nobody.
    """

    conversation: Conversation
    id: str
    sent_at: int
    place: Place
    address: Address
    author: Author
    text: str
    attachments: tuple[Attachment, ...] = ()
    language: str | None = None
    manages: bool = False
    ticket: str | None = field(default=None, repr=False)
    about: Author | None = None


def is_forgotten(sent_at: int, until: int | None) -> bool:
    """Whether words of *sent_at* are not to be read: their author has had us forget them *until*.

    Both are in microseconds since 1970; None where they had us forget nothing.
    """
    return until is not None and sent_at <= until


class Role(enum.Enum):
    """Who speaks in a turn, in the words of the Messages API."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said in a conversation, as it is remembered.

    *id* is the platform's message id of what a person said, or ``<question id>~a`` for our answer.
    *sent_at* orders turns; an answer carries its question's time and so sorts directly behind it.
    *author* is None for our own turns. *parts* are the platform ids of the messages that show an
    answer. *language* is that of the person who asked, None where it is not known. *tier* is that
    which a question asks for by name. *incomplete*: an answer that Claude did not bring to its end;
    its text may be empty. *ticket* is that of an incoming message, for whoever answers.
    """

    id: str
    role: Role
    sent_at: int
    text: str
    author: Author | None = None
    attachments: tuple[Attachment, ...] = ()
    parts: tuple[str, ...] = ()
    language: str | None = None
    tier: str | None = None
    incomplete: bool = False
    ticket: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message that stood in a thread before we were called; *author* is None for our own."""

    id: str
    sent_at: int
    author: Author | None
    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """The root and the newest messages of a thread, oldest first, and how many stood between."""

    messages: tuple[PastMessage, ...]
    omitted: int = 0

    @property
    def authors(self) -> list[Author]:
        """Who wrote them, where it was a person."""
        return [message.author for message in self.messages if message.author is not None]


def person_id(platform: str, author: Author) -> str:
    """*author* of *platform* as `bot.toml` names people: ``slack:U0123``."""
    return f"{platform}:{author.id}"


def opaque_id(conversation: Conversation, author: Author) -> str:
    """A stable name for *author*, of which nothing about them can be told: 32 hex digits."""
    whom = f"{conversation.platform}:{conversation.workspace}:{author.id}"
    return hashlib.sha256(whom.encode()).hexdigest()[:32]


def answer_id(question: str) -> str:
    """The id of the turn that answers the turn *question*.

    It sorts directly behind *question* among turns of the same time, since a string sorts before
    each of its continuations.
    """
    return f"{question}~a"
