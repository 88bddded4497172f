"""A client for the server that REDIS_URL names, checked before anything is built on it."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.credentials import CredentialProvider
from redis.exceptions import AuthenticationError, ConnectionError, RedisError, TimeoutError  # noqa: A004  - redis names them so

from bot.errors import SetupError
from bot.sentences import explain, say
from bot.store.engine import OLDEST

log = structlog.get_logger(__name__)

PATIENCE = 30.0  # seconds for a server that starts together with us
_PAUSE = 0.25  # seconds between looks at a server that is not there yet
_RETRIES = 5  # with jitter 50 ms to 1 s apart: about a second in all
_SCHEMES = {
    "redis": "redis",
    "rediss": "rediss",
    "unix": "unix",
    "valkey": "redis",
    "valkeys": "rediss",
}


Url = str | Callable[[], str]
"""A server's URL, or who tells it: then each new connection logs in as it says by then."""


@asynccontextmanager
async def connect(url: Url, *, name: str, patience: float = PATIENCE) -> AsyncGenerator[Redis]:
    """A client of the server at *url*, which knows us as *name*; closed at the end.

    User and password may be replaced meanwhile, the server may not: another has other data. Waits
    *patience* seconds for the server, and as long as it loads its data. Raises SetupError where it
    cannot be reached, or cannot be relied on: too old, a replica, set to evict.
    """
    login = _Login(url if callable(url) else lambda: url)
    pool = _pool(login, name)
    try:
        client = Redis(connection_pool=pool)
        _judge(await _facts(client, login.where, patience), login.where)
        yield client
    finally:
        await pool.disconnect()


def where(url: str) -> str:
    """*url* without what must not be shown: user, password, options."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "REDIS_URL"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


class _Login(CredentialProvider):
    """How to log in at the server that *url* names at first; *options* is what else it says.

    Raises SetupError where it says nothing that can be used.
    """

    def __init__(self, url: Callable[[], str]) -> None:
        self._url = url
        self._read = url()
        self.where = where(self._read)
        self.options, self._credentials = _parsed(self._read)

    async def get_credentials_async(self) -> Any:  # redis would not say that none are fine, too
        """User and password by now; what cannot be used changes nothing, and is told once."""
        if (told := self._url()) != self._read:
            self._read = told
            self._replace(told)
        return self._credentials

    def _replace(self, url: str) -> None:
        try:
            _, credentials = _parsed(url)
        except SetupError as error:
            log.warning("store_login_kept", sentence=explain(error))
            return
        if where(url) == self.where:
            self._credentials = credentials
        else:
            log.warning("store_login_kept", sentence=say("store.moved", where=where(url)))


def _parsed(url: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What *url* says of the connection, and the credentials in it."""
    scheme, separator, rest = url.partition("://")
    spoken = _SCHEMES.get(scheme.lower())
    if not separator or spoken is None:
        raise SetupError("store.scheme", schemes=", ".join(f"{known}://" for known in _SCHEMES))
    try:
        options: dict[str, Any] = {**parse_url(f"{spoken}://{rest}")}
    except ValueError:
        # Not from the cause: its message may quote the password.
        raise SetupError("store.url", where=where(url)) from None
    user, password = options.pop("username", ""), options.pop("password", "")
    if user:
        return options, (user, password)
    return options, (password,) if password else ()


def _pool(login: _Login, name: str) -> BlockingConnectionPool:
    only_tcp = {} if "path" in login.options else {"socket_connect_timeout": 3}
    options: dict[str, Any] = {
        "max_connections": 64,
        "timeout": 5,
        "socket_timeout": 5,
        # redis-py 8.1 checks a connection's health before it has logged in; where that fails (a
        # password is missing, the server loads) it connects anew within itself, ever deeper.
        # TCP keepalive, which is on, finds dead connections too.
        "health_check_interval": 0,
        "retry": Retry(ExponentialWithJitterBackoff(base=0.05, cap=1.0), _RETRIES),
        "client_name": name,
        **only_tcp,
        **login.options,
    }
    return BlockingConnectionPool(**options, credential_provider=login)


async def _facts(client: Redis, shown: str, patience: float) -> Mapping[str, Any]:
    """What the server tells of itself, once it can be reached and has loaded its data."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while True:
        try:
            # Only INFO: managed services often forbid CONFIG.
            facts: Mapping[str, Any] = await client.info()  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
            if not facts.get("loading"):
                return facts
        except (ConnectionError, TimeoutError, OSError) as error:
            if isinstance(error.__cause__ or error, AuthenticationError):
                raise SetupError("store.denied", where=shown) from error
            if loop.time() > deadline:
                raise SetupError("store.unreachable", where=shown, seconds=patience) from error
        except (RedisError, TypeError) as error:  # TypeError: an unknown option in the URL
            raise SetupError("store.unusable", where=shown, reason=type(error).__name__) from error
        await asyncio.sleep(_PAUSE)


def _judge(facts: Mapping[str, Any], shown: str) -> None:
    version = str(facts.get("redis_version", ""))
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers and (int(numbers[1]), int(numbers[2])) < OLDEST:
        raise SetupError("store.too_old", where=shown, version=version)
    role = facts.get("role", "master")
    if role != "master":
        raise SetupError("store.replica", where=shown)
    policy = facts.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        raise SetupError("store.evicts", where=shown, policy=policy)
    if not facts.get("aof_enabled"):
        log.warning("store_without_aof", sentence=say("store.without_aof", where=shown))
