"""The composition root: builds all parts, joins them in one TaskGroup, takes them down in order."""

import asyncio
import gc
import random
import signal
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime
from functools import partial

import structlog

from bot import health, roster
from bot.answering import Pen
from bot.caps import Caps
from bot.claude import Claude
from bot.desk import Desk
from bot.errors import SetupError, StoreAway
from bot.forgetting import Forgetting
from bot.governing import Governing
from bot.health import Probe
from bot.model import Conversation
from bot.pacer import Pacer
from bot.panel import Panel
from bot.ports import Adapter, Thread
from bot.reception import Reception
from bot.responder import Responder
from bot.retry import Patience
from bot.sentences import PEOPLE, say
from bot.settings import Secrets, Settings, missing, refusal
from bot.spending import Spending
from bot.store import Conversations, Server, Store, opened

log = structlog.get_logger(__name__)

# That answers may go on after SIGTERM; then another process finishes them. A call in flight is
# waited for besides, and whoever sent the signal often kills after 10 s.
DRAIN_SECONDS = 6.0
CLIENT = "parley"  # what the store's server calls us in its list of clients

Adapters = Mapping[str, Adapter]


def run(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises SetupError before anything was started."""
    asyncio.run(serve_until_signalled(settings))


async def serve(
    settings: Settings,
    stop: asyncio.Event,
    *,
    secrets: Secrets | None = None,
    started: asyncio.Event | None = None,
    drain: float = DRAIN_SECONDS,
) -> None:
    """Serve every platform that has its tokens until *stop* is set; *started* once it does.

    *secrets* are those of *settings* as they are replaced. Answers may go on for *drain* seconds
    when it ends; what is not finished is handed over.

    Raises SetupError where the set-up is wrong, StoreError where the embedded store gives up.
    """
    secrets = secrets or Secrets(settings, _of_secret)
    pacer = Pacer(time.monotonic)
    adapters = {one.platform: one for one in _adapters(settings, secrets, pacer)}
    _warn(settings)
    async with AsyncExitStack() as house:
        for adapter in adapters.values():
            house.push_async_callback(adapter.close)
            await adapter.check()
        claude = await house.enter_async_context(_claude(settings, secrets))
        await roster.check(settings, claude, datetime.now(UTC).date())
        server = None
        if settings.redis_url is None:
            server = Server(settings.data_dir, binary=settings.redis_server)
        store = await house.enter_async_context(_store(settings, secrets, server))
        panel = Panel(settings, store.overrides)
        await panel.look()
        if settings.port is not None:
            probes = dict(_probes(store.conversations, adapters))
            await house.enter_async_context(health.serve(settings.port, probes))
        reopen = partial(_open, adapters)
        async with asyncio.TaskGroup() as tasks:
            pen = _pen(settings, store, claude, pacer)
            responder = Responder(panel, pen, tasks=tasks, open_thread=reopen)
            desk = _desk(settings, store, panel, responder, pen.spending)
            upkeep = [tasks.create_task(one) for one in _upkeep(responder, panel, pen, store)]
            if server is not None:
                upkeep.append(tasks.create_task(server.watch()))
            ear = Reception(
                settings, responder, desk, store.claims, tasks=tasks, open_thread=reopen
            )
            listening = [tasks.create_task(one.run(ear, desk)) for one in adapters.values()]
            _spare_the_collector()
            log.info("serving", platforms=sorted(adapters))
            if started is not None:
                started.set()
            await stop.wait()
            await _end(listening)
            await responder.drain(drain)
            await _end(upkeep)
    log.info("stopped")


def _upkeep(
    responder: Responder, panel: Panel, pen: Pen, store: Store
) -> Iterator[Coroutine[None, None, None]]:
    """What goes on beside answering, until it is cancelled."""
    yield responder.sweep()
    yield panel.watch()
    yield store.nudges.listen(responder.nudge)
    yield pen.spending.keep_settled()
    yield pen.caps.keep()


def _spare_the_collector() -> None:
    # What the libraries brought along stays: a collection that walks through it stops the loop for
    # 150 ms and more.
    gc.collect()
    gc.freeze()


async def serve_until_signalled(settings: Settings) -> None:
    """`serve` until SIGTERM or Ctrl-C; SIGHUP has every secret's file read again."""
    stop, started = asyncio.Event(), asyncio.Event()
    secrets = Secrets(settings, _of_secret)
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(serve(settings, stop, secrets=secrets, started=started))

        def ask_to_stop() -> None:
            stop.set()
            if not started.is_set():
                serving.cancel()  # it may be waiting for Slack, or for the store to come up

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ask_to_stop)
        loop.add_signal_handler(signal.SIGHUP, secrets.read_again)


def _of_secret(variable: str, problem: str | None) -> None:
    if problem is None:
        log.info("secret_replaced", secret=variable)
    else:
        log.warning("secret_kept", secret=variable, reason=problem)


def _adapters(settings: Settings, secrets: Secrets, pacer: Pacer) -> Iterator[Adapter]:
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
            bot_token=secrets["SLACK_BOT_TOKEN"],
            app_token=secrets["SLACK_APP_TOKEN"],
            api_url=settings.slack.api_url,
            status=say("answer.coming", settings.language),
            words={key: said for key, said in PEOPLE.items() if key.startswith("told.")},
        )
    if settings.discord is not None:
        from adapters.discord import DiscordAdapter  # noqa: PLC0415

        yield DiscordAdapter(
            bot_token=secrets["DISCORD_BOT_TOKEN"],
            api_url=settings.discord.api_url,
            words={key: said for key, said in PEOPLE.items() if key.startswith("menu.")},
            left_out=say("gap.left_out", settings.language),
            meter=pacer,
        )


def _warn(settings: Settings) -> None:
    if settings.redis_url is None and settings.port is not None:
        log.warning("store_of_our_own", sentence=say("app.store_of_our_own"))


def _store(
    settings: Settings, secrets: Secrets, server: Server | None
) -> AbstractAsyncContextManager[Store]:
    at = secrets["REDIS_URL"] if server is None else server
    patience = min(settings.claude.patience_wait, settings.claude.patience_turn)
    return opened(at, name=CLIENT, longest_pause=patience)


def _claude(settings: Settings, secrets: Secrets) -> Claude:
    return Claude(
        api_key=secrets["ANTHROPIC_API_KEY"],
        base_url=settings.anthropic_base_url,
        api_version=settings.claude.api_version or None,
        thinking=settings.claude.patience_thinking,
    )


def _pen(settings: Settings, store: Store, claude: Claude, pacer: Pacer) -> Pen:
    return Pen(
        store=store.conversations,
        claude=claude,
        manners=store.throttle,
        spending=Spending(store.ledger, settings.budgets),
        caps=Caps(store.slots, settings.limits),
        pacer=pacer,
        patience=Patience(settings.claude.patience_wait, settings.claude.patience_turn),
        window_tokens=settings.claude.window_tokens,
        language=settings.language,
        clock=time.monotonic,
        dice=random.SystemRandom().random,
    )


def _desk(
    settings: Settings, store: Store, panel: Panel, responder: Responder, spending: Spending
) -> Desk:
    return Desk(
        settings,
        store.conversations,
        store.nudges,
        responder,
        Governing(panel, store.overrides, time.time),
        spending,
        Forgetting(store.conversations, store.nudges, store.ledger, store.signatures, time.time),
        lead=responder.lead,
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
