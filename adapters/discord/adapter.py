"""The Discord adapter: the parts joined behind `bot.ports.Adapter`, over the gateway."""

import asyncio
from collections import Counter
from functools import partial
from types import MappingProxyType
from typing import Final, Protocol

import discord

from adapters.discord.backfill import Backfill, Pace
from adapters.discord.bookmark import Bookmark
from adapters.discord.client import Asker, Bot, Gate, intents
from adapters.discord.commanding import Commander
from adapters.discord.connection import Connection, Timing
from adapters.discord.events import PLATFORM, Dropped, is_private
from adapters.discord.limits import Limits
from adapters.discord.listening import Listener, Patience
from adapters.discord.menu import Words
from adapters.discord.nicks import Nicks
from adapters.discord.opening import Opening
from adapters.discord.pages import Pages
from adapters.discord.places import Places
from adapters.discord.private import PrivateThread
from adapters.discord.setup import log_in, reads_content
from adapters.discord.snowflakes import number
from adapters.discord.thread import DiscordThread
from adapters.discord.web import API_URL, Web
from bot.errors import decisive
from bot.model import Conversation
from bot.ports import Desk, Ear, Meter, RememberingEar, Thread, Token, lasting

_DEFAULT_TIMING: Final = Timing()
_DEFAULT_PATIENCE: Final = Patience()
_DEFAULT_PACE: Final = Pace()


class DiscordAdapter:
    """One application of Discord; implements `bot.ports.Adapter`.

    The token may be replaced by another one of the same application: each call takes it as it is by
    then, the gateway at its next login. *api_url* stands in for Discord's own: a proxy, the
    sandbox. *meter* is told what Discord's answers say of its rates, *words* are those of the menu,
    by key and language; *left_out* is said where not all that was missed is taken in. Posts and
    edits have a client of their own, which goes on while the gateway's connection is built anew.
    """

    def __init__(  # noqa: PLR0913  - each has a name at its call, and most a default
        self,
        *,
        bot_token: str | Token,
        api_url: str | None = None,
        words: Words = MappingProxyType({}),
        left_out: str = "",
        meter: Meter | None = None,
        timing: Timing = _DEFAULT_TIMING,
        patience: Patience = _DEFAULT_PATIENCE,
        pace: Pace = _DEFAULT_PACE,
    ) -> None:
        self._bot_token = lasting(bot_token)
        self._api_url = api_url or API_URL
        self._words = words
        self._left_out = left_out
        self._timing = timing
        self._patience = patience
        self._pace = pace
        self._caller: Asker | None = None
        self._web: Web | None = None
        self._nicks = Nicks()
        self._limits = Limits(None if meter is None else meter.heed)
        self._intents = intents(content=True)
        self._connection: Connection | None = None
        self.dropped: Counter[Dropped] = Counter()

    @property
    def platform(self) -> str:
        """``discord``."""
        return PLATFORM

    @property
    def connected(self) -> bool:
        """Whether every shard has a session at this moment."""
        bot = None if self._connection is None else self._connection.bot
        return bot is not None and bot.connected

    async def check(self) -> None:
        """Prove the token, learn who we are and whether we may read what does not mention us.

        Raises SetupError with the way out.
        """
        caller = self._caller = Asker(self._api_url, self._limits.hear)
        application = await log_in(caller, self._bot_token(), self._api_url)
        self._intents = intents(content=reads_content(application))
        self._web = Web(caller, self._limits, self._bot_token)

    async def run(self, ear: RememberingEar, desk: Desk) -> None:
        """Bring messages to *ear* and commands to *desk* until cancelled; `check` must have passed.

        What was said while nobody heard is read first. Raises Denied where Discord refuses the
        token, or an intent, for good.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                await self._serve(ear, desk, tasks)
        except BaseExceptionGroup as group:
            raise decisive(group) from None

    def open(self, conversation: Conversation) -> Thread:
        """The thread that shows *conversation*; `check` must have passed."""
        return self._reopened(conversation, None)

    async def close(self) -> None:
        """Let go of the connections to the REST API."""
        if self._caller is not None:
            await self._caller.close()

    async def _serve(self, ear: RememberingEar, desk: Desk, tasks: asyncio.TaskGroup) -> None:
        web, bookmark = self._checked(), Bookmark()
        places = Places(web)
        listener = Listener(
            ear, places, self._reopened, self.dropped, self._patience, bookmark, self._nicks
        )
        pages = Pages(web, listener, places, self._guild, self._pace.again, self._left_out)
        commander = Commander(desk, places, web, self._guild, self._reopened, self._nicks)
        backfill = Backfill(ear, number(web.us), pages, bookmark, self._pace)

        def build(gate: Gate) -> Bot:
            bot = Bot(self._api_url, self._intents, gate)
            bot.listen_with(partial(_take, listener, bot))
            bot.watch_with(backfill)
            commander.serve(bot, bot.tree, self._words)
            return bot

        self._connection = Connection(build, self._bot_token, self._timing)
        backfill.begin(tasks)
        try:
            await self._connection.serve()
        finally:
            backfill.stop()
            await listener.leave()
            await backfill.leave()
            self._connection = None

    def _reopened(self, conversation: Conversation, opening: Opening | None) -> Thread:
        if is_private(conversation):
            return PrivateThread(conversation, self._checked(), self._words, self._in_line)
        return DiscordThread(conversation, self._checked(), self._guild, self._nicks, opening)

    def _in_line(self, dm: Conversation) -> DiscordThread:
        return DiscordThread(dm, self._checked(), self._guild, self._nicks)

    def _guild(self, guild: int) -> discord.Guild | None:
        bot = None if self._connection is None else self._connection.bot
        return None if bot is None else bot.get_guild(guild)

    def _checked(self) -> Web:
        if self._web is None:
            raise RuntimeError("DiscordAdapter.check() has not passed: we do not know who we are")
        return self._web


class _Discord(Protocol):
    @property
    def api_url(self) -> str | None: ...


class Settings(Protocol):
    """What of the bot's settings a bot of Discord is built from."""

    @property
    def discord(self) -> _Discord | None:
        """Discord's own settings; None where it is not served."""
        ...


