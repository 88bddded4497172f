"""The Discord adapter: the parts joined behind `bot.ports.Adapter`, over the gateway."""

from collections import Counter
from functools import partial
from typing import Final, Protocol

import discord

from adapters.discord.client import Bot, Caller, Gate, intents
from adapters.discord.connection import Connection, Timing
from adapters.discord.events import PLATFORM, Dropped
from adapters.discord.limits import Limits
from adapters.discord.listening import Listener, Patience
from adapters.discord.nicks import Nicks
from adapters.discord.places import Places
from adapters.discord.setup import log_in, reads_content
from adapters.discord.thread import DiscordThread, Opening
from adapters.discord.web import API_URL, Web
from bot.model import Conversation
from bot.ports import Ear, Meter, Thread

_DEFAULT_TIMING: Final = Timing()
_DEFAULT_PATIENCE: Final = Patience()


class DiscordAdapter:
    """One application of Discord; implements `bot.ports.Adapter`.

    *meter* is told what Discord's answers say of its rates. *api_url* stands in for Discord's own:
    a proxy, the sandbox. Posts and edits have a client of their own, which goes on while the
    gateway's connection is built anew.
    """

    def __init__(
        self,
        *,
        bot_token: str,
        api_url: str | None = None,
        meter: Meter | None = None,
        timing: Timing = _DEFAULT_TIMING,
        patience: Patience = _DEFAULT_PATIENCE,
    ) -> None:
        self._bot_token = bot_token
        self._api_url = api_url or API_URL
        self._timing = timing
        self._patience = patience
        self._caller: Caller | None = None
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
        caller = self._caller = Caller(self._api_url, self._limits.hear)
        application = await log_in(caller, self._bot_token, self._api_url)
        self._intents = intents(content=reads_content(application))
        self._web = Web(caller, self._limits)

    async def run(self, ear: Ear) -> None:
        """Bring messages to *ear* until cancelled; `check` must have passed.

        Raises Denied where Discord refuses the token, or an intent, for good.
        """
        listener = Listener(
            ear,
            Places(self._checked()),
            self._reopened,
            self.dropped,
            self._patience,
            self._nicks,
        )

        def build(gate: Gate) -> Bot:
            bot = Bot(self._api_url, self._intents, gate)
            bot.listen_with(partial(_take, listener, bot))
            return bot

        self._connection = Connection(build, self._bot_token, self._timing)
        try:
            await self._connection.serve()
        finally:
            await listener.leave()
            self._connection = None

    def open(self, conversation: Conversation) -> DiscordThread:
        """The thread that shows *conversation*; `check` must have passed."""
        return self._reopened(conversation, None)

    async def close(self) -> None:
        """Let go of the connections to the REST API."""
        if self._caller is not None:
            await self._caller.close()

    def _reopened(self, conversation: Conversation, opening: Opening | None) -> DiscordThread:
        return DiscordThread(conversation, self._checked(), self._guild, self._nicks, opening)

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


def build_bot(settings: Settings, handler: Ear, meter: Meter | None = None) -> Bot:
    """A bot that brings its messages to *handler*, and answers over its own connections.

    *meter* is told what Discord's answers say of its rates. Nothing happens before it is started:
    no task, no connection, nothing registered.
    """
    api_url = settings.discord.api_url if settings.discord is not None else None
    limits = Limits(None if meter is None else meter.heed)
    bot = Bot(api_url or API_URL, intents(content=True), learn=limits.hear)
    web = Web(bot, limits)

    nicks = Nicks()

    def reopened(conversation: Conversation, opening: Opening | None) -> Thread:
        return DiscordThread(conversation, web, bot.get_guild, nicks, opening)

    listener = Listener(handler, Places(web), reopened, Counter(), _DEFAULT_PATIENCE, nicks)
    bot.listen_with(partial(_take, listener, bot))
    return bot


async def _take(listener: Listener, bot: Bot, message: discord.Message) -> None:
    assert bot.user is not None  # or it would hear nothing
    await listener.take(message, str(bot.user.id), bot.get_guild)
