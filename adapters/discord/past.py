"""What stood in a conversation before us: a thread's messages, or what a question replies to."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from structlog import get_logger

from adapters.discord.messages import GuildOf, Said, said
from adapters.discord.nicks import Nicks
from adapters.discord.responses import asked
from adapters.discord.snowflakes import micros, number
from adapters.discord.trouble import UNKNOWN_CHANNEL, code_of
from adapters.discord.web import Web
from bot.errors import Denied, MessageGone, Unreachable
from bot.model import Conversation, History, PastMessage

NEWEST: Final = 400  # messages of a thread that are read behind its root
READING: Final = 6.5  # seconds that reading may take; the person who asked is waiting
_READ = 500  # messages that are looked through at most, five calls
_REPLIES = 10  # messages that a chain of replies is followed upwards

_log = get_logger(__name__)


class Past:
    """Reads what a conversation begins with, for *seconds* at most.

    *nicks* are what people are called there. What cannot be read in that time is not told.
    """

    def __init__(
        self,
        conversation: Conversation,
        web: Web,
        guild_of: GuildOf,
        nicks: Nicks,
        seconds: float = READING,
    ) -> None:
        self._conversation = conversation
        self._web = web
        self._guild_of = guild_of
        self._nicks = nicks
        self._seconds = seconds
        self._channel = number(conversation.channel)
        self._thread = number(conversation.thread or conversation.channel)

    async def of_thread(self, before: str) -> History:
        """The root and the newest 400 messages before *before*."""
        newest: list[Said] = []
        first: Said | None = None
        more = 0
        try:
            async with asyncio.timeout(self._seconds):
                newest = await self._newest(asked(before))
                first = await self._root(newest) if self._thread < asked(before) else None
                more = await self._omitted() if len(newest) > NEWEST else 0
        except TimeoutError:
            self._cut()
        later = [one for one in newest[:NEWEST] if first is None or one.id != first.id]
        return self._told([*([first] if first else []), *reversed(later)], more)

    async def of_question(self, question: Said | None) -> History:
        """What the question that opens the thread replies to, and that, up to ten messages.

        *question* is None where no event told of it: it is read then. Each message is read with
        what it replies to, so that a chain takes half as many calls as it is long. A chain ends
        at a message that is gone.
        """
        chain: list[Said] = []
        try:
            async with asyncio.timeout(self._seconds):
                one = question or await self._message(self._thread)
                while one is not None and one.reply_to is not None and len(chain) < _REPLIES:
                    upper = one.reply_to.original
                    one = upper or await self._message(number(one.reply_to.message))
                    chain += [one] if one is not None else []
        except TimeoutError:
            self._cut()
        return self._told([one for one in reversed(chain) if _is_worth_telling(one)])

    async def _newest(self, before: int) -> list[Said]:
        """The newest messages before *before* that are worth telling, newest first.

        More than are told, where there are more.
        """
        found = self._web.messages(self._thread, before=before or None, limit=_READ)
        try:
            everything = [said(message, self._guild_of) async for message in found]
        except Denied as denied:
            if code_of(denied) != UNKNOWN_CHANNEL:
                raise
            return []  # nobody has opened it so far
        return [one for one in everything if _is_worth_telling(one)]

    async def _root(self, newest: Sequence[Said]) -> Said | None:
        """The message that opened the thread: in the parent channel, in a forum in the thread."""
        for one in newest:
            if one.id == self._thread:
                return one
        for channel in (self._channel, self._thread):
            try:
                return said(await self._web.message(channel, self._thread), self._guild_of)
            except (MessageGone, Denied):
                continue  # a thread may also be opened without any message
            except Unreachable:
                return None
        return None

    async def _omitted(self) -> int:
        count = (await self._web.channel(self._thread)).messages
        return max(1, count - NEWEST - 1)  # the question is counted; old threads stop at 50

    async def _message(self, message: int) -> Said | None:
        """One message of the channel; None where it is gone, or out of our reach."""
        try:
            return said(await self._web.message(self._channel, message), self._guild_of)
        except (MessageGone, Denied):
            return None

    def _cut(self) -> None:
        _log.warning("discord_history_cut", conversation=self._conversation.key)

    def _told(self, messages: Sequence[Said], omitted: int = 0) -> History:
        return History(tuple(self._past(one) for one in messages), omitted)

    def _past(self, one: Said) -> PastMessage:
        us = self._web.us
        name = self._nicks.of(self._conversation.workspace, one.author, one.name)
        return PastMessage(
            id=str(one.id),
            sent_at=micros(one.id),
            author=None if one.author == us else replace(one.by, name=name),
            text=one.read_by(frozenset({us})),
            attachments=one.attachments,
        )


def _is_worth_telling(one: Said) -> bool:
    return one.is_worth_reading and bool(one.text or one.attachments)
