"""A Discord conversation bound to its place: what is asked of it becomes calls of the REST API."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from structlog import get_logger

from adapters.discord.buttons import shown
from adapters.discord.events import settings_place
from adapters.discord.limits import EVERYTHING
from adapters.discord.messages import GuildOf, said
from adapters.discord.nicks import Nicks
from adapters.discord.nonces import MOST_TRIES, nonce_of, parts_of
from adapters.discord.opening import Opening, thread_name
from adapters.discord.past import Past
from adapters.discord.responses import asked, response_of
from adapters.discord.snowflakes import number
from adapters.discord.trouble import ARCHIVED, SHUT_OUT, UNKNOWN_CHANNEL, code_of, edit_refused
from adapters.discord.web import Posted, Web
from adapters.discord.writing import DiscordDialect, render
from bot.errors import Denied, EditRefused, MessageGone, PlatformError
from bot.model import Conversation, History, Turn
from bot.ports import BucketSpec, Call, Control, Found, Kind, Mark

_READ = 500  # messages of a thread that are looked through at most, five calls
_NEAR = 100  # those of a channel behind a question
_BUSY = 2.0  # seconds; nobody waits for an ornament

_log = get_logger(__name__)


class DiscordThread:
    """A thread, be it there or still to be opened as *opening*, or a DM answered in line.

    Where no thread takes our words, the answer stands in the channel, as a reply to the question.
    """

    def __init__(
        self,
        conversation: Conversation,
        web: Web,
        guild_of: GuildOf,
        nicks: Nicks,
        opening: Opening | None = None,
    ) -> None:
        self._conversation = conversation
        self._web = web
        self._guild_of = guild_of
        self._nicks = nicks
        self._question = None if opening is None else opening.question
        self._name = None if opening is None else opening.name
        self._in_channel = self._name is not None and web.is_threadless(self._channel)
        self._buckets: Mapping[Call, tuple[BucketSpec, ...]] = {}
        self._known: tuple[int, bool, int] | None = None  # of which the buckets are
        self._answered: str | None = None  # the command whose response was written
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
        return DiscordDialect()

    @property
    def controls(self) -> frozenset[Control]:
        """Everything: Discord has buttons."""
        return frozenset(Control)

    @property
    def whispers(self) -> bool:
        """Never: Discord tells one person alone only what answers their own press or command."""
        return False

    @property
    def buckets(self) -> Mapping[Call, tuple[BucketSpec, ...]]:
        """Discord's rates as they are known by now, each thread with its own."""
        known = (self._place, self._name is None, self._web.limits.version)
        if known != self._known:
            self._known, self._buckets = known, self._drawn_on()
        return self._buckets

    async def history(self, before: str) -> History:
        """The root and the newest 400 messages before *before*; nothing in a DM in line.

        Where *before* opens the thread: what it replies to, and what that does, up to ten. Tells
        what can be read in 8 s.
        """
        root = self._conversation.thread
        if root is None or root == response_of(before):
            return History(())
        past = Past(self._conversation, self._web, self._guild_of, self._nicks)
        if root == before:
            return await past.of_question(self._question)
        return await past.of_thread(before)

    async def post(self, text: str, mark: Mark) -> str:
        """The id of a new message that shows *text*, with nothing in it that pings or unfurls.

        The first one opens the thread where it is not there yet. What another worker of ours
        posted for the same mark a few minutes ago is given back, and made to show *text*.
        """
        response = response_of(mark.turn)
        if response is not None and mark.part == 0 and self._answered != mark.turn:
            await self.edit(response, text, mark)
            self._answered = mark.turn
            return response
        content = render(text)
        while True:
            posted = await self._posted(content, mark)
            if posted.text.strip() == content.strip():
                return posted.id
            try:
                await self._edit(posted.id, content, mark)
            except (MessageGone, EditRefused):
                # It was deleted, or stays as it is, and its nonce still stands for it.
                self._tries += 1
                if self._tries == MOST_TRIES:
                    raise
            else:
                return posted.id

    async def edit(self, message_id: str, text: str, mark: Mark) -> None:
        """Make the message *message_id* of ours show *text*, out of the archive if need be."""
        try:
            await self._opened(lambda: self._edit(message_id, render(text), mark))
        except EditRefused:
            self._tries = (self._tries + 1) % MOST_TRIES  # what is posted instead is another
            raise

    async def delete(self, message_id: str) -> None:
        """Remove the message *message_id* of ours; one that is gone already is no error."""
        self._tries = (self._tries + 1) % MOST_TRIES  # what is posted next is another message
        try:
            await self._opened(
                lambda: self._web.delete(self._channel_of(message_id), number(message_id))
            )
        except MessageGone:
            return

    def take_up(self, question: Turn) -> None:
        """Nothing comes with a question that its answer would need."""

    async def dismiss(self, turn: str) -> None:
        """Take away the response to the command *turn*, which would show that we think."""
        try:
            if (response := response_of(turn)) is not None:
                await self.delete(response)
        except PlatformError as error:
            _log.warning("discord_response_stays", reason=str(error))

    async def whisper(self, person: str, text: str) -> None:
        """Not to be called here."""
        raise NotImplementedError(person, text)

    async def find(self, turn: str) -> tuple[Found, ...]:
        """Our messages here that carry the turn *turn*, by part, then age.

        Discord keeps no word of ours with a message but its nonce, and tells that only for a
        while. Where it does not, nothing is found, and a post with the same nonce gives the
        message back that stands there.
        """
        parts, response = parts_of(turn), response_of(turn)
        responded = [Found(response, Mark(turn, 0, Kind.ANSWER))] if response is not None else []
        try:
            found = await self._found(self._place, parts, turn, _READ)
        except Denied as denied:
            if code_of(denied) != UNKNOWN_CHANNEL or not self._may_be_in_channel:
                raise
            found = await self._found(self._channel, parts, turn, _NEAR)
            self._in_channel = bool(found)
        found += responded
        return tuple(sorted(found, key=lambda one: (one.mark.part, number(one.message_id))))

    async def busy(self) -> None:
        """Show that we write: in the thread, or where the question stands if it has none yet."""
        try:
            async with asyncio.timeout(_BUSY):
                await self._web.typing(self._place if self._name is None else self._channel)
        except (PlatformError, TimeoutError) as error:
            _log.debug("discord_typing_failed", reason=type(error).__name__)

    @property
    def _place(self) -> int:
        """The channel that messages stand in: a thread is one of its own."""
        if self._in_channel or self._conversation.thread is None:
            return self._channel
        return number(self._conversation.thread)

    def _drawn_on(self) -> Mapping[Call, tuple[BucketSpec, ...]]:
        own = {call: self._web.limits.bucket(call, str(self._place)) for call in Call}
        # To open the thread is a call of its own, and reading one takes several.
        twice = {Call.READ} if self._name is None else {Call.READ, Call.POST}
        return {call: (own[call], *([EVERYTHING] * (1 + (call in twice)))) for call in Call}

    @property
    def _channel(self) -> int:
        return number(self._conversation.channel)

    @property
    def _may_be_in_channel(self) -> bool:
        """Whether the answer may stand in the channel after all, where there is no thread."""
        return self._conversation.thread is not None and not self._in_channel

    async def _posted(self, content: str, mark: Mark) -> Posted:
        if self._name is not None:
            await self._open_thread(self._name)
        try:
            return await self._let_in(content, mark)
        except Denied as denied:
            if code_of(denied) != UNKNOWN_CHANNEL or not self._may_be_in_channel:
                raise
        try:
            question = said(await self._web.message(self._channel, self._place), self._guild_of)
            await self._open_thread(thread_name(question, frozenset({self._web.us})))
        except Denied as denied:
            self._stay_in_channel(denied)
        return await self._let_in(content, mark)

    async def _let_in(self, content: str, mark: Mark) -> Posted:
        """What was posted; in the channel where the thread takes no word of ours."""
        try:
            return await self._send(content, mark)
        except Denied as denied:
            shut_out = code_of(denied) in SHUT_OUT and self._may_be_in_channel
            if not shut_out or mark.part > 0:
                raise
            self._stay_in_channel(denied)
        return await self._send(content, mark)

    async def _send(self, content: str, mark: Mark) -> Posted:
        nonce = nonce_of(mark.turn, mark.part, self._tries)
        # By this a press below it tells which conversation it means.
        reply_to = number(self._conversation.thread or "") if self._in_channel else None
        behind = response_of(mark.turn)
        return await self._web.post(self._place, content, nonce, shown(mark), reply_to, behind)

    async def _open_thread(self, name: str) -> None:
        if not self._in_channel:
            try:
                await self._web.start_thread(self._channel, self._place, name)
            except Denied as denied:
                self._stay_in_channel(denied)
        self._name = None

    def _stay_in_channel(self, denied: Denied) -> None:
        _log.warning("discord_answers_in_channel", reason=str(denied))
        self._web.note_threadless(self._channel)
        self._in_channel = True

    def _channel_of(self, message_id: str) -> int:
        """Where a message of ours stands: the one that opens the thread, in the parent channel."""
        return self._channel if message_id == self._conversation.thread else self._place

    async def _edit(self, message_id: str, content: str, mark: Mark) -> None:
        channel = self._channel_of(message_id)
        try:
            await self._web.edit(channel, number(message_id), content, shown(mark))
        except Denied as denied:
            raise edit_refused(denied) or denied from denied

    async def _found(
        self, channel: int, parts: Mapping[str, int], turn: str, limit: int
    ) -> list[Found]:
        """Those of our messages in *channel* whose nonce is among *parts*."""
        found: list[Found] = []
        async for message in self._web.messages(channel, after=asked(turn), limit=limit):
            part = parts.get(str(message.nonce))
            if str(message.author.id) == self._web.us and part is not None:
                found.append(Found(str(message.id), Mark(turn, part, Kind.ANSWER)))
        return found

    async def _opened(self, call: Callable[[], Awaitable[None]]) -> None:
        """Carry out *call*, once more where the thread had to be brought back, or is not there."""
        try:
            return await call()
        except Denied as denied:
            if code_of(denied) == UNKNOWN_CHANNEL and self._may_be_in_channel:
                return await self._tried_in_channel(call)
            if code_of(denied) != ARCHIVED:
                raise
        await self._web.unarchive(self._place)
        return await call()

    async def _tried_in_channel(self, call: Callable[[], Awaitable[None]]) -> None:
        self._in_channel = True
        try:
            await call()
        except MessageGone:
            self._in_channel = False  # the thread was deleted, and the message with it
            raise