def build_bot(
    settings: Settings, handler: Ear, desk: Desk | None = None, meter: Meter | None = None
) -> Bot:
    """A bot that brings its messages to *handler*, and answers over its own connections.

    Commands and presses go to *desk*; without one, there is no command. *meter* is told what
    Discord's answers say of its rates. Nothing happens before it is started: no task, no
    connection, nothing registered.
    """
    api_url = settings.discord.api_url if settings.discord is not None else None
    limits = Limits(None if meter is None else meter.heed)
    bot = Bot(api_url or API_URL, intents(content=True), learn=limits.hear)
    web = Web(bot, limits)

    nicks = Nicks()

    def reopened(conversation: Conversation, opening: Opening | None) -> Thread:
        if is_private(conversation):
            return PrivateThread(conversation, web, {}, in_line)
        return DiscordThread(conversation, web, bot.get_guild, nicks, opening)

    def in_line(dm: Conversation) -> DiscordThread:
        return DiscordThread(dm, web, bot.get_guild, nicks)

    places = Places(web)
    listener = Listener(handler, places, reopened, Counter(), _DEFAULT_PATIENCE, Bookmark(), nicks)
    bot.listen_with(partial(_take, listener, bot))
    if desk is not None:
        commander = Commander(desk, places, web, bot.get_guild, reopened, nicks)
        commander.serve(bot, bot.tree, {})
    return bot


async def _take(listener: Listener, bot: Bot, message: discord.Message) -> None:
    assert bot.user is not None  # or it would hear nothing
    await listener.take(message, str(bot.user.id), bot.get_guild)
