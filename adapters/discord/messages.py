"""One message of Discord as the library gives it, in an event or in a history, as a plain value."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import discord

from adapters.discord.reading import CHANNEL, ROLE, USER, clean, decode, named, without_call
from adapters.discord.snowflakes import micros
from bot.model import Attachment, Author, Standing

_SAID: Final = frozenset({discord.MessageType.default, discord.MessageType.reply})
# What other bots answer commands with is worth reading, though nobody speaks to us in it.
_ANSWERED: Final = _SAID | {
    discord.MessageType.chat_input_command,
    discord.MessageType.context_menu_command,
}

GuildOf = Callable[[int], discord.Guild | None]
"""A guild by its id, as far as it is known; names of roles and channels stand there."""


@dataclass(frozen=True, slots=True)
class Replied:
    """What a message is a reply to; *author* and *original* are None where that was not told.

    *goes_on* says whether a conversation can go on there: a thread hangs on it, or it answers a
    command.
    """

    message: str
    author: str | None
    goes_on: bool
    original: "Said | None" = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message; *text* is still in Discord's own notation.

    *names* tells what the ids in it read as. *mentions* are the ids of users, and roles, that it
    pings. *is_speech* is False for what Discord itself writes.
    """

    id: int
    author: str
    name: str
    is_bot: bool
    is_webhook: bool
    is_speech: bool
    is_worth_reading: bool
    text: str
    names: Mapping[tuple[str, str], str]
    mentions: frozenset[str]
    attachments: tuple[Attachment, ...]
    reply_to: Replied | None
    nonce: str | None

    @property
    def sent_at(self) -> int:
        """When it was written, in microseconds since 1970."""
        return micros(self.id)

    @property
    def by(self) -> Author:
        """Who wrote it, with the name that people see."""
        standing = Standing.BOT if self.is_bot or self.is_webhook else Standing.MEMBER
        return Author(self.author, self.name, standing)

    def read_by(self, ours: frozenset[str]) -> str:
        """The text as a person reads it, without the call of *ours* that it begins with."""
        return decode(without_call(self.text, ours), self.names)


def said(message: discord.Message, guild_of: GuildOf) -> Said:
    """*message* as a value."""
    text = _spoken(message)
    author = message.author
    return Said(
        id=message.id,
        author=str(author.id),
        name=clean(author.display_name) or "somebody",
        is_bot=author.bot,
        is_webhook=message.webhook_id is not None,
        is_speech=message.type in _SAID,
        is_worth_reading=message.type in _ANSWERED,
        text=text,
        names=dict(_names(message, text, guild_of)),
        mentions=frozenset(str(one) for one in _mentioned(message)),
        attachments=tuple(_files(message)),
        reply_to=_replied(message, guild_of),
        nonce=None if message.nonce is None else str(message.nonce),
    )


def readable(text: str, guild: discord.Guild | None, name_of: Callable[[str], str]) -> str:
    """*text*, which came without a message around it, as a person reads it.

    *name_of* gives what a user is called by their id.
    """
    names: dict[tuple[str, str], str] = {}
    for kind, id_ in named(text):
        name = name_of(id_) if kind == USER else guild and _in_guild(guild, kind, int(id_))
        if name and (shown := clean(name)):
            names[kind, id_] = shown
    return decode(text, names)


def _spoken(message: discord.Message) -> str:
    # What was forwarded stands in a snapshot; alert bots often say all in embeds.
    forwarded = (snapshot.content for snapshot in message.message_snapshots)
    said = "\n".join(filter(None, (message.content, *forwarded, *_stickers(message))))
    if said or not message.author.bot:
        return _sayable(said)
    embedded = (part for e in message.embeds for part in (e.title, e.description) if part)
    return _sayable("\n".join(embedded))


def _sayable(text: str) -> str:
    # JSON can carry half a surrogate pair, which neither the store nor Claude's API takes.
    return text.encode("utf-8", "replace").decode("utf-8")


def _stickers(message: discord.Message) -> Iterator[str]:
    for sticker in message.stickers:
        yield f"[sticker: {clean(sticker.name)}]"


def _names(
    message: discord.Message, text: str, guild_of: GuildOf
) -> Iterator[tuple[tuple[str, str], str]]:
    people = {str(user.id): user.display_name for user in message.mentions}
    guild = message.guild or guild_of(guild_id(message.channel) or 0)
    for kind, id_ in named(text):
        name = people.get(id_) if kind == USER else guild and _in_guild(guild, kind, int(id_))
        if name and (shown := clean(name)):
            yield (kind, id_), shown


def _in_guild(guild: discord.Guild, kind: str, id_: int) -> str | None:
    if kind == ROLE:
        role = guild.get_role(id_)
        return None if role is None else role.name
    channel = guild.get_channel_or_thread(id_) if kind == CHANNEL else None
    return None if channel is None else channel.name


def guild_id(channel: object) -> int | None:
    """The guild of *channel*; None for a DM."""
    if isinstance(channel, discord.PartialMessageable):
        return channel.guild_id
    guild: object = getattr(channel, "guild", None)
    return guild.id if isinstance(guild, discord.Guild) else None


def _mentioned(message: discord.Message) -> Iterator[int]:
    yield from (user.id for user in message.mentions)
    yield from message.raw_role_mentions


def _files(message: discord.Message) -> Iterator[Attachment]:
    for file in message.attachments:
        media_type = clean(file.content_type or "") or "application/octet-stream"
        yield Attachment(clean(file.filename) or "file", media_type, file.size)


def _replied(message: discord.Message, guild_of: GuildOf) -> Replied | None:
    reference = message.reference
    if message.type is not discord.MessageType.reply or reference is None:
        return None
    if reference.message_id is None:
        return None
    original = reference.resolved
    if not isinstance(original, discord.Message):
        return Replied(str(reference.message_id), None, goes_on=False)
    told = said(original, guild_of)
    goes_on = original.flags.has_thread or original.interaction_metadata is not None
    return Replied(str(original.id), told.author, goes_on, told)
