"""The calls to Slack's Web API: one connection pool, no retry, and errors in our own words."""

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from structlog import get_logger

from adapters.slack.logs import quiet_logger
from adapters.slack.proxies import proxy_for
from adapters.slack.trouble import TOKEN_REFUSED, code_in, code_of, translated
from adapters.slack.wire import fields, micros, text
from bot.errors import PlatformError, Unreachable
from bot.ports import Token, lasting

API_URL: Final = "https://slack.com/api/"

# slack_sdk's own `timeout` does not hold for a session that is handed to it. Slack answers within
# a second; who waits longer than this is better told that it was not reached.
_TIMEOUT = aiohttp.ClientTimeout(total=15.0, connect=5.0)


_RESPOND: Final = "response_url"

_TOLD_SECONDS = 60.0  # a refused token is told of once in these, however many calls meet it
# Whoever starts us is told in a sentence.
_AT_START = frozenset({"apps.connections.open", "auth.test"})

_log = get_logger(__name__)


class _Asker(Protocol):
    # What we use of AsyncWebClient; its own annotations are bare dicts.
    async def api_call(
        self,
        api_method: str,
        *,
        http_verb: str = ...,
        params: object = ...,
        json: object = ...,
        headers: object = ...,
    ) -> Any: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack answered to a call that it did: the body, and the headers in lower case."""

    body: Mapping[str, object]
    headers: Mapping[str, str]


def ts_of(answer: Answer, method: str) -> str:
    """The ``ts`` of the message that *method* wrote. Raises Unreachable where Slack names none."""
    ts = text(answer.body.get("ts"))
    if ts is None or micros(ts) is None:
        raise Unreachable("slack.unreachable", method=method, reason="no ts")
    return ts


class Web:
    """Slack's Web API at *url*; every method raises only platform errors.

    It sends each call once, with *token* as it is by then. Who calls decides what to do about an
    error, and after Unreachable has to reckon with the call having had its effect.
    """

    def __init__(self, token: str | Token, url: str) -> None:
        self._token = lasting(token)
        self._url = url if url.endswith("/") else f"{url}/"
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self._told_at = float("-inf")

    @property
    def url(self) -> str:
        """Where the calls go, with a slash at its end."""
        return self._url

    def client(self) -> AsyncWebClient:
        """The SDK's client below this, for the libraries that want one; needs a running loop."""
        if self._client is None:
            # Cookies would be one jar for all calls; Slack sets a tracking cookie on each.
            self._session = aiohttp.ClientSession(
                timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()
            )
            self._client = AsyncWebClient(
                base_url=self._url,
                session=self._session,
                logger=quiet_logger("slack_sdk", logging.WARNING),
                retry_handlers=[],  # the default one sends a post again that Slack has taken
            )
            self._client.proxy = proxy_for(self._url)
        self._client.token = self._token()
        return self._client

    async def read(self, method: str, **params: str | int | bool) -> Answer:
        """The answer to *method*, asked with *params* in the address: what only reads."""
        return await self._ask(method, http_verb="GET", params=params)

    async def write(self, method: str, **body: object) -> Answer:
        """The answer to *method*, asked with a JSON *body*: what has an effect."""
        return await self._ask(method, json=body)

    async def respond(self, url: str, body: Mapping[str, object]) -> None:
        """Post *body* to a *url* that Slack named for the answer to a command."""
        self.client()  # opens the session where this is the first call of all
        assert self._session is not None
        try:
            async with self._session.post(url, json=body, proxy=proxy_for(url)) as answer:
                status, said = answer.status, await answer.text()
        except (aiohttp.ClientError, ValueError, OSError, TimeoutError) as error:
            reason = type(error).__name__
            raise Unreachable("slack.unreachable", method=_RESPOND, reason=reason) from error
        if status >= 400:
            raise translated(_RESPOND, status, code_in(_object(said)), None)

    async def open_socket(self, app_token: str) -> None:
        """Ask for a Socket Mode address with *app_token*, to see whether Slack grants one."""
        headers = {"Authorization": f"Bearer {app_token}"}
        await self._ask("apps.connections.open", headers=headers)

    async def close(self) -> None:
        """Let go of the connections; a later call opens new ones."""
        session, self._session, self._client = self._session, None, None
        if session is not None:
            await session.close()

    async def _ask(self, method: str, **arguments: Any) -> Answer:
        asker = cast("_Asker", self.client())
        try:
            answer = await asker.api_call(method, **arguments)
        except SlackApiError as error:
            response: object = error.response  # pyright: ignore[reportUnknownMemberType]  - untyped in slack_sdk
            refusal = _refusal(method, response)
            self._tell(refusal, method)
            raise refusal from error
        except (aiohttp.ClientError, SlackClientError, OSError, TimeoutError) as error:
            reason = type(error).__name__
            raise Unreachable("slack.unreachable", method=method, reason=reason) from error
        except (AttributeError, ValueError) as error:
            # slack_sdk trips over a body that is no JSON object, or no UTF-8.
            raise Unreachable("slack.unreachable", method=method, reason="no JSON") from error
        return Answer(fields(answer.data), _lower(answer.headers))

    def _tell(self, refusal: PlatformError, method: str) -> None:
        now = time.monotonic()
        if refusal.key != TOKEN_REFUSED or method in _AT_START:
            return
        if now - self._told_at >= _TOLD_SECONDS:
            self._told_at = now
            _log.error("slack_token_refused", code=code_of(refusal), method=method)


def _object(said: str) -> Mapping[str, object]:
    try:
        return fields(json.loads(said))
    except ValueError:
        return {}


def _refusal(method: str, response: object) -> PlatformError:
    # For half a JSON body the SDK hands over aiohttp's response instead of its own.
    status: object = getattr(response, "status_code", getattr(response, "status", None))
    body = fields(getattr(response, "data", None))
    retry_after = _lower(getattr(response, "headers", None)).get("retry-after")
    return translated(method, status if isinstance(status, int) else 0, code_in(body), retry_after)


def _lower(headers: object) -> Mapping[str, str]:
    if not isinstance(headers, Mapping):
        return {}
    pairs = cast("Mapping[object, object]", headers)
    return {str(name).lower(): str(value) for name, value in pairs.items()}
