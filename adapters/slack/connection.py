"""Keeps a Socket Mode connection alive, and lets what is being heard end before it closes."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from structlog import get_logger

from adapters.slack.logs import quiet_logger
from adapters.slack.orders import is_order
from adapters.slack.wire import fields, size
from bot.ports import Token

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient a connection is, in seconds.

    A peer that fell silent is noticed after about twice *ping*; a connection that has not lived
    for *dead_after* is thrown away and built again; *grace* is what listeners get to end, and
    *goodbye* what closing the socket may take.
    """

    ping: float = 5.0
    poll: float = 0.5
    dead_after: float = 120.0
    grace: float = 5.0
    goodbye: float = 2.0


class Connection:
    """Brings the envelopes of Socket Mode to *app* for as long as `serve` runs."""

    def __init__(self, app: AsyncApp, app_token: Token, timing: Timing) -> None:
        self._app = app
        self._app_token = app_token
        self._timing = timing
        self._handler: _Handler | None = None
        self._is_shared = False

    @property
    def connected(self) -> bool:
        """Whether a socket is open at this moment."""
        client = None if self._handler is None else self._handler.client
        if client is None or client.closed or client.stale:
            return False
        return client.current_session is not None and not client.current_session.closed

    async def serve(self) -> None:
        """Hold a connection until cancelled. What the SDK cannot mend is built anew."""
        while True:
            handler = _Handler(self._app, self._app_token(), self._timing)
            handler.on_message(self._greeted)
            self._handler = handler
            try:
                async with asyncio.TaskGroup() as tasks:
                    # It never returns, nor raises, while Slack refuses it.
                    connecting = tasks.create_task(handler.connect())
                    await self._watch(handler)
                    connecting.cancel()
            finally:
                await handler.leave()
                self._handler = None

    async def _watch(self, handler: "_Handler") -> None:
        """Return when *handler* has been without a live socket for too long."""
        alive_at, was_alive = time.monotonic(), False
        while time.monotonic() - alive_at < self._timing.dead_after:
            handler.client.app_token = self._app_token()  # for the address of its next socket
            alive = await handler.client.is_connected()
            if alive:
                alive_at = time.monotonic()
            if alive is not was_alive:
                _log.info("slack_connected" if alive else "slack_disconnected")
            was_alive = alive
            await asyncio.sleep(self._timing.poll)
        _log.warning("slack_connection_rebuilt", silent_seconds=self._timing.dead_after)

    async def _greeted(
        self, _client: object, message: dict[str, Any], _raw: str | None = None
    ) -> None:
        if message.get("type") != "hello":
            return
        sockets = size(fields(message).get("num_connections")) or 1
        if sockets > 1 and not self._is_shared:
            # Slack gives each event to one of them: right for processes on one store, and events
            # lost to a laptop otherwise.
            self._is_shared = True
            _log.warning("slack_app_is_shared", connections=sockets)


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler that forgets used addresses, and knows which envelopes it is working on."""

    def __init__(self, app: AsyncApp, app_token: str, timing: Timing) -> None:
        super().__init__(
            app,
            app_token,
            logger=quiet_logger("slack_sdk", logging.WARNING),
            ping_interval=timing.ping,
        )
        # An absent proxy makes the SDK look for one in the environment, for any address.
        self.client.proxy = app.client.proxy
        self._timing = timing
        self._at_work: set[asyncio.Task[Any]] = set()
        self._is_leaving = False
        self._use_addresses_once()

    def on_message(self, listener: Callable[..., Awaitable[None]]) -> None:
        """Have *listener* called with each frame: the client, its JSON, its text."""
        cast("Any", self.client).message_listeners.append(listener)

    async def connect(self) -> None:
        """Return when a socket is open; tries until then."""
        await cast("Any", self).connect_async()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # Bolt's base class promises any client, and Bolt's own subclass takes this one
        """Work on one envelope, and acknowledge it if Bolt took it in.

        What a person does is acknowledged first: Slack gives it 3 s, and sends it only once.
        """
        task = asyncio.current_task()
        if self._is_leaving or task is None:
            return  # not acknowledged: Slack sends it to somebody else, or again
        self._at_work.add(task)
        try:
            if is_order(fields(cast("Any", req).payload)):
                await self._acknowledge(client, req, BoltResponse(status=200))
                await self._dispatched(req)
            else:
                await self._acknowledge(client, req, await self._dispatched(req))
        finally:
            self._at_work.discard(task)

    async def leave(self) -> None:
        """Let the envelopes at work end, then close the socket; takes no more of either."""
        self._is_leaving = True
        if self._at_work:
            _, late = await asyncio.wait(self._at_work, timeout=self._timing.grace)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=self._timing.goodbye)
        # A peer that is gone does not answer a goodbye.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timing.goodbye):
                await cast("Any", self).close_async()
        await self._drop()

    async def _acknowledge(
        self, client: SocketModeClient, req: SocketModeRequest, response: BoltResponse
    ) -> None:
        try:
            await send_async_response(client, req, response, time.time())
        except ConnectionError:
            _log.warning("slack_acknowledgement_lost", type=req.type)

    async def _dispatched(self, req: SocketModeRequest) -> BoltResponse:
        try:
            response: BoltResponse = await run_async_bolt_app(self.app, req)
        except Exception:  # noqa: BLE001  - whatever Bolt trips over while it takes a payload apart
            # Its listeners' errors come back as a response. Unacknowledged, this would come again.
            _log.warning("slack_envelope_unreadable", type=req.type)
            return BoltResponse(status=200)
        return response

    def _use_addresses_once(self) -> None:
        # An address is good for one handshake. slack_sdk 3.47 asks for another only when it has
        # none, and so would go on for ever with one whose handshake failed.
        async def forget(_session: object, _context: object, _request: object) -> None:
            self.client.wss_uri = None

        tracing = aiohttp.TraceConfig()
        tracing.on_request_start.append(forget)
        tracing.freeze()
        self.client.aiohttp_client_session.trace_configs.append(tracing)

    async def _drop(self) -> None:
        client = cast("Any", self.client)
        ours = (client.message_processor, client.current_session_monitor, client.message_receiver)
        running: list[asyncio.Future[None]] = [task for task in ours if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await client.aiohttp_client_session.close()
