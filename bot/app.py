"""The composition root: builds all parts, joins them in one TaskGroup, takes them down in order."""

import asyncio
import gc
import random
import signal
import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from bot import health
from bot.answering import Pen
from bot.claude import Claude
from bot.desk import Desk
from bot.errors import SetupError, StoreAway
from bot.health import Probe
from bot.model import Conversation
from bot.pacer import Pacer
from bot.ports import Adapter, Thread
from bot.responder import Responder
from bot.retry import Patience
from bot.sentences import PEOPLE, say
from bot.settings import Settings, missing, not_in_force_yet, refusal
from bot.store import Conversations, Nudges, Server, connect

log = structlog.get_logger(__name__)

# That answers may go on after SIGTERM; then another process finishes them. A call in flight is
# waited for besides, and whoever sent the signal often kills after 10 s.
DRAIN_SECONDS = 6.0
CLIENT = "parley"  # what the store's server calls us in its list of clients

Adapters = Mapping[str, Adapter]


def run(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises SetupError before anything was started."""
    asyncio.run(_until_signalled(settings))


async def serve(
    settings: Settings,
    stop: asyncio.Event,
    *,
    started: asyncio.Event | None = None,
    drain: float = DRAIN_SECONDS,
) -> None:
    """Serve every platform that has its tokens until *stop* is set; *started* once it does.

    Answers may go on for *drain* seconds then; what is not finished is handed over.

    Raises SetupError where the set-up is wrong, StoreError where the embedded store gives up.
    """
    adapters = {adapter.platform: adapter for adapter in _adapters(settings)}
    _warn(settings)
    async with AsyncExitStack() as house:
        for adapter in adapters.values():
            house.push_async_callback(adapter.close)
            await adapter.check()
        server = (
            None if settings.redis_url else Server(settings.data_dir, binary=settings.redis_server)
        )
        store, nudges = await house.enter_async_context(_store(settings, server))
        claude = await house.enter_async_context(_claude(settings))
        if settings.port is not None:
            probes = dict(_probes(store, adapters))
            await house.enter_async_context(health.serve(settings.port, probes))
        async with asyncio.TaskGroup() as tasks:
            responder = Responder(
                settings,
                _pen(settings, store, claude),
                tasks=tasks,
                open_thread=lambda conversation: _open(adapters, conversation),
            )
            desk = Desk(settings, store, nudges, responder, lead=responder.lead)
            background = [
                tasks.create_task(responder.sweep()),
                tasks.create_task(nudges.listen(responder.nudge)),
            ]
            if server is not None:
                background.append(tasks.create_task(server.watch()))
            listening = [tasks.create_task(one.run(responder, desk)) for one in adapters.values()]
            # What the libraries brought along stays: a collection that walks through it stops the
            # loop for 150 ms and more.
            gc.collect()
            gc.freeze()
            log.info("serving", platforms=sorted(adapters))
            if started is not None:
                started.set()
            await stop.wait()
            await _end(listening)
            await responder.drain(drain)
            await _end(background)
    log.info("stopped")


async def _until_signalled(settings: Settings) -> None:
    stop, started = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(serve(settings, stop, started=started))

        def ask_to_stop() -> None:
            stop.set()
            if not started.is_set():
                serving.cancel()  # it may be waiting for Slack, or for the store to come up

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ask_to_stop)


def _adapters(settings: Settings) -> Iterator[Adapter]:
    """An adapter for each platform that has its tokens; SetupError where one is missing."""
    if problems := missing(settings):
        raise refusal(problems)
    if settings.slack is None and settings.discord is None:
        raise SetupError("app.no_platform")
    # A platform's libraries are loaded only where the platform is served.
    if settings.slack is not None:
        from adapters.slack import SlackAdapter  # noqa: PLC0415

        assert settings.slack.app_token is not None  # or there would have been a problem
        yield SlackAdapter(
            bot_token=settings.slack.bot_token.get_secret_value(),
            app_token=settings.slack.app_token.get_secret_value(),
            api_url=settings.slack.api_url,
            status=say("answer.coming", settings.language),
        )
    if settings.discord is not None:
        from adapters.discord import DiscordAdapter  # noqa: PLC0415

        yield DiscordAdapter(
            bot_token=settings.discord.bot_token.get_secret_value(),
            api_url=settings.discord.api_url,
            words={key: said for key, said in PEOPLE.items() if key.startswith("menu.")},
        )


def _warn(settings: Settings) -> None:
    for setting in not_in_force_yet(settings):
        log.warning("not_in_force_yet", setting=setting)
    if settings.redis_url is None and settings.port is not None:
        log.warning("store_of_our_own", sentence=say("app.store_of_our_own"))


@asynccontextmanager
async def _store(
    settings: Settings, server: Server | None
) -> AsyncGenerator[tuple[Conversations, Nudges]]:
    async with AsyncExitStack() as house:
        if server is not None:
            house.push_async_callback(server.stop)
            url = await server.start()
        else:
            assert settings.redis_url is not None
            url = settings.redis_url.get_secret_value()
        client = await house.enter_async_context(connect(url, name=CLIENT))
        yield Conversations(client), Nudges(client)


def _claude(settings: Settings) -> Claude:
    assert settings.anthropic_api_key is not None  # or there would have been a problem
    key = settings.anthropic_api_key.get_secret_value()
    return Claude(api_key=key, base_url=settings.anthropic_base_url)


def _pen(settings: Settings, store: Conversations, claude: Claude) -> Pen:
    return Pen(
        store=store,
        claude=claude,
        pacer=Pacer(time.monotonic),
        patience=Patience(settings.claude.patience_wait, settings.claude.patience_turn),
        window_tokens=settings.claude.window_tokens,
        language=settings.language,
        clock=time.monotonic,
        dice=random.SystemRandom().random,
    )


def _open(adapters: Adapters, conversation: Conversation) -> Thread | None:
    adapter = adapters.get(conversation.platform)
    return adapter.open(conversation) if adapter else None


def _probes(store: Conversations, adapters: Adapters) -> Iterator[tuple[str, Probe]]:
    async def stored() -> bool:
        try:
            await store.ready()
        except StoreAway:
            return False
        return True

    yield "store", stored
    for platform, adapter in adapters.items():
        yield platform, _connected(adapter)


def _connected(adapter: Adapter) -> Probe:
    async def connected() -> bool:
        return adapter.connected

    return connected


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
