"""How much of a model an organisation may use: token buckets for requests, input and output."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MINUTE = 60.0  # seconds in which an empty bucket fills


@dataclass(frozen=True, slots=True)
class Rates:
    """What a minute allows of one model; buckets begin full."""

    requests: int
    input: int
    output: int


@dataclass(slots=True)
class Bucket:
    """Credit that grows evenly up to *limit*, in a minute from nothing; *at* is in seconds."""

    limit: int
    credit: float
    at: float

    def fill(self, now: float) -> None:
        """Grow until *now*."""
        grown = (now - self.at) * self.limit / _MINUTE
        self.credit, self.at = min(self.limit, self.credit + grown), now

    def wait(self, cost: float) -> float:
        """Seconds until *cost* is there; what exceeds the limit needs a full bucket."""
        return max(0.0, min(cost, self.limit) - self.credit) * _MINUTE / self.limit


class Meter:
    """The buckets of each model that was asked for, under *rates*; None neither limits nor tells.

    *refused* counts what it did not let pass. Output is charged when it was written, so that its
    bucket may go below nothing; a request needs at least one token of it.
    """

    def __init__(
        self, rates: Rates | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.refused = 0
        self._rates = rates
        self._clock = clock
        self._models: dict[str, dict[str, Bucket]] = {}

    def take(self, model: str, input_tokens: int) -> float:
        """Charge a request, or the seconds until it would be taken, and nothing is charged."""
        buckets = self._of(model)
        if not buckets:
            return 0.0
        costs = {"requests": 1, "input-tokens": input_tokens, "output-tokens": 1}
        wait = max(buckets[name].wait(cost) for name, cost in costs.items())
        if not wait:
            for name in ("requests", "input-tokens"):
                buckets[name].credit -= costs[name]
        self.refused += bool(wait)
        return wait

    def write(self, model: str, output_tokens: int) -> None:
        """Charge what was written."""
        if buckets := self._of(model):
            buckets["output-tokens"].credit -= output_tokens

    def headers(self, model: str) -> Mapping[str, str]:
        """What every response tells of the limits of *model*; tokens are rounded to thousands."""
        told: dict[str, str] = {}
        for name, bucket in self._of(model).items():
            left = max(0.0, bucket.credit)
            rounded = math.floor(left) if name == "requests" else round(left, -3)
            whole = datetime.now(UTC) + timedelta(seconds=bucket.wait(bucket.limit))
            told[f"anthropic-ratelimit-{name}-limit"] = str(bucket.limit)
            told[f"anthropic-ratelimit-{name}-remaining"] = str(int(min(rounded, bucket.limit)))
            told[f"anthropic-ratelimit-{name}-reset"] = f"{whole:%Y-%m-%dT%H:%M:%SZ}"
        return told

    def _of(self, model: str) -> dict[str, Bucket]:
        if self._rates is None:
            return {}
        now = self._clock()
        if model not in self._models:
            limits = {
                "requests": self._rates.requests,
                "input-tokens": self._rates.input,
                "output-tokens": self._rates.output,
            }
            self._models[model] = {name: Bucket(n, float(n), now) for name, n in limits.items()}
        for bucket in self._models[model].values():
            bucket.fill(now)
        return self._models[model]
