"""Slack on loopback: the Web API and Socket Mode over HTTP, in front of the scene."""

import asyncio
import contextlib
import json
import math
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

from aiohttp import web

from sandbox.slack.faults import Cut, Fault, Faults, Page, Refusal
from sandbox.slack.gateway import Delivery
from sandbox.slack.interacting import Private, Used, private
from sandbox.slack.markup import Json
from sandbox.slack.pressing import pressed
from sandbox.slack.rates import Rates, Shape
from sandbox.slack.rules import Refused
from sandbox.slack.scene import Scene
from sandbox.slack.workspace import APP, Person


@dataclass(slots=True)
class Call:
    """A call as it came; *status* and *error* are None while it is unanswered.

    *at* is `time.monotonic`. *error* stays None where all went well, and where no answer was sent.
    """

    at: float
    method: str
    args: Mapping[str, Any]
    token: str
    status: int | None = None
    error: str | None = None


class Slack(Scene):
    """A workspace that serves our app on a loopback port while it is entered.

    *rates* enforces the documented rates, by a token bucket, a sliding minute, or both; None lets
    everything through. `latency` seconds pass on each call, half of them before its effect.
    """

    def __init__(
        self, *, rates: Shape | bool = False, port: int = 0, bot_name: str = "Claude"
    ) -> None:
        super().__init__(bot_name)
        self._port = port
        self._rates = Rates(Shape.BOTH if rates is True else rates) if rates else None
        self._closing = contextlib.AsyncExitStack()
        self.bot_token = "xoxb-1-2-sandbox"  # noqa: S105  - opens nothing but this sandbox
        self.app_token = f"xapp-1-{APP}-1-sandbox"
        self.latency = 0.0
        self.faults = Faults(self._gateway)
        self.calls: list[Call] = []
        self.refused: Counter[str] = Counter()

    @property
    def api_url(self) -> str:
        """Where the Web API answers; ends with a slash."""
        return f"http://127.0.0.1:{self._port}/api/"

    @property
    def scopes(self) -> str:
        """The scopes of the bot token, with commas between them."""
        return self._methods.scopes

    @scopes.setter
    def scopes(self, scopes: str) -> None:
        self._methods.scopes = scopes

    @property
    def redelivery_after(self) -> float:
        """Seconds after which an event that was not acknowledged is sent again."""
        return self._gateway.redelivery_after

    @redelivery_after.setter
    def redelivery_after(self, seconds: float) -> None:
        self._gateway.redelivery_after = seconds

    @property
    def uses(self) -> list[Used]:
        """Every use of a command, item or form so far."""
        return self._interactions.all

    def private(self, person: Person, channel: str) -> list[Private]:
        """What *person* alone was told in *channel*, oldest first."""
        place, uses = self._workspace.channels[channel], self._interactions.all
        found = private(person, place, uses, self.ephemerals, self._workspace.names)
        return sorted(found, key=lambda one: one.ts)

    async def slash(
        self, person: Person, channel: str, text: str = "", *, command: str = "/claude"
    ) -> Used:
        """Let *person* send *command* with *text*, as they type it.

        Slack offers none in a thread. Raises NotOffered where the app has no such command.
        """
        place = self._workspace.channels[channel]
        used = self._interactions.slash(person, place, command, self.typed(text))
        self._pulse.beat()
        return used

    async def shortcut(
        self, person: Person, channel: str, ts: str, name: str = "ask_claude"
    ) -> Used:
        """Let *person* choose the app's item *name* in the menu of the message *ts*."""
        place = self._workspace.channels[channel]
        used = self._interactions.shortcut(person, place, place.messages[ts], name)
        self._pulse.beat()
        return used

    def deliver(self, payload: Json) -> Delivery:
        """Send our app *payload* as it is, whoever might have sent it."""
        return self._gateway.send(payload)

    async def submit(self, used: Used, **values: str) -> Used:
        """Send the form that was opened for *used*, with its fields by action id."""
        sent = self._interactions.submit(used, values)
        self._pulse.beat()
        return sent

    def count(self, method: str) -> int:
        """How many calls of *method* came so far."""
        return sum(call.method == method for call in self.calls)

    async def press(self, person: Person, channel: str, ts: str, action_id: str) -> None:
        """Let *person* press the button *action_id* below the message *ts*.

        Raises NotOffered where no such button stands there.
        """
        place = self._workspace.channels[channel]
        self._gateway.send(pressed(person, place, place.messages[ts], action_id))
        self._pulse.beat()

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=8 << 20)
        application.router.add_route("*", "/api/{method}", self._api)
        application.router.add_get("/link/", self._gateway.serve)
        application.router.add_post("/commands/{use}", self._respond)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        async with contextlib.AsyncExitStack() as opened:
            opened.push_async_callback(runner.cleanup)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", self._port).start()
            running = asyncio.create_task(self._gateway.run())  # `_ended` waits for it
            opened.push_async_callback(_ended, running)
            opened.push_async_callback(self._gateway.close)
            self._closing = opened.pop_all()
        self._port = runner.addresses[0][1]
        self._interactions.address = f"http://127.0.0.1:{self._port}/commands/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._closing.aclose()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args, from_header = await _arguments(request), request.headers.get("Authorization", "")
        token = from_header.removeprefix("Bearer ") or str(args.get("token", ""))
        call = Call(time.monotonic(), method, args, token)
        self.calls.append(call)
        self._pulse.beat()
        await asyncio.sleep(self.faults.delay_of(method) + self.latency / 2)
        fault = self.faults.fault_of(method)
        response = _failed(fault) or self._answer(call)
        await asyncio.sleep(self.latency / 2)
        if isinstance(fault, Cut) and request.transport is not None:
            request.transport.abort()
            return response
        call.status = response.status
        call.error = _error(response)
        self._pulse.beat()
        return response

    async def _respond(self, request: web.Request) -> web.Response:
        said: Json = json.loads(await request.text() or "{}")
        call = Call(time.monotonic(), "response_url", said, "")
        self.calls.append(call)
        failed = _failed(self.faults.fault_of("response_url"))
        if failed is not None:
            return failed
        call.error = self._interactions.respond(str(request.url), said)
        self._pulse.beat()
        if call.error is not None:
            return web.json_response({"ok": False, "error": call.error}, status=404)
        return web.Response(text="ok")

    def _answer(self, call: Call) -> web.Response:
        """The answer of a Slack in good health."""
        if self._rates is not None:
            channel = str(call.args.get("channel", ""))
            wait = self._rates.wait(call.method, channel, time.monotonic())
            if wait > 0:
                self.refused[call.method] += 1
                return _refused(Refusal("ratelimited", 429, math.ceil(wait)))
        try:
            self._check_token(call)
            if call.method == "apps.connections.open":
                return _succeeded({"url": self._new_address()})
            answer = _succeeded(self._methods.call(call.method, call.args))
        except Refused as refused:
            return _refused(Refusal(refused.error))
        if call.method == "auth.test":
            answer.headers["x-oauth-scopes"] = self.scopes
        return answer

    def _check_token(self, call: Call) -> None:
        if not call.token:
            raise Refused("not_authed")
        if self.faults.rejected is not None:
            raise Refused(self.faults.rejected)
        right, other = self.bot_token, self.app_token
        if call.method == "apps.connections.open":
            right, other = other, right
        if call.token == other:
            raise Refused("not_allowed_token_type")
        if call.token != right:
            raise Refused("invalid_auth")

    def _new_address(self) -> str:
        return f"ws://127.0.0.1:{self._port}/link/?ticket={self._gateway.issue()}&app_id={APP}"


