"""A method's documented rate: what it lets go at once, and when the next call may go; pure."""

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

    def wait(self, spare: float) -> float:
        """Seconds until a call may go that leaves *spare* credits to others; 0 for at once."""
        return max(0.0, (1 + spare - self._grown()) / self._spec.rate)

    def spend(self) -> None:
        """A call goes."""
        self._credit = self._grown() - 1

    def pause(self, seconds: float | None) -> None:
        """Let nothing go for *seconds*, None where Slack does not say; then one call at a time."""
        wait = min(_UNSAID if seconds is None else seconds, _LONGEST_PAUSE)
        self._credit = min(self._grown(), 1 - wait * self._spec.rate)

    def _grown(self) -> float:
        now = self._clock()
        grown = self._credit + (now - self._at) * self._spec.rate
        self._credit, self._at = min(self._spec.burst, grown), now
        return self._credit
