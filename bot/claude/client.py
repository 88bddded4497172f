"""Shell: asks Claude once for one answer, and reads its stream to the end."""

import asyncio
import ipaddress
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
)
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
import anthropic
import httpx2
from anthropic.types import (
    CacheControlEphemeralParam,
    MessageParam,
    RawMessageStreamEvent,
    TextBlockParam,
)

from bot import quota
from bot.claude.events import Reader, StreamBroken
from bot.claude.failures import TROUBLES, causes, classify
from bot.claude.keyed import Keyed, Keys, OneKey
from bot.claude.models import PATIENCE, lives
from bot.errors import ParleyError
from bot.lineup import Life
from bot.manners import Opened
from bot.model import Ending, Message, Request, Role, Tier, Usage
from bot.retry import Failure

E = TypeVar("E")

API = "https://api.anthropic.com"

# Seconds: past the third SYN (at 0, 1, 3 s), and told within 5 s that nobody is there.
CONNECT = 4.0
SILENCE = 90.0  # seconds without a byte, not even a ping, before a stream counts as broken
THINKING = 300.0  # seconds with nothing but pings, where Claude may be thinking unseen
STALL = 60.0  # the same within a block of text, where nobody thinks
_WRITE = 30.0
_POOL = 10.0
_LAST_BYTES = 0.25  # seconds for the end of the HTTP body, so that its connection can be used again

_BREAKPOINT: CacheControlEphemeralParam = {"type": "ephemeral"}  # for five minutes

_EACH_REQUEST_HAS_ITS_OWN = "none"

# The line was cut before a byte of an answer came.
_CUT = (aiohttp.ServerDisconnectedError, ConnectionResetError, BrokenPipeError)

# Within a lively conversation people ask every minute or so; with the SDK's 5 s nearly each
# question would cost a TLS handshake.
_LIMITS = httpx2.Limits(max_connections=1000, keepalive_expiry=60.0)


class AttemptFailed(ParleyError):
    """An attempt came to no whole answer; *failure* says why, and whether another may.

    *used* is what the API had told by then of the tokens used, None where it had not begun to
    answer. What it says of the output comes with the end only, so that it mostly lacks here.
    """

    def __init__(self, failure: Failure, used: Usage | None = None) -> None:
        super().__init__(failure.trouble.key)
        self.failure = failure
        self.used = used


