"""What Discord is made of: people, roles, guilds, channels and the messages in them."""

import enum
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.discord.components import pressable
from sandbox.discord.markup import EVERYBODY, Allowed, Json
from sandbox.discord.permissions import NOTHING, Permission

APPLICATION = "1000000000000000001"
BOT = "1000000000000000002"  # another id than the application's, as old applications have it
OWNER = "1000000000000000003"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; *nick* is what guilds call them, None where it is their name.

    *roles* are ids of roles of any guild, *manage_channels* holds in all of them.
    """

    id: str
    name: str
    nick: str | None = None
    bot: bool = False
    roles: tuple[str, ...] = ()
    manage_channels: bool = False
    locale: str = "en-US"

    @property
    def called(self) -> str:
        """The name that clients show in a guild."""
        return self.nick or self.name


@dataclass(frozen=True, slots=True)
class File:
    """A file that hangs on a message; *size* in bytes."""

    name: str
    content_type: str = "text/plain"
    size: int = 1024


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a guild; *bot* is the id of the bot that it belongs to, None for all others."""

    id: str
    name: str
    permissions: Permission = NOTHING
    bot: str | None = None


@dataclass(slots=True, eq=False)
class Guild:
    """A guild with its roles, channels and threads by id; everyone's role has its own id."""

    id: str
    name: str
    app_role: str
    manager_role: str
    roles: dict[str, Role] = field(default_factory=dict[str, Role])
    channels: "dict[str, Channel]" = field(default_factory=dict[str, "Channel"])
    commands: list[Json] = field(default_factory=list[Json])


class Kind(enum.IntEnum):
    """What a channel is, in Discord's numbers."""

    TEXT = 0
    DM = 1
    THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


class Sort(enum.IntEnum):
    """What a message is, in Discord's numbers."""

    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_MENU = 23


class Flag(enum.IntFlag):
    """The flags of a message."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SILENT = 1 << 12
    COMPONENTS_V2 = 1 << 15


PLAIN = Flag(0)


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says and carries, as it was handed in."""

    text: str
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()
    files: tuple[File, ...] = ()
    allowed: Allowed = EVERYBODY


@dataclass(frozen=True, slots=True)
class Origin:
    """The interaction that a message of our app came from."""

    interaction: str
    type: int
    person: Person
    name: str | None


@dataclass(slots=True, eq=False)
class Message:
    """A message and all that became of it.

    *pings* is whom its present version pings, *pinged* whom any version did; *history* holds
    every text it ever showed. Times are milliseconds since 1970.
    """

    id: str
    channel: "Channel"
    author: Person
    words: Words
    sort: Sort = Sort.DEFAULT
    flags: Flag = PLAIN
    reference: "Message | None" = None
    nonce: str | int | None = None
    origin: Origin | None = None
    thread: "Channel | None" = None
    edited_at: int | None = None
    edits: int = 0
    history: list[str] = field(default_factory=list[str])
    pings: tuple[str, ...] = ()
    pinged: dict[str, None] = field(default_factory=dict[str, None])
    unfurled: dict[str, None] = field(default_factory=dict[str, None])


@dataclass(slots=True, eq=False)
class Channel:
    """A channel of a guild, a thread below one, or a DM with *person*.

    *permissions* is what our app may do here, None where the guild's word holds; threads follow
    their *parent*. *slow* is the seconds that people wait between two messages.
    """

    id: str
    name: str
    kind: Kind
    guild: Guild | None = None
    parent: "Channel | None" = None
    person: Person | None = None
    owner: str | None = None
    permissions: Permission | None = None
    archived: bool = False
    locked: bool = False
    archive_after: int = 4320
    archived_at: int = 0
    slow: int = 0
    position: int = 0
    messages: dict[str, Message] = field(default_factory=dict[str, Message])

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread, be it public or private."""
        return self.kind in (Kind.THREAD, Kind.PRIVATE_THREAD)

    def ordered(self) -> list[Message]:
        """All messages, oldest first."""
        return sorted(self.messages.values(), key=lambda message: int(message.id))


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a person sees it, and what it did.

    *text* is the raw content, *history* every content it ever had, the present one last.
    *unfurled* are the addresses that Discord would have fetched and *pinged* the tokens that
    would have notified somebody, over all versions and whether or not the author's permissions
    would have stopped them. *reference* is the id of the message that this is a reply to.
    """

    id: str
    channel: str
    author: str
    name: str
    text: str
    edits: int
    history: tuple[str, ...]
    sort: Sort
    flags: Flag
    embeds: tuple[Json, ...]
    components: tuple[Json, ...]
    files: tuple[File, ...]
    reference: str | None
    nonce: str | int | None
    unfurled: tuple[str, ...]
    pinged: tuple[str, ...]

    @property
    def loading(self) -> bool:
        """Whether the app is said to be thinking."""
        return Flag.LOADING in self.flags

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees this."""
        return Flag.EPHEMERAL in self.flags

    @property
    def buttons(self) -> tuple[str, ...]:
        """The custom ids of the buttons that can be pressed."""
        return tuple(pressable(self.components))


Clock = Callable[[], int]
"""Milliseconds since 1970."""
