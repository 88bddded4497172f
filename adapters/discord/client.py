"""The clients of discord.py as we use it: one that only asks, and the bot that hears."""

import asyncio
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol, TypeGuard

import aiohttp
import discord
from discord.ext import commands
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route
from structlog import get_logger
from yarl import URL

from adapters.discord import gateway, menu
from adapters.discord.calls import discords_errors
from bot.errors import PlatformError, origin

INTENTS: Final = discord.Intents(
    guilds=True, guild_messages=True, dm_messages=True, message_content=True
)
_TELLING_CHANNELS: Final = frozenset({"GUILD_CREATE", "CHANNEL_CREATE", "CHANNEL_UPDATE"})
_SYNCING: Final = 5.0  # seconds that telling Discord of our commands may delay the first hearing
_LONGEST_WAIT: Final = 30.0  # seconds; of a longer one the core is told, and it decides

_log = get_logger(__name__)

Hear = Callable[[discord.Message], Awaitable[None]]
Gate = Callable[[], Awaitable[None]]
Learn = Callable[[str, str, int, Mapping[str, str]], None]
"""Takes method, path, status and headers of each answer of the REST API."""


class Watcher(Protocol):
    """What is told of a bot's sessions: each begins, tells of its guilds, and then goes on."""

    def began(self, shard: int) -> None:
        """*shard* has a session that knows nothing of what was said before it."""
        ...

    def arrived(self, guild: discord.Guild) -> None:
        """*guild* and its channels are known as they are by now."""
        ...

    def told(self, shard: int) -> None:
        """No more guilds are on their way, but for those that Discord itself lost."""
        ...


def intents(*, content: bool) -> discord.Intents:
    """What we want to be told of; without *content*, Discord shows only what mentions us."""
    wanted = discord.Intents(INTENTS.value)
    wanted.message_content = content
    return wanted


class Asker(discord.Client):
    """A client that logs in, asks, and never connects to the gateway; *api_url* for Discord's.

    *learn* is told of each answer: discord.py keeps to itself what its headers say.
    """

    def __init__(self, api_url: str, learn: Learn | None = None) -> None:
        super().__init__(intents=discord.Intents.none(), **_options(learn))
        self._api_url = api_url

    async def login(self, token: str) -> None:
        """Learn who we are. Raises what discord.py raises."""
        _direct(self._api_url)
        await super().login(token)


