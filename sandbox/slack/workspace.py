"""A workspace as its people see it: who is there, which channels, and what stands in them."""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.slack import markup
from sandbox.slack.markup import Json

TEAM = "T0SANDBOX1"
OTHER_TEAM = "T0ELSEWHERE"
APP = "A0SANDBOX1"


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the workspace; *bot_id* and *app_id* are None for people of flesh and blood.

    *display_name* may be empty, as it is for many: clients then show *name*.
    """

    id: str
    name: str
    display_name: str
    team: str = TEAM
    locale: str = "en-US"
    guest: bool = False
    admin: bool = False
    bot_id: str | None = None
    app_id: str | None = None

    @property
    def called(self) -> str:
        """The name that clients show."""
        return self.display_name or self.name

    @property
    def external(self) -> bool:
        """Whether this is somebody of another workspace, met in a shared channel."""
        return self.team != TEAM


SLACKBOT = Person("USLACKBOT", "slackbot", "Slackbot")


@dataclass(frozen=True, slots=True)
class File:
    """A file that hangs on a message; *size* in bytes."""

    name: str
    mimetype: str = "text/plain"
    size: int = 1024


class Kind(enum.Enum):
    """What a conversation is, in the words of `channel_type`."""

    CHANNEL = "channel"
    GROUP = "group"
    IM = "im"
    MPIM = "mpim"


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says and carries, as it was handed in."""

    text: str
    blocks: tuple[Json, ...] = ()
    files: tuple[File, ...] = ()
    metadata: Json | None = None
    link_names: bool = False
    unfurl: bool = True


