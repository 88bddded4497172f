"""Discord on loopback: REST v10 and the gateway over HTTP, in front of the scene."""

import asyncio
import contextlib
import functools
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from sandbox.discord import answers
from sandbox.discord.account import Account
from sandbox.discord.faults import Cut, Faults, Page
from sandbox.discord.gateway import Identify, Resume
from sandbox.discord.invoking import Invoking
from sandbox.discord.rates import RATES, Rate, Rates
from sandbox.discord.routes import ROUTES, Asked, Endpoint
from sandbox.discord.rules import Code, Refused

_BASE = "/api/v10"


@dataclass(slots=True)
class Call:
    """A call as it came; *status* and *code* are None while it is unanswered.

    *at* is `time.monotonic`, *ids* are those of the path. *code* is Discord's own and stays None
    where all went well, and where no answer was sent.
    """

    at: float
    route: str
    ids: Mapping[str, str]
    query: Mapping[str, str]
    args: Any
    token: str
    status: int | None = None
    code: int | None = None


class Discord(Invoking):
    """Guilds that serve our app on a loopback port while this is entered.

    *rates* enforces the rates that are known of, or those given; False lets everything through
    and sends no headers. `latency` seconds pass on each call, half of them before its effect.
    """

    def __init__(
        self,
        *,
        rates: Mapping[str, Rate] | bool = False,
        port: int = 0,
        bot_name: str = "Claude",
    ) -> None:
        super().__init__(bot_name)
        self._port = port
        wanted = RATES if rates is True else rates or {}
        self._rates = Rates(wanted)
        self._closing = contextlib.AsyncExitStack()
        self._endpoints: Mapping[str, Endpoint] = {
            **Account(self._world, self._app, self.gateway).endpoints,
            **self._commands.endpoints,
            **self._channels.endpoints,
            **self._messages.endpoints,
            **self.interactions.endpoints,
        }
        self.latency = 0.0
        self.faults = Faults(self.gateway, self._app)
        self.calls: list[Call] = []

    @property
    def api_url(self) -> str:
        """Where REST answers; ends without a slash."""
        return f"http://127.0.0.1:{self._port}{_BASE}"

    @property
    def gateway_url(self) -> str:
        """Where the gateway is, as `/gateway/bot` tells it."""
        return self.gateway.address

    @property
    def bot_token(self) -> str:
        """The token of our app."""
        return self._app.token

    @property
    def refused(self) -> Counter[tuple[str, str]]:
        """How many calls were too many, by bucket: its name and its channel or token."""
        return self._rates.refused

    @property
    def connections(self) -> int:
        """How many clients are connected to the gateway and have a session."""
        return self.gateway.connections

    @property
    def identifies(self) -> list[Identify]:
        """Every IDENTIFY so far, refused or not."""
        return self.gateway.identifies

    @property
    def resumes(self) -> list[Resume]:
        """Every RESUME so far, refused or not."""
        return self.gateway.resumes

    def count(self, route: str) -> int:
        """How many calls of *route* came so far, by its name in `routes.ROUTES`."""
        return sum(call.route == route for call in self.calls)

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=26 << 20)
        application.router.add_get("/gateway/", self.gateway.serve)
        for name, route in ROUTES.items():
            serve = functools.partial(self._serve, name)
            application.router.add_route(route.method, _BASE + route.path, serve)
        application.router.add_route("*", "/{path:.*}", self._serve_nothing)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        async with contextlib.AsyncExitStack() as opened:
            opened.push_async_callback(runner.cleanup)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", self._port).start()
            opened.push_async_callback(self.gateway.close, 1001)
            self._closing = opened.pop_all()
        self._port = runner.addresses[0][1]
        self.gateway.address = f"ws://127.0.0.1:{self._port}/gateway/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._closing.aclose()

    async def _serve(self, name: str, request: web.Request) -> web.StreamResponse:
        call, asked = await self._taken(name, request)
        await asyncio.sleep(self.faults.delay_of(name) + self.latency / 2)
        verdict = self._rates.take(name, asked.ids, time.monotonic(), time.time())
        fault = None if verdict.scope else self.faults.fault_of(name)
        response = answers.limited(verdict) or answers.failed(fault) or self._answer(call, asked)
        await asyncio.sleep(self.latency / 2)
        if isinstance(fault, Cut) and request.transport is not None:
            request.transport.abort()
            return response
        if not isinstance(fault, Page):
            response.headers.update(verdict.headers)
        return self._answered(call, response)

    async def _serve_nothing(self, request: web.Request) -> web.StreamResponse:
        call, _ = await self._taken("unknown", request)
        return self._answered(call, answers.refused(Refused(Code.NOT_FOUND)))

    async def _taken(self, name: str, request: web.Request) -> tuple[Call, Asked]:
        asked = await answers.read(request)
        token = request.headers.get("Authorization", "").removeprefix("Bot ")
        call = Call(time.monotonic(), name, asked.ids, asked.query, asked.body, token)
        self.calls.append(call)
        self._pulse.beat()
        return call, asked

    def _answer(self, call: Call, asked: Asked) -> web.Response:
        """The answer of a Discord in good health."""
        try:
            self._check(call, asked)
            return answers.succeeded(self._endpoints[call.route](asked))
        except Refused as refused:
            return answers.refused(refused)

    def _check(self, call: Call, asked: Asked) -> None:
        if not ROUTES[call.route].open and not self._app.accepts(call.token):
            raise Refused(Code.UNAUTHORIZED)
        if asked.body is answers.UNREADABLE:
            raise Refused(Code.INVALID_JSON)

    def _answered(self, call: Call, response: web.Response) -> web.Response:
        call.status, call.code = response.status, answers.code(response)
        self._pulse.beat()
        return response
