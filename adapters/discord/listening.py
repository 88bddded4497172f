"""The way of a message: read, asked whether it concerns us, decoded, and handed to the ear."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import discord
from structlog import get_logger

from adapters.discord.bookmark import Bookmark
from adapters.discord.events import Dropped, Heard, read, refusal
from adapters.discord.messages import GuildOf, guild_id, said
from adapters.discord.nicks import Nicks
from adapters.discord.opening import Opening, thread_name
from adapters.discord.places import Places
from bot.errors import PlatformError, StoreAway
from bot.model import Conversation, IncomingMessage, Place
from bot.ports import Ear, Thread

_log = get_logger(__name__)

Reopen = Callable[[Conversation, Opening | None], Thread]
"""The thread of a conversation, and what it is to be opened for where it is not there yet."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a message waits for the store, in seconds, and how many messages do.

    Discord sends nothing twice, so that what is not taken in here is lost: a message waits for
    *longest*, the pause between two looks growing up to *pause*. *grace* is what the messages at
    work get to end.
    """

    longest: float = 900.0
    pause: float = 5.0
    first: float = 0.25
    most: int = 1000
    grace: float = 5.0


class Listener:
    """Takes the messages of one bot, and counts in *dropped* what is none for us.

    *bookmark* is told of each, *nicks* learns what people are called in their guild.
    """

    def __init__(
        self,
        ear: Ear,
        places: Places,
        reopen: Reopen,
        dropped: Counter[Dropped],
        patience: Patience,
        bookmark: Bookmark,
        nicks: Nicks,
    ) -> None:
        self._ear = ear
        self._nicks = nicks
        self._places = places
        self._reopen = reopen
        self._dropped = dropped
        self._patience = patience
        self._bookmark = bookmark
        self._waiting: set[asyncio.Task[None]] = set()

    async def take(self, message: discord.Message, us: str, guild_of: GuildOf) -> None:
        """Return when the ear has *message*, or it is not for us.

        *us* is our user id. Raises PlatformError where Discord does not tell where it stands.
        """
        with self._bookmark.taking(message.id):
            await self._take(message, us, guild_of)

    async def would_take(self, message: discord.Message, us: str, guild_of: GuildOf) -> bool:
        """Whether *message*, which a person wrote, may be for us; it is not taken in.

        Raises StoreAway, and PlatformError where Discord does not tell where it stands.
        """
        one = said(message, guild_of)
        if one.is_bot or refusal(one, us) is not None:
            return False
        ours = frozenset({us, *_roles_of(us, message, guild_of)})
        where = await self._places.of(message.channel)
        return await self._ear.concerns(read(one, where, ours).hint)

    async def _take(self, message: discord.Message, us: str, guild_of: GuildOf) -> None:
        one = said(message, guild_of)
        dropped = refusal(one, us)
        if dropped is not None:
            self._dropped[dropped] += 1
            return
        if isinstance(message.author, discord.Member):
            self._nicks.note(str(message.author.guild.id), one.author, one.name)
        ours = frozenset({us, *_roles_of(us, message, guild_of)})
        try:
            where = await self._places.of(message.channel)
        except PlatformError as error:
            self._dropped[Dropped.NO_PLACE] += 1
            _log.warning("discord_message_not_placed", reason=str(error))
            return
        await self._hear(read(one, where, ours), ours)

    async def leave(self) -> None:
        """Let the messages at work end, within the patience; those that do not are lost."""
        if self._waiting:
            _, late = await asyncio.wait(self._waiting, timeout=self._patience.grace)
            for task in late:
                task.cancel()
            if late:
                _log.warning("discord_messages_lost", messages=len(late))
                await asyncio.wait(late)

    async def _hear(self, heard: Heard, ours: frozenset[str]) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._waiting.add(task)
        try:
            await self._until_taken(heard, ours)
        finally:
            self._waiting.discard(task)

    async def _until_taken(self, heard: Heard, ours: frozenset[str]) -> None:
        pause, waited = self._patience.first, 0.0
        while True:
            try:
                return await self._offer(heard, ours)
            except StoreAway as error:
                crowded = len(self._waiting) > self._patience.most
                if crowded or waited >= self._patience.longest:
                    _log.error("discord_messages_lost", messages=1, reason=str(error))
                    return None
            await asyncio.sleep(pause)
            waited += pause
            pause = min(pause * 2, self._patience.pause)

    async def _offer(self, heard: Heard, ours: frozenset[str]) -> None:
        hint, one = heard.hint, heard.said
        if not await self._ear.concerns(hint):
            return
        message = IncomingMessage(
            conversation=hint.conversation,
            id=hint.message_id,
            sent_at=one.sent_at,
            place=hint.place,
            address=hint.address,
            author=one.by,
            text=one.read_by(ours),
            attachments=one.attachments,
        )
        opens = hint.place is Place.CHANNEL and hint.conversation.thread == hint.message_id
        opening = Opening(one, thread_name(one, ours)) if opens else None
        await self._ear.hear(message, self._reopen(hint.conversation, opening))


def _roles_of(us: str, message: discord.Message, guild_of: GuildOf) -> list[str]:
    """The roles in *message* that came with us: people often ping the role, not the bot."""
    called = message.raw_role_mentions
    guild = guild_of(guild_id(message.channel) or 0) if called else None
    roles: list[discord.Role] = []
    if guild is not None:
        roles = [role for one in called if (role := guild.get_role(one)) is not None]
    return [str(role.id) for role in roles if role.tags is not None and str(role.tags.bot_id) == us]