@dataclass(slots=True, eq=False)
class Message:
    """A message and all that became of it; *history* holds every text it ever showed."""

    ts: str
    author: Person
    words: Words
    thread_ts: str | None = None
    subtype: str | None = None
    broadcast: bool = False
    username: str | None = None
    edited_at: str | None = None
    edits: int = 0
    history: list[str] = field(default_factory=list[str])
    pinged: dict[str, None] = field(default_factory=dict[str, None])
    unfurled: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Channel:
    """A channel, DM or group DM; *people* holds the ids of its members."""

    id: str
    name: str
    kind: Kind
    people: set[str]
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict[str, Message])

    def ordered(self) -> list[Message]:
        """All messages, oldest first."""
        return sorted(self.messages.values(), key=lambda message: message.ts)

    def thread(self, ts: str) -> list[Message]:
        """The message *ts* and the replies below it, oldest first; empty where there is none."""
        return [message for message in self.ordered() if ts in (message.ts, message.thread_ts)]

    def replies(self) -> Mapping[str, list[Message]]:
        """The replies below each root that has any, oldest first, by the root's ts."""
        found: dict[str, list[Message]] = {}
        for message in self.ordered():
            if message.thread_ts is not None:
                found.setdefault(message.thread_ts, []).append(message)
        return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a person sees it, and what it did.

    *text* is what is displayed, *fallback* the raw ``text`` argument, *history* every text it ever
    showed, the present one last. *unfurled* are the addresses that Slack would have fetched, and
    *pinged* the tokens that would have notified somebody, over all versions.
    """

    ts: str
    user: str
    name: str
    text: str
    fallback: str
    blocks: tuple[Json, ...]
    thread_ts: str | None
    edits: int
    history: tuple[str, ...]
    metadata: Json | None
    files: tuple[File, ...]
    subtype: str | None
    unfurled: tuple[str, ...]
    pinged: tuple[str, ...]

    @property
    def buttons(self) -> tuple[str, ...]:
        """The action ids of the buttons below it."""
        return tuple(
            str(element["action_id"])
            for block in self.blocks
            if block["type"] == "actions"
            for element in block["elements"]
        )


class Workspace:
    """People, channels and messages; *now* gives microseconds since 1970."""

    def __init__(self, bot_name: str, now: Callable[[], int]) -> None:
        self._now = now
        self._last = 0
        self.people: dict[str, Person] = {SLACKBOT.id: SLACKBOT}
        self.channels: dict[str, Channel] = {}
        self.gone: list[Shown] = []
        self.bot = Person("U0CLAUDE01", bot_name, bot_name, bot_id="B0CLAUDE01", app_id=APP)
        self.people[self.bot.id] = self.bot

    @property
    def names(self) -> Mapping[str, str]:
        """What the people and channels are called, by id."""
        people = {person.id: person.called for person in self.people.values()}
        return people | {channel.id: channel.name for channel in self.channels.values()}

    def new_id(self, prefix: str, name: str) -> str:
        """A fresh id that is shaped like Slack's, and hints at *name*."""
        letters = "".join(char for char in name.upper() if char.isascii() and char.isalnum())
        number = len(self.people) + len(self.channels)
        return f"{prefix}{number:04d}{letters[:8]:0<5}"

    def add_channel(self, name: str, kind: Kind, people: Sequence[str]) -> Channel:
        """A new conversation with *people* in it."""
        prefix = {Kind.IM: "D", Kind.MPIM: "G"}.get(kind, "C")
        channel = Channel(self.new_id(prefix, name), name, kind, set(people))
        self.channels[channel.id] = channel
        return channel

    def dm(self, person: Person) -> Channel:
        """The DM of *person* with the bot, opened where there is none yet."""
        both = {person.id, self.bot.id}
        for channel in self.channels.values():
            if channel.kind is Kind.IM and channel.people == both:
                return channel
        return self.add_channel(person.name, Kind.IM, tuple(both))

    def next_ts(self) -> str:
        """A timestamp later than any given before, as ``seconds.microseconds``."""
        self._last = max(self._now(), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def put(self, channel: Channel, message: Message) -> Message:
        """Let *message* stand in *channel*. Raises ValueError where its ts is taken."""
        if message.ts in channel.messages:
            raise ValueError(f"{message.ts} is taken in {channel.id}")
        channel.messages[message.ts] = message
        self._show(message)
        if message.words.unfurl:
            message.unfurled = markup.urls(message.words.text, message.words.blocks)
        return message

    def change(self, message: Message, words: Words) -> str:
        """Make *message* say *words*, and return the time of the edit; no edit ever unfurls."""
        message.words = words
        message.edits += 1
        message.edited_at = self.next_ts()
        self._show(message)
        return message.edited_at

    def remove(self, channel: Channel, message: Message) -> str:
        """Take *message* away, and return the time; a root with replies leaves a tombstone."""
        self.gone.append(shown(message))
        del channel.messages[message.ts]
        at = self.next_ts()
        if channel.thread(message.ts):
            stone = Message(message.ts, SLACKBOT, Words("This message was deleted."))
            stone.subtype = "tombstone"
            self.put(channel, stone)
        return at

    def screen(self) -> str:
        """All that stands in all channels, as lines for a person to read."""
        lines: list[str] = []
        for channel in self.channels.values():
            lines.append(f"== {channel.name} ({channel.id})")
            lines += [_line(shown(message)) for message in channel.ordered()]
        return "\n".join(lines)

    def _show(self, message: Message) -> None:
        words = message.words
        message.history.append(markup.displayed(words.text, words.blocks, self.names))
        found = markup.pings(words.text, words.blocks, link_names=words.link_names)
        message.pinged.update(dict.fromkeys(found))


def shown(message: Message) -> Shown:
    """*message* as a person sees it at this moment."""
    return Shown(
        ts=message.ts,
        user=message.author.id,
        name=message.username or message.author.called,
        text=message.history[-1],
        fallback=message.words.text,
        blocks=message.words.blocks,
        thread_ts=message.thread_ts,
        edits=message.edits,
        history=tuple(message.history),
        metadata=message.words.metadata,
        files=message.words.files,
        subtype=message.subtype,
        unfurled=message.unfurled,
        pinged=tuple(message.pinged),
    )


def _line(message: Shown) -> str:
    marks = f" ({message.edits} edits)" if message.edits else ""
    indent = "    " if message.thread_ts else ""
    return f"{indent}{message.ts} {message.name}: {message.text!r}{marks}"
