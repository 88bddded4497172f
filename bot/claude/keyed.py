"""Shell: the SDK's client with a key that the API takes: where it refuses one, the next."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

import anthropic
import structlog

from bot.claude.failures import outline, refuses_key
from bot.claude.rolling import in_turn, rests

log = structlog.get_logger(__name__)

T = TypeVar("T")

_UNAUTHORIZED = 401


class Keys(Protocol):
    """Who knows the keys, which may be replaced at any time."""

    def keys(self) -> Sequence[str]:
        """The keys by now, the one to ask with first."""
        ...

    def read_again(self) -> None:
        """Look for other keys: one of these was refused."""
        ...


class OneKey:
    """One key that stays; implements `Keys`."""

    def __init__(self, key: str) -> None:
        self._key = key

    def keys(self) -> Sequence[str]:
        """The key."""
        return (self._key,)

    def read_again(self) -> None:
        """Nothing: there is no other."""


class Keyed:
    """*client*, asked with *keys*; *clock* gives seconds that never go back."""

    def __init__(
        self, client: anthropic.AsyncAnthropic, keys: Keys, clock: Callable[[], float]
    ) -> None:
        self._client = client
        self._keys = keys
        self._clock = clock
        self._refused: dict[str, float] = {}  # since when

    async def ask(self, call: Callable[[anthropic.AsyncAnthropic], Awaitable[T]]) -> T:
        """What *call* returns for a client with the first key that the API takes.

        Each key is asked with once. Where all are refused, the last refusal is raised.
        """
        tried: set[str] = set()
        key = self._next(tried)
        while True:
            assert key is not None  # there is one at least, or nothing would run
            try:
                return await call(self._client.with_options(api_key=key))
            except anthropic.APIStatusError as error:
                if not refuses_key(error):
                    raise
                self._refuse(key, error)
                tried.add(key)
                if (key := self._next(tried)) is None:
                    raise

    def _next(self, tried: set[str]) -> str | None:
        order = in_turn(self._keys.keys(), self._refused, self._clock())
        return next((key for key in order if key not in tried), None)

    def _refuse(self, key: str, error: anthropic.APIStatusError) -> None:
        keys, now = self._keys.keys(), self._clock()
        if key in keys and not rests(key, self._refused, now):
            place = keys.index(key) + 1
            log.warning("key_refused", key=place, of=len(keys), detail=outline(error))
        self._refused = {one: at for one, at in self._refused.items() if one in keys} | {key: now}
        if error.status_code == _UNAUTHORIZED:
            self._keys.read_again()