class Claude:
    """The Messages API at *base_url* (None: Anthropic's own), asked with *api_key*.

    That is one key, or who tells at each request which ones there are. *api_version* is the version
    of the API that is spoken, None for the SDK's own, which takes no temperature and no top_p.
    Connections are shared by all attempts and kept for a minute. *connect* and *silence* are
    seconds; any byte ends a silence, a ping too. Nothing but pings is borne for *thinking* seconds,
    within a block of text for *stall*, which is never longer. *clock* gives seconds that never go
    back. Close it, or use it as a context manager.
    """

    def __init__(  # noqa: PLR0913  - each stands alone, and most have a default
        self,
        *,
        api_key: str | Keys,
        base_url: str | None = None,
        api_version: str | None = None,
        connect: float = CONNECT,
        silence: float = SILENCE,
        thinking: float = THINKING,
        stall: float = STALL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        base_url = base_url or API
        timeout = httpx2.Timeout(connect=connect, read=silence, write=_WRITE, pool=_POOL)
        # Key and address are always given: what the SDK finds in the environment or in a profile
        # on disk must not take their place.
        self._client = anthropic.AsyncAnthropic(
            api_key=_EACH_REQUEST_HAS_ITS_OWN,
            base_url=base_url,
            default_headers={"anthropic-version": api_version} if api_version else None,
            timeout=timeout,
            max_retries=0,  # its own loop sleeps any Retry-After in full, a day if need be
            open_telemetry=False,
            http_client=anthropic.DefaultAioHttpClient(
                timeout=timeout,
                limits=_LIMITS,
                follow_redirects=False,  # key and question are for this server, and no other
                trust_env=not _is_loopback(httpx2.URL(base_url).host),  # HTTP_PROXY is for others
            ),
        )
        keys = OneKey(api_key) if isinstance(api_key, str) else api_key
        self._keyed = Keyed(self._client, keys, clock)
        self._thinking = thinking
        self._stall = min(stall, thinking)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.close()

    async def lives(
        self, models: Iterable[str], *, patience: float = PATIENCE
    ) -> Mapping[str, Life]:
        """What the Models API tells of *models* within *patience* seconds, of as many as it does.

        Nothing is raised where it cannot be reached, or a server has no such route.
        """
        return await lives(self._keyed, models, patience=patience)

    async def attempt(
        self, request: Request, user: str | None
    ) -> AsyncGenerator[Opened | str | Ending, None]:
        """One answer to *request*: that it has begun, its text as it grows, then its Ending.

        *user* is an opaque mark of the person who asks, None for none. No thinking is among the
        text, and no piece is empty. An Ending comes only of a whole answer; for anything else
        AttemptFailed is raised, whatever was said before. Closing it, or cancelling who reads it,
        closes the connection; who reads on behind the Ending leaves it to the next attempt.
        """
        request_id, reader = None, Reader()
        try:
            async with asyncio.timeout(self._thinking):
                opening = await self._open(request, user)
            async with opening as stream:
                request_id = stream.response.headers.get("request-id")
                reader = Reader(request_id)
                async for piece in self._read(stream.response, reader):
                    yield piece
        except TROUBLES as error:
            failure = classify(error, now=datetime.now(UTC), request_id=request_id)
            raise AttemptFailed(failure, reader.used if reader.begun else None) from error

    async def _read(
        self, response: httpx2.Response, reader: Reader
    ) -> AsyncIterator[Opened | str | Ending]:
        # Not the SDK's own reader: it keeps pings to itself, and passes over events without a name.
        events = anthropic.AsyncStream.raw_events(response)
        clock, opened, heard = asyncio.get_running_loop().time, False, 0
        since = clock()
        while (event := await self._next(events, reader, since)) is not None:
            piece = reader.take(event.event, event.data)
            if not opened and (reader.begun or piece):
                opened = True
                yield Opened(quota.stated(response.headers), reader.used)
            if piece:
                yield piece  # an Ending, too, at once: what is declined may be stopped meanwhile
            if isinstance(piece, Ending):
                await _drain(events)
                return
            if reader.heard != heard:
                heard, since = reader.heard, clock()
        raise StreamBroken("the stream ended without message_stop")

    async def _next(self, events: AsyncIterator[E], reader: Reader, since: float) -> E | None:
        """The next of *events*, None behind the last; *since* when they have told of no answer.

        Raises StreamBroken where that is too long.
        """
        patience = self._stall if reader.is_writing else self._thinking
        try:
            async with asyncio.timeout_at(since + patience):
                return await anext(events, None)
        except TimeoutError as error:
            raise StreamBroken("nothing but pings for too long") from error

    async def _open(
        self, request: Request, user: str | None
    ) -> anthropic.AsyncStream[RawMessageStreamEvent]:
        tier, messages = request.tier, [_message(message) for message in request.messages]

        def ask(
            client: anthropic.AsyncAnthropic,
        ) -> Awaitable[anthropic.AsyncStream[RawMessageStreamEvent]]:
            return client.messages.create(
                stream=True,
                model=tier.model,
                max_tokens=tier.max_tokens,
                output_config={"effort": tier.effort.value},
                stop_sequences=list(tier.stop_sequences) or anthropic.omit,
                metadata={"user_id": user} if user is not None else anthropic.omit,
                cache_control=_BREAKPOINT,  # it moves with the last message
                system=_system(request.system) or anthropic.omit,
                messages=messages,
                extra_body=_sampling(tier) or None,
            )

        try:
            return await self._keyed.ask(ask, model=tier.model)
        except anthropic.APIConnectionError as error:
            if not any(isinstance(cause, _CUT) for cause in causes(error)):
                raise
        # A line that idled in the pool may have died there, which only its use tells.
        return await self._keyed.ask(ask, model=tier.model)


async def _drain(rest: AsyncIterator[object]) -> None:
    """Read on to the end of the body, for a moment, so that the connection can be used again."""
    # The answer is whole: nothing that is behind it counts, be it broken or late.
    with suppress(*TROUBLES):
        async with asyncio.timeout(_LAST_BYTES):
            async for _ in rest:
                pass


def _system(prompt: str) -> list[TextBlockParam]:
    """*prompt* with a breakpoint of its own.

    So that a thread that begins reads from the cache what another thread of its channel wrote. With
    the one that moves that makes two; the API bears four.
    """
    return [{"type": "text", "text": prompt, "cache_control": _BREAKPOINT}] if prompt else []


def _sampling(tier: Tier) -> Mapping[str, float]:
    """The parameters that the SDK has no arguments for: older versions of the API take them."""
    given = {"temperature": tier.temperature, "top_p": tier.top_p}
    return {name: value for name, value in given.items() if value is not None}


def _message(message: Message) -> MessageParam:
    blocks: list[TextBlockParam] = [{"type": "text", "text": text} for text in message.blocks]
    if message.role is Role.USER:
        return {"role": "user", "content": blocks}
    return {"role": "assistant", "content": blocks}


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