async def _arguments(request: web.Request) -> Mapping[str, Any]:
    """The arguments of a call, from its query and its body, be that JSON or a form."""
    args: dict[str, Any] = dict(request.query)
    if "json" in request.headers.get("Content-Type", ""):
        with contextlib.suppress(ValueError):
            said: object = json.loads(await request.text() or "{}")
            args.update(cast("Json", said) if isinstance(said, dict) else {})
    else:
        args.update(await request.post())
    return args


def _failed(fault: Fault | None) -> web.Response | None:
    """The answer that *fault* gives in place of Slack's own; None lets the call have its effect."""
    match fault:
        case Refusal():
            return _refused(fault)
        case Page(status):
            return web.Response(status=status, text="<html>Oops</html>", content_type="text/html")
        case Cut(processed=False):
            return web.Response(status=502)
        case _:
            return None


def _refused(refusal: Refusal) -> web.Response:
    asked = refusal.retry_after
    headers = {} if asked is None else {"Retry-After": str(asked)}
    body = {"ok": False, "error": refusal.error}
    return web.json_response(body, status=refusal.status, headers=headers)


def _succeeded(answer: Json) -> web.Response:
    return web.json_response({"ok": True, **answer})


def _error(response: web.Response) -> str | None:
    if response.content_type != "application/json":
        return None
    answer: Json = json.loads(response.text or "{}")
    return answer.get("error")


async def _ended(task: asyncio.Task[None]) -> None:
    """Cancel *task* and wait for it; what it died of before is raised."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
