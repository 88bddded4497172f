"""The simulated Claude's server: takes requests, remembers them, and answers each by a script."""

import asyncio
import json
import math
import time
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from itertools import count
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from sandbox.claude import assistant, rules, wire
from sandbox.claude.cache import Cache
from sandbox.claude.catalogue import Catalogue
from sandbox.claude.faults import Fault, Reply, status
from sandbox.claude.rates import Meter
from sandbox.claude.script import Answer, Json, Script, message, stream
from sandbox.claude.seen import End, Seen
from sandbox.pulse import Pulse

Speaker = Callable[[Json], str]

_LARGEST = 32 * 1024 * 1024  # bytes of a request


class Claude:
    """A simulated Claude on a free loopback port, while entered.

    *base_url* and *api_key* are what a client needs; *keys* are further keys that it may have,
    each with the reply that refuses it, None for none, and *refused* those that came and were
    refused, oldest first; *organization* is whose all of them are. *models* is what the Models
    API tells; without *has_models* there is none, as on many a gateway, and without
    *has_request_ids* no answer has one. *requests* are the answers asked for, oldest first,
    refused ones too. *faults* are played one for each request that is well-formed, oldest
    first, *faults_of* a model before the others; None plays none. While *overloaded* every
    request gets 529. *pace* is deltas a second, 0 for as fast as the line takes them; *chunk*
    is characters a delta. *thinking* is what its thinking block holds ("": omitted, as the API
    does by default; None: no such block). *open* counts the streams under way, *disconnects*
    those that the client broke off. *ended* tells of the streams that ended, by the place of
    their request in *requests*. *meter* enforces rates, and tells of them; none at first.
    """

    def __init__(self, *, api_key: str = "sk-ant-simulated", port: int = 0) -> None:
        self.api_key = api_key
        self.organization = "org-simulated"
        self.base_url = ""
        self.keys: dict[str, Reply | None] = {}
        self.refused: list[str] = []
        self.models = Catalogue()
        self.has_models = True
        self.has_request_ids = True
        self.requests: list[Seen] = []
        self.faults: deque[Fault | None] = deque()
        self.faults_of: defaultdict[str, deque[Fault | None]] = defaultdict(deque)
        self.overloaded = False
        self.pace = 0.0
        self.chunk = 12
        self.thinking: str | None = ""
        self.open = 0
        self.disconnects = 0
        self.ended: dict[int, End] = {}
        self.meter = Meter()
        self._port = port
        self._cache = Cache()
        self._speak: Speaker = assistant.answer
        self._numbers = count(1)
        self._pulse = Pulse()
        self._closing = False
        self._runner = web.AppRunner(
            self._app(), handler_cancellation=True, access_log=None, shutdown_timeout=0.1
        )

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.base_url = "http://{}:{}".format(*self._runner.addresses[0][:2])
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing = True
        await self._runner.cleanup()

    def answers(self, source: str | Iterable[str] | Speaker) -> None:
        """Say *source* from now on: always the same, one after another, or what it says to a body.

        Where the texts of an iterable are used up, the simulated assistant speaks again.
        """
        if isinstance(source, str):
            self._speak = lambda _: source
        elif callable(source):
            self._speak = source
        else:
            texts = deque(source)
            self._speak = lambda body: texts.popleft() if texts else assistant.answer(body)

    async def until(self, holds: Callable[[], bool], timeout: float = 5.0) -> None:  # noqa: ASYNC109  - a test's patience
        """Return when *holds* does, asked whenever something happens here.

        Raises TimeoutError after *timeout* seconds.
        """
        async with asyncio.timeout(timeout):
            while not holds():
                await self._pulse.wait()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST, middlewares=[self._guard])
        app.router.add_post("/v1/messages", self._messages)
        app.router.add_post("/v1/messages/count_tokens", self._count_tokens)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/v1/models/{model}", self._model)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Answers for the key, the version header, and whatever a handler refuses."""
        try:
            if refusal := self._turned_away(request):
                return self._reply(refusal)
            response: web.StreamResponse = await handler(request)
        except rules.Refused as refused:
            return self._reply(status(refused.status, message=refused.sentence))
        except web.HTTPRequestEntityTooLarge:
            return self._reply(status(413, message="Request exceeds the maximum size"))
        except web.HTTPException as error:
            return self._reply(status(error.status, message=error.reason))
        return response

    def _turned_away(self, request: web.Request) -> Reply | None:
        key = _key(request)
        known = {self.api_key: None, **self.keys}
        refusal = known.get(key, None if key in known else status(401, message="invalid x-api-key"))
        if refusal is not None:
            self.refused.append(key)
        elif "anthropic-version" not in request.headers:
            raise rules.Refused(400, "anthropic-version: header is required")
        return refusal

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        body = await self._take(request)
        number = len(self.requests) - 1
        rules.check(body, request.headers["anthropic-version"])
        self.models.demand(body["model"])
        fault = (
            status(529, message="Overloaded")
            if self.overloaded
            else self._next_fault(body["model"])
        )
        if isinstance(fault, Reply):
            return self._reply(fault)
        model = body["model"]
        if wait := self.meter.take(model, rules.weight(body)):
            limits = self.meter.headers(model)
            return self._reply(status(429, retry_after=math.ceil(wait), headers=limits))
        answer = self._answer(body)
        headers = {**self._headers(), **self.meter.headers(model)}
        if not body.get("stream"):
            return web.json_response(message(answer), headers=headers)
        script = stream(answer)
        response = await self._play(request, fault(script) if fault else script, headers)
        self.ended[number] = End(time.monotonic(), answer.text)
        return response

    async def _take(self, request: web.Request) -> Any:
        raw = await request.read()
        body = _parsed(raw)
        headers = {
            name.lower(): value
            for name, value in request.headers.items()
            if name.lower() not in ("authorization", "x-api-key")
        }
        port = request.transport.get_extra_info("peername")[1] if request.transport else 0
        now, key = time.monotonic(), _key(request)
        self.requests.append(Seen(now, port, request.path, headers, body, raw, key))
        self._pulse.beat()
        return body

    def _next_fault(self, model: str) -> Fault | None:
        faults = self.faults_of[model] or self.faults
        return faults.popleft() if faults else None

    def _answer(self, body: Json) -> Answer:
        text, reason, sequence = _ended(self._speak(body), body)
        read, written = self._cache.take(body)
        said = max(1, len(text) // 4)
        self.meter.write(body["model"], said)
        return Answer(
            id=f"msg_{next(self._numbers):06}",
            model=body["model"],
            text=text,
            thinking=self.thinking,
            stop_reason=reason,
            stop_sequence=sequence,
            usage={
                "input_tokens": rules.weight(body) - read - written,
                "output_tokens": said,
                "cache_creation_input_tokens": written,
                "cache_read_input_tokens": read,
            },
            chunk=self.chunk,
        )

    async def _play(
        self, request: web.Request, script: Script, headers: Mapping[str, str]
    ) -> web.StreamResponse:
        kind = {"content-type": "text/event-stream; charset=utf-8"}
        response = web.StreamResponse(headers={**headers, **kind})
        with self._stream():
            await response.prepare(request)
            await wire.play(script, request, response, pace=self.pace)
        return response

    @contextmanager
    def _stream(self) -> Generator[None]:
        self.open += 1
        self._pulse.beat()
        try:
            yield
        except (asyncio.CancelledError, ConnectionError):
            self.disconnects += not self._closing
            raise
        finally:
            self.open -= 1
            self._pulse.beat()

    async def _count_tokens(self, request: web.Request) -> web.Response:
        body = _parsed(await request.read())
        rules.check_prompt(body, request.headers["anthropic-version"])
        return web.json_response({"input_tokens": rules.weight(body)}, headers=self._headers())

    async def _models(self, _: web.Request) -> web.Response:
        self._demand_models()
        return web.json_response(self.models.page(), headers=self._headers())

    async def _model(self, request: web.Request) -> web.Response:
        self._demand_models()
        told = self.models.one(request.match_info["model"])
        return web.json_response(told, headers=self._headers())

    def _demand_models(self) -> None:
        if not self.has_models:
            raise web.HTTPNotFound

    def _reply(self, reply: Reply) -> web.Response:
        headers = self._headers() | dict(reply.headers)
        if isinstance(reply.content, bytes):
            return web.Response(status=reply.status, body=reply.content, headers=headers)
        content = reply.content | {"request_id": headers.get("request-id")}
        return web.json_response(content, status=reply.status, headers=headers)

    def _headers(self) -> dict[str, str]:
        number = next(self._numbers)
        whose = {"anthropic-organization-id": self.organization}
        return {"request-id": f"req_{number:06}"} | whose if self.has_request_ids else whose


def _key(request: web.Request) -> str:
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    return request.headers.get("x-api-key", bearer)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise rules.Refused(400, "The request body is not valid JSON") from None


def _ended(text: str, body: Json) -> tuple[str, str, str | None]:
    """How much of *text* the limits of *body* let through, the stop reason, and the sequence."""
    places = [
        (at, sequence)
        for sequence in body.get("stop_sequences", [])
        if (at := text.find(sequence)) >= 0
    ]
    end, found = min(places, default=(len(text), None))
    most = body["max_tokens"] * 4
    if end > most:
        return text[:most], "max_tokens", None
    return text[:end], "end_turn" if found is None else "stop_sequence", found
