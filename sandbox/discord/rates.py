"""Pure: how fast an app may call, in Discord's buckets, and the headers that tell of them.

What people measure, for Discord does not publish it: 5 messages and 5 edits in 5 s a channel,
5 calls in 2 s a webhook token; documented: 50 calls a second of one bot, interactions apart.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.discord.routes import ROUTES


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many seconds, from the first of them on."""

    calls: int
    seconds: float


RATES: Mapping[str, Rate] = {
    "create_message": Rate(5, 5.0),
    "edit_message": Rate(5, 5.0),
    "webhook": Rate(5, 2.0),
    "global": Rate(50, 1.0),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a call is let through; *scope* is None then, else whose limit was hit.

    *wait* is the seconds until the next one would be, *headers* tell of the route's own bucket.
    """

    headers: Mapping[str, str]
    scope: str | None = None
    wait: float = 0.0


@dataclass(slots=True)
class Bucket:
    """The calls since its window *opened*; times are seconds on any steady clock."""

    rate: Rate
    opened: float = -math.inf
    taken: int = 0

    def take(self, now: float) -> bool:
        """Count a call, unless there are too many already."""
        if now >= self.opened + self.rate.seconds:
            self.opened, self.taken = now, 0
        if self.taken >= self.rate.calls:
            return False
        self.taken += 1
        return True

    def rest(self, now: float) -> float:
        """Seconds until the window ends, rounded up: who waits that long is let through."""
        return math.ceil((self.opened + self.rate.seconds - now) * 1000 + 1) / 1000


class Rates:
    """Every bucket of an app, made when its first call comes; *refused* counts by bucket."""

    def __init__(self, rates: Mapping[str, Rate]) -> None:
        self._rates = rates
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self.refused: Counter[tuple[str, str]] = Counter()

    def take(self, name: str, ids: Mapping[str, str], now: float, wall: float) -> Verdict:
        """What becomes of a call of the route *name*; *wall* is seconds since 1970."""
        route = ROUTES[name]
        if not route.open and "global" in self._rates:
            whole = self._bucket("global", "")
            if not whole.take(now):
                self.refused["global", ""] += 1
                return Verdict({"X-RateLimit-Global": "true"}, "global", whole.rest(now))
        if route.bucket is None or route.bucket not in self._rates:
            return Verdict({})
        key = (route.bucket, ids["token"] if route.open else ids["channel"])
        bucket = self._bucket(*key)
        through = bucket.take(now)
        headers = _headers(route.bucket, bucket, now, wall)
        if through:
            return Verdict(headers)
        self.refused[key] += 1
        return Verdict(headers, "user", bucket.rest(now))

    def _bucket(self, name: str, of: str) -> Bucket:
        return self._buckets.setdefault((name, of), Bucket(self._rates[name]))


def _headers(name: str, bucket: Bucket, now: float, wall: float) -> Mapping[str, str]:
    rest = bucket.rest(now)
    return {
        "X-RateLimit-Bucket": name,
        "X-RateLimit-Limit": str(bucket.rate.calls),
        "X-RateLimit-Remaining": str(bucket.rate.calls - bucket.taken),
        "X-RateLimit-Reset": f"{wall + rest:.3f}",
        "X-RateLimit-Reset-After": f"{rest:.3f}",
    }
