"""A method's documented rate, kept to: calls that wait for their credit, and pauses asked for."""

import asyncio
from collections.abc import Callable

from bot.ports import BucketSpec

_LONGEST_PAUSE = 60.0  # seconds; a Slack that asks for more is asked again after this
_UNSAID = 10.0  # seconds, where Slack does not say how long


class Quota:
    """A token bucket of *spec*; *clock* gives seconds that never go back."""

    def __init__(self, spec: BucketSpec, *, clock: Callable[[], float]) -> None:
        self._spec = spec
        self._clock = clock
        self._credit = spec.burst
        self._at = clock()

    async def draw(self, spare: float = 0.0) -> None:
        """Return when a call may go, whose credit is spent; *spare* credits are left to others."""
        while (missing := 1 + spare - self._grown()) > 0:  # noqa: ASYNC110  - it waits for time
            await asyncio.sleep(missing / self._spec.rate)
        self._credit -= 1

    def pause(self, seconds: float | None) -> None:
        """Let nothing go for *seconds*, None where Slack does not say; then one call at a time."""
        wait = min(_UNSAID if seconds is None else seconds, _LONGEST_PAUSE)
        self._credit = min(self._grown(), 1 - wait * self._spec.rate)

    def _grown(self) -> float:
        now = self._clock()
        grown = self._credit + (now - self._at) * self._spec.rate
        self._credit, self._at = min(self._spec.burst, grown), now
        return self._credit
