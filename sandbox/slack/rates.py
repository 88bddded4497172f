"""How fast an app may call: the documented rates, as token buckets and as sliding minutes.

The rates are documented, the bursts assumed, and which of the two shapes Slack uses is not
published: a client that must never be refused has to live within both.
"""

import enum
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

_MINUTE = 60.0


class Shape(enum.Enum):
    """Which limiter counts."""

    BUCKET = "bucket"
    WINDOW = "window"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls a minute in the long run, and how many a rested bucket takes at once."""

    a_minute: int
    burst: int
    each_channel: bool = False


RATES: Mapping[str, tuple[Rate, ...]] = {
    "chat.postMessage": (Rate(60, 5, each_channel=True), Rate(300, 60)),
    "chat.update": (Rate(50, 20),),
    "chat.delete": (Rate(50, 20),),
    "chat.postEphemeral": (Rate(100, 50),),
    "conversations.replies": (Rate(50, 20),),
    "conversations.history": (Rate(50, 20),),
    "conversations.info": (Rate(50, 20),),
    "bots.info": (Rate(50, 20),),
    "apps.connections.open": (Rate(50, 20),),
    "users.info": (Rate(100, 50),),
    "views.open": (Rate(100, 50),),
    "assistant.threads.setStatus": (Rate(600, 60),),
}


@dataclass(slots=True)
class Bucket:
    """Credit that grows with time up to a burst; times are seconds on any steady clock."""

    rate: Rate
    credit: float = field(init=False)
    at: float | None = None

    def __post_init__(self) -> None:
        self.credit = float(self.rate.burst)

    def wait(self, now: float) -> float:
        """Seconds until one credit is there."""
        return max(0.0, (1 - self._credit(now)) * _MINUTE / self.rate.a_minute)

    def take(self, now: float) -> None:
        """Spend one credit."""
        self.credit, self.at = self._credit(now) - 1, now

    def _credit(self, now: float) -> float:
        rested = now - (now if self.at is None else self.at)
        # A hair above the credit, so that who waits exactly as long as told is let through.
        grown = self.credit + rested * self.rate.a_minute / _MINUTE + 1e-9
        return min(float(self.rate.burst), grown)


@dataclass(slots=True)
class Window:
    """The calls of the last minute; times are seconds on any steady clock."""

    rate: Rate
    calls: deque[float] = field(default_factory=deque[float])

    def wait(self, now: float) -> float:
        """Seconds until the oldest call leaves a full minute."""
        while self.calls and self.calls[0] <= now - _MINUTE:
            self.calls.popleft()
        return 0.0 if len(self.calls) < self.rate.a_minute else self.calls[0] + _MINUTE - now

    def take(self, now: float) -> None:
        """Add a call."""
        self.calls.append(now)


Limiter = Bucket | Window


class Rates:
    """Every limiter of a workspace, made when its first call comes."""

    def __init__(self, shape: Shape) -> None:
        self._kinds: tuple[type[Limiter], ...] = {
            Shape.BUCKET: (Bucket,),
            Shape.WINDOW: (Window,),
            Shape.BOTH: (Bucket, Window),
        }[shape]
        self._limiters: dict[tuple[str, str], tuple[Limiter, ...]] = {}

    def wait(self, method: str, channel: str, now: float) -> float:
        """Seconds that a call must wait; 0 lets it through and counts it."""
        limiters = [
            limiter
            for number, rate in enumerate(RATES.get(method, ()))
            for limiter in self._of(
                rate, f"{method}/{number}", channel if rate.each_channel else ""
            )
        ]
        wait = max((limiter.wait(now) for limiter in limiters), default=0.0)
        if wait <= 0:
            for limiter in limiters:
                limiter.take(now)
        return wait

    def _of(self, rate: Rate, name: str, channel: str) -> tuple[Limiter, ...]:
        key = (name, channel)
        if key not in self._limiters:
            self._limiters[key] = tuple(kind(rate) for kind in self._kinds)
        return self._limiters[key]
