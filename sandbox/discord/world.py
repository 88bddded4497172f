"""Discord as its people see it: guilds, channels, threads and DMs, and what stands in them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sandbox.discord import markup
from sandbox.discord.model import (
    BOT,
    Channel,
    Clock,
    Flag,
    Guild,
    Kind,
    Message,
    Person,
    Role,
    Shown,
    Sort,
    Words,
)
from sandbox.discord.permissions import EVERYONE, INVITED, Permission

EPOCH = 1_420_070_400_000  # the first second of 2015, in milliseconds


class World:
    """People, guilds, channels and messages; *now* gives milliseconds since 1970."""

    def __init__(self, bot_name: str, now: Clock) -> None:
        self.now = now
        self._last = 0
        self._minted = 0
        self.bot = Person(BOT, bot_name, bot=True)
        self.people: dict[str, Person] = {BOT: self.bot}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self._dms: dict[str, Channel] = {}
        self.gone: list[Shown] = []

    def new_id(self, ago: float = 0.0) -> str:
        """A fresh snowflake, larger than any before, or one from *ago* seconds back."""
        self._minted += 1
        tick = (self.now() - round(ago * 1000) - EPOCH) << 22
        if ago:
            return str(tick | self._minted)
        self._last = max(tick, self._last + 1)
        return str(self._last)

    def add_guild(self, name: str) -> Guild:
        """A new guild, with the roles that every guild here has, and our app in it."""
        identity, app_role, manager_role = self.new_id(), self.new_id(), self.new_id()
        guild = Guild(identity, name, app_role, manager_role)
        for role in (
            Role(identity, "@everyone", EVERYONE),
            Role(app_role, self.bot.name, INVITED, bot=BOT),
            Role(manager_role, "Managers", Permission.MANAGE_CHANNELS),
        ):
            guild.roles[role.id] = role
        self.guilds[identity] = guild
        return guild

    def add_channel(self, channel: Channel) -> Channel:
        """Let *channel* be there."""
        channel.position = len(self.channels)
        self.channels[channel.id] = channel
        if channel.guild is not None:
            channel.guild.channels[channel.id] = channel
        return channel

    def drop_channel(self, channel: Channel) -> None:
        """Let *channel* be gone; the message that a thread hung on stays without it."""
        del self.channels[channel.id]
        root = channel.parent and channel.parent.messages.get(channel.id)
        if root:
            root.thread = None
        if channel.guild is not None:
            del channel.guild.channels[channel.id]

    def dm(self, person: Person) -> Channel:
        """The DM of *person* with our app, opened where there is none yet."""
        if person.id not in self._dms:
            channel = Channel(self.new_id(), person.name, Kind.DM, person=person)
            self._dms[person.id] = self.add_channel(channel)
        return self._dms[person.id]

    def threads(self, channel: Channel) -> Iterator[Channel]:
        """The threads below *channel*, oldest first."""
        around = {} if channel.guild is None else channel.guild.channels
        return (thread for thread in around.values() if thread.parent is channel)

    def roles_of(self, person: Person, guild: Guild) -> list[str]:
        """The ids of the roles that *person* has in *guild*, without that of everyone."""
        roles = [role for role in person.roles if role in guild.roles]
        if person.manage_channels:
            roles.append(guild.manager_role)
        return [guild.app_role, *roles] if person.id == BOT else roles

    def may(self, person: Person, channel: Channel) -> Permission:
        """What *person* may do in *channel*."""
        if channel.guild is None:
            return EVERYONE
        place = channel.parent or channel
        if person.id == BOT and place.permissions is not None:
            return place.permissions
        granted = channel.guild.roles[channel.guild.id].permissions
        for role in self.roles_of(person, channel.guild):
            granted |= channel.guild.roles[role].permissions
        return granted

    def put(self, message: Message) -> Message:
        """Let *message* stand in its channel, if it is not for one person alone."""
        if Flag.EPHEMERAL not in message.flags:
            message.channel.messages[message.id] = message
        self._show(message)
        return message

    def change(self, message: Message, words: Words, flags: Flag) -> None:
        """Make *message* say *words*; a deferred response that gets its first is not edited."""
        if Flag.LOADING not in message.flags:
            message.edits += 1
            message.edited_at = self.now()
        message.words, message.flags = words, flags
        self._show(message)

    def remove(self, message: Message) -> None:
        """Take *message* away; a thread that hangs on it stays."""
        self.gone.append(shown(message))
        message.channel.messages.pop(message.id, None)

    @property
    def names(self) -> Mapping[str, str]:
        """What the tokens of people, roles and channels read as."""
        people = {f"<@{person.id}>": f"@{person.called}" for person in self.people.values()}
        channels = {f"<#{channel.id}>": f"#{channel.name}" for channel in self.channels.values()}
        roles = {
            f"<@&{role.id}>": f"@{role.name}"
            for guild in self.guilds.values()
            for role in guild.roles.values()
        }
        return people | channels | roles

    def screen(self) -> str:
        """All that stands in all channels, as lines for a person to read."""
        lines: list[str] = []
        for channel in self.channels.values():
            lines.append(f"== {channel.kind.name.lower()} {channel.name} ({channel.id})")
            lines += [_line(shown(message)) for message in channel.ordered()]
        return "\n".join(lines)

    def _show(self, message: Message) -> None:
        if Flag.LOADING in message.flags:
            return
        words = message.words
        message.history.append(words.text)
        message.pings = markup.pings(words.text, words.allowed) + _reply_ping(message)
        message.pinged.update(dict.fromkeys(message.pings))
        if Flag.SUPPRESS_EMBEDS not in message.flags:
            message.unfurled.update(dict.fromkeys(markup.addresses(words.text)))


def shown(message: Message) -> Shown:
    """*message* as a person sees it at this moment."""
    return Shown(
        id=message.id,
        channel=message.channel.id,
        author=message.author.id,
        name=message.author.called,
        text=message.words.text,
        edits=message.edits,
        history=tuple(message.history),
        sort=message.sort,
        flags=message.flags,
        embeds=message.words.embeds,
        components=message.words.components,
        files=message.words.files,
        reference=None if message.reference is None else message.reference.id,
        nonce=message.nonce,
        unfurled=tuple(message.unfurled),
        pinged=tuple(message.pinged),
    )


def moment(milliseconds: int) -> str:
    """A time as Discord writes it."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="microseconds")


def born(snowflake: str) -> int:
    """When the thing of that id was made, in milliseconds since 1970."""
    return (int(snowflake) >> 22) + EPOCH


def _reply_ping(message: Message) -> tuple[str, ...]:
    replied = message.reference
    if message.sort is not Sort.REPLY or replied is None or not message.words.allowed.replied_user:
        return ()
    # An app is not told that its response to an interaction was replied to
    # (discord/discord-api-docs#5395).
    return () if replied.origin else (f"<@{replied.author.id}>",)


def _line(message: Shown) -> str:
    marks = f" ({message.edits} edits)" if message.edits else ""
    return f"{message.id} {message.name}: {message.text!r}{marks}"
