"""A Discord conversation bound to its place: what is asked of it becomes calls of the REST API."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from structlog import get_logger

from adapters.discord.events import settings_place
from adapters.discord.limits import EVERYTHING
from adapters.discord.messages import GuildOf, Said, said
from adapters.discord.reading import title
from adapters.discord.snowflakes import micros, number
from adapters.discord.trouble import ARCHIVED, UNKNOWN_CHANNEL, code_of
from adapters.discord.web import Posted, Web
from adapters.discord.writing import DiscordDialect, render
from bot.errors import Denied, MessageGone, PlatformError, Unreachable
from bot.model import Conversation, History, PastMessage
from bot.ports import BucketSpec, Call, Found, Kind, Mark

NEWEST = 400  # messages of a thread that are read behind its root
READING = 6.5  # seconds that reading a thread may take; the person who asked is waiting
_READ = 500  # messages that are looked through at most, five calls
_NONCE = 25  # characters that Discord takes
_MOST_PARTS = 64
_MOST_TRIES = 4
_BUSY = 2.0  # seconds; nobody waits for an ornament
_DIALECT: Final = DiscordDialect()

_log = get_logger(__name__)


class DiscordThread:
    """A thread, be it there or still to be opened, or a DM that is answered in line.

    *name* is what the thread will be called where it is known not to be there yet.
    """

    def __init__(
        self, conversation: Conversation, web: Web, guild_of: GuildOf, name: str | None = None
    ) -> None:
        self._conversation = conversation
        self._web = web
        self._guild_of = guild_of
        self._name = name
        self._tries = 0  # how often Discord gave back, for a nonce, a message that is gone

    @property
    def conversation(self) -> Conversation:
        """The conversation that this thread shows."""
        return self._conversation

    @property
    def settings_place(self) -> str:
        """The channel, as `bot.toml` names it; a thread has its parent channel's settings."""
        return settings_place(self._conversation.channel)

    @property
    def dialect(self) -> DiscordDialect:
        """How text is measured on Discord."""
        return _DIALECT

    @property
    def buckets(self) -> Mapping[Call, tuple[BucketSpec, ...]]:
        """Discord's rates as they are known by now, each thread with its own."""
        own = {call: self._web.limits.bucket(call, str(self._place)) for call in Call}
        # To open the thread is a call of its own, and reading one takes several.
        twice = {Call.READ} if self._name is None else {Call.READ, Call.POST}
        return {call: (own[call], *([EVERYTHING] * (1 + (call in twice)))) for call in Call}

    async def history(self, before: str) -> History:
        """The root and the newest 400 messages before *before*; nothing in a DM in line.

        Takes at most 8 s: of a thread that cannot be read in that time, it tells what was read.
        """
        root = self._conversation.thread
        if root is None or root == before:
            return History(())
        newest: list[Said] = []
        first: Said | None = None
        more = 0
        try:
            async with asyncio.timeout(READING):
                newest = await self._newest(number(before))
                first = await self._root(newest)
                more = await self._omitted() if len(newest) > NEWEST else 0
        except TimeoutError:
            _log.warning("discord_history_cut", conversation=self._conversation.key)
        later = [one for one in newest[:NEWEST] if first is None or one.id != first.id]
        told = [*([first] if first else []), *reversed(later)]
        return History(tuple(self._past(one) for one in told), more)

    async def post(self, text: str, mark: Mark) -> str:
        """The id of a new message that shows *text*, with nothing in it that pings or unfurls.

        The first one opens the thread where it is not there yet. Discord gives back the message
        that another worker of ours posted for the same mark a few minutes ago; it then shows
        *text* as well.
        """
        content = render(text)
        while True:
            posted = await self._posted(content, _nonce(mark.turn, mark.part, self._tries))
            if posted.text.strip() == content.strip():
                return posted.id
            try:
                await self._web.edit(self._place, number(posted.id), content)
            except MessageGone:
                # It was deleted, and its nonce still stands for it.
                self._tries += 1
                if self._tries == _MOST_TRIES:
                    raise
            else:
                return posted.id

    async def edit(self, message_id: str, text: str, mark: Mark) -> None:  # noqa: ARG002  - a message's nonce stays what it was
        """Make the message *message_id* of ours show *text*, out of the archive if need be."""
        content = render(text)
        await self._opened(lambda: self._web.edit(self._place, number(message_id), content))

    async def delete(self, message_id: str) -> None:
        """Remove the message *message_id* of ours; one that is gone already is no error."""
        self._tries = (self._tries + 1) % _MOST_TRIES  # what is posted next is another message
        try:
            await self._opened(lambda: self._web.delete(self._place, number(message_id)))
        except MessageGone:
            return

    async def find(self, turn: str) -> tuple[Found, ...]:
        """Our messages here that carry the turn *turn*, by part, then age.

        Discord keeps no word of ours with a message but its nonce, and tells that only for a
        while. Where it does not, nothing is found, and a post with the same nonce gives the
        message back that stands there.
        """
        parts = {
            _nonce(turn, part, tries): part
            for part in range(_MOST_PARTS)
            for tries in range(_MOST_TRIES)
        }
        found: list[Found] = []
        try:
            async for message in self._web.messages(self._place, after=number(turn), limit=_READ):
                part = parts.get(str(message.nonce))
                if str(message.author.id) == self._web.us and part is not None:
                    found.append(Found(str(message.id), Mark(turn, part, Kind.ANSWER)))
        except Denied as denied:
            if code_of(denied) != UNKNOWN_CHANNEL:
                raise
        return tuple(sorted(found, key=lambda one: (one.mark.part, number(one.message_id))))

    async def busy(self) -> None:
        """Show that we write: in the thread, or where the question stands if it has none yet."""
        channel = self._place if self._name is None else number(self._conversation.channel)
        try:
            async with asyncio.timeout(_BUSY):
                await self._web.typing(channel)
        except (PlatformError, TimeoutError) as error:
            _log.debug("discord_typing_failed", reason=type(error).__name__)

    @property
    def _place(self) -> int:
        """The channel that messages stand in: a thread is one of its own."""
        return number(self._conversation.thread or self._conversation.channel)

    async def _posted(self, content: str, nonce: str) -> Posted:
        if self._name is not None:
            await self._open_thread(self._name)
        try:
            return await self._web.post(self._place, content, nonce)
        except Denied as denied:
            if code_of(denied) != UNKNOWN_CHANNEL or self._conversation.thread is None:
                raise
        await self._open_thread(await self._name_of_question())
        return await self._web.post(self._place, content, nonce)

    async def _open_thread(self, name: str) -> None:
        await self._web.start_thread(number(self._conversation.channel), self._place, name)
        self._name = None

    async def _name_of_question(self) -> str:
        question = await self._web.message(number(self._conversation.channel), self._place)
        return thread_name(said(question, self._guild_of), frozenset({self._web.us}))

    async def _opened(self, call: Callable[[], Awaitable[None]]) -> None:
        """Carry out *call*, once more where the thread had to be brought back for it."""
        try:
            return await call()
        except Denied as denied:
            if code_of(denied) != ARCHIVED:
                raise
        await self._web.unarchive(self._place)
        return await call()

    async def _newest(self, before: int) -> list[Said]:
        """The newest messages before *before* that are worth telling, newest first.

        More than are told, where there are more.
        """
        found = self._web.messages(self._place, before=before or None, limit=_READ)
        everything = [said(message, self._guild_of) async for message in found]
        return [one for one in everything if _is_worth_telling(one)]

    async def _root(self, newest: list[Said]) -> Said | None:
        """The message that opened the thread: in the parent channel, in a forum in the thread."""
        for one in newest:
            if one.id == self._place:
                return one
        for channel in (number(self._conversation.channel), self._place):
            try:
                return said(await self._web.message(channel, self._place), self._guild_of)
            except (MessageGone, Denied):
                continue  # a thread may also be opened without any message
            except Unreachable:
                return None
        return None

    async def _omitted(self) -> int:
        count = (await self._web.channel(self._place)).messages
        return max(1, count - NEWEST - 1)  # the question is counted; old threads stop at 50

    def _past(self, one: Said) -> PastMessage:
        us = self._web.us
        return PastMessage(
            id=str(one.id),
            sent_at=micros(one.id),
            author=None if one.author == us else one.by,
            text=one.read_by(frozenset({us})),
            attachments=one.attachments,
        )


def thread_name(question: Said, ours: frozenset[str]) -> str:
    """What a thread for *question* is called; the asker's name where it says nothing."""
    return title(question.read_by(ours), question.name)


def _is_worth_telling(one: Said) -> bool:
    return one.is_worth_reading and bool(one.text or one.attachments)


def _nonce(turn: str, part: int, tries: int) -> str:
    """What a message of ours is called by while Discord remembers it; the same on each worker."""
    return hashlib.sha256(f"{turn}/{part}/{tries}".encode()).hexdigest()[:_NONCE]
