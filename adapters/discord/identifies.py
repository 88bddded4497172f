"""How often we may identify at the gateway; Discord takes a token that does it too often; pure."""

from dataclasses import dataclass
from typing import Final

# Discord counts 1,000 a day, then ends all sessions and resets the token
# (docs.discord.com, "Session Start Limit"). One in 90 s is 960.
EVERY: Final = 90.0  # seconds, in the long run
APART: Final = 5.0  # seconds between two; Discord counts those of all shards together
_SOON_AFTER: Final = 3  # that come soon after the first
_KEPT: Final = 20  # of a day's, for whoever has to look into it
_SOONEST: Final = 2.0  # seconds; doubled with each failure that follows the last
_LATEST_SOON: Final = 8.0


@dataclass(slots=True)
class Allowance:
    """How much of our own measure is used; times are seconds of any clock that never goes back.

    A process that serves several *shards* identifies once for each of them.
    """

    shards: int = 1
    used: float = 0.0
    last: float = float("-inf")

    def wait(self, now: float) -> float:
        """Seconds until we may identify; 0 where we may at once."""
        over = self._used(now) + 1 - (_SOON_AFTER + self.shards)
        return max(0.0, over * EVERY, self.last + APART - now)

    def spend(self, now: float) -> None:
        """We identify."""
        self.used, self.last = self._used(now) + 1, now

    def _used(self, now: float) -> float:
        return max(0.0, self.used - (now - self.last) / EVERY)


def pause(failures: int) -> float:
    """Seconds to rest after so many *failures* in a row, as long as the allowance lets us."""
    return min(_SOONEST * 2 ** (failures - 1), _LATEST_SOON) if failures else 0.0


def rationed(remaining: int, reset_after: float) -> float:
    """Seconds to wait where Discord says that *remaining* are left until *reset_after* seconds."""
    return reset_after if remaining <= _KEPT else 0.0