class Bot(commands.AutoShardedBot):
    """Hears messages for as long as its connection lasts; *gate* is passed before each IDENTIFY.

    AutoShardedBot, since it survives a first connection that fails.
    """

    def __init__(
        self,
        api_url: str,
        wanted: discord.Intents,
        gate: Gate | None = None,
        learn: Learn | None = None,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=wanted,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            **_options(learn),
        )
        self._api_url = api_url
        self._hear: Hear | None = None
        self._watcher: Watcher | None = None
        self._gate = gate
        self._live: set[int] = set()
        parsers = self._connection.parsers
        for event in _TELLING_CHANNELS & parsers.keys():
            parsers[event] = _completing(parsers[event])

    @property
    def connected(self) -> bool:
        """Whether every shard has a session at this moment."""
        return bool(self._live) and len(self._live) == (self.shard_count or 1)

    def listen_with(self, hear: Hear) -> None:
        """Hand each message to *hear*."""
        self._hear = hear

    async def setup_hook(self) -> None:
        """Have Discord offer the commands of the tree, if there are any that it does not know."""
        assert self.application_id is not None  # logged in
        if not self.tree.get_commands():
            return
        try:
            with discords_errors("commands"):
                async with asyncio.timeout(_SYNCING):
                    synced = await menu.sync(self.tree, self.application_id)
        except PlatformError as error:
            # What people say to us does not depend on it.
            _log.warning("discord_commands_not_synced", reason=str(error))
        else:
            _log.info("discord_commands", synced=synced)

    def watch_with(self, watcher: Watcher) -> None:
        """Tell *watcher* of each session."""
        self._watcher = watcher

    async def login(self, token: str) -> None:
        """Learn who we are. Raises what discord.py raises."""
        gateway.use()
        _direct(self._api_url)
        await super().login(token)

    async def connect(self, *, reconnect: bool = True) -> None:
        """Hear, until the connection ends for good. Raises whatever discord.py trips over."""
        _, url, _ = await self.http.get_bot_gateway()
        # Where discord.py identifies anew when its session has become invalid.
        DiscordWebSocket.DEFAULT_GATEWAY = URL(url)
        await super().connect(reconnect=reconnect)

    async def close(self) -> None:
        """End every session, also one that discord.py gave up before it had begun."""
        # Of such a one discord.py keeps nothing but the thread that beats for it.
        hearts = [thread for thread in threading.enumerate() if self._owns(thread)]
        for heart in hearts:
            heart.stop()
        await super().close()
        for heart in hearts:
            await heart.ws.close()

    def _owns(self, thread: threading.Thread) -> TypeGuard[KeepAliveHandler]:
        return (
            isinstance(thread, KeepAliveHandler) and thread.ws._connection is self._connection  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        )

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for our own leave, or as discord.py does between shards."""
        if self._gate is None:
            await super().before_identify_hook(shard_id, initial=initial)
        else:
            await self._gate()

    async def on_message(self, message: discord.Message, /) -> None:
        """Hand *message* on; no command is looked for in its text."""
        if self._hear is not None:
            await self._hear(message)

    async def on_shard_connect(self, shard_id: int) -> None:
        """A shard has a session."""
        self._live.add(shard_id)
        if self._watcher is not None:
            self._watcher.began(shard_id)
        _log.info("discord_connected", shard=shard_id)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A session tells what stands in *guild*."""
        if self._watcher is not None:
            self._watcher.arrived(guild)

    async def on_shard_ready(self, shard_id: int) -> None:
        """A session has told of its guilds."""
        if self._watcher is not None:
            self._watcher.told(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """A shard has its session again."""
        self._live.add(shard_id)
        _log.info("discord_resumed", shard=shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """A shard is without a connection; discord.py tries to resume."""
        self._live.discard(shard_id)
        _log.info("discord_disconnected", shard=shard_id)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Tell where a handler of ours failed, without its stack, which may quote a person."""
        error = sys.exception()
        if error is not None:
            fault = type(error).__name__
            _log.error("discord_event_failed", on=event_method, fault=fault, where=origin(error))


def _completing(parse: Callable[[Any], None]) -> Callable[[Any], None]:
    # The library ends at a channel without it, though Discord calls it optional; then one guild
    # that never can be read would keep us from all others.
    def completed(event: Any) -> None:
        for channel in event.get("channels", (event,)):
            channel.setdefault("position", 0)
        parse(event)

    return completed


def _options(learn: Learn | None) -> dict[str, Any]:
    # Its lines carry tracebacks and the text of messages; what matters of them we tell ourselves.
    logging.getLogger("discord").setLevel(logging.CRITICAL)
    tracing = aiohttp.TraceConfig()
    tracing.on_request_end.append(_count_refusals)
    if learn is not None:
        tracing.on_request_end.append(_told(learn))
    return {
        "max_messages": None,  # 0 would mean 1,000
        "allowed_mentions": discord.AllowedMentions.none(),
        "max_ratelimit_timeout": _LONGEST_WAIT,
        "http_trace": tracing,
    }


async def _count_refusals(
    _session: object, _context: object, ended: aiohttp.TraceRequestEndParams
) -> None:
    # discord.py waits and asks again: nobody else would learn of it.
    if ended.response.status == 429:
        scope = ended.response.headers.get("X-RateLimit-Scope")
        _log.warning("discord_rate_limited", method=ended.method, scope=scope)


def _told(learn: Learn) -> Callable[..., Awaitable[None]]:
    async def tell(
        _session: object, _context: object, ended: aiohttp.TraceRequestEndParams
    ) -> None:
        learn(ended.method, ended.url.path, ended.response.status, ended.response.headers)

    return tell


def _direct(api_url: str) -> None:
    # The one switch that discord.py has for another address; the gateway's comes from there.
    Route.BASE = api_url.rstrip("/")
