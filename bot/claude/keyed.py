"""Shell: the SDK's client with a key that the API takes: where it refuses one, the next.

While it refuses all of them, it is asked with one in a while, and nobody else is kept waiting.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import anthropic
import structlog

from bot.claude.failures import KeysRefused, bars_key, outline, refuses_key, takes_key
from bot.claude.rolling import PROBING, Lockout, all_but_one, in_turn, rests

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
        # By model: a key may be good for one of them.
        self._lockouts: dict[str | None, Lockout] = {}

    async def ask(
        self,
        call: Callable[[anthropic.AsyncAnthropic], Awaitable[T]],
        *,
        model: str | None = None,
    ) -> T:
        """What *call*, about *model*, returns for a client with the first key that the API takes.

        Each key is asked with once. Where all are refused, the last refusal is raised, and for the
        next 30 s KeysRefused at once, unless there is another key by then. None: no model is asked,
        and what is refused says nothing of questions.
        """
        tried = self._left_out(model)
        key = self._next(tried)
        while True:
            assert key is not None  # there is one at least, or nothing would run
            try:
                answer = await call(self._client.with_options(api_key=key))
            except anthropic.APIStatusError as error:
                if takes_key(error):
                    self._accept(model)
                if not refuses_key(error):
                    raise
                self._refuse(key, error)
                tried.add(key)
                if (key := self._next(tried)) is None:
                    self._lock(model, tried, error)
                    raise
            else:
                self._accept(model)
                return answer

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

    def _left_out(self, model: str | None) -> set[str]:
        """The keys not to ask with. Raises KeysRefused where that is all of them."""
        lockout = self._lockouts.get(model)
        if lockout is None:
            return set()
        self._keys.read_again()  # a file may have changed though it looks the same
        keys, now = self._keys.keys(), self._clock()
        if not lockout.holds(keys):
            return set()
        if now < lockout.probe:
            raise KeysRefused(lockout.outline)
        self._lockouts[model] = replace(lockout, probe=now + PROBING)
        return {*all_but_one(keys, self._refused)}

    def _lock(self, model: str | None, tried: set[str], error: anthropic.APIStatusError) -> None:
        if model is None or not bars_key(error):
            return
        known = self._lockouts.get(model)
        lockout = Lockout(frozenset(tried), self._clock() + PROBING, outline(error))
        self._lockouts[model] = lockout
        if known is None or not known.holds([*tried]):
            told = {"keys": len(tried), "detail": lockout.outline, "again": PROBING}
            log.error("keys_refused", model=model, **told)

    def _accept(self, model: str | None) -> None:
        if self._lockouts.pop(model, None):
            log.info("keys_accepted", model=model)
