"""Discord's rate limits: assumed until its answers tell of them, and what those mean; pure."""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.ports import BucketSpec, Call, Told

# Of the 50 a second that Discord gives a bot. Two are for typing, one for what nobody asks
# the pacer for. Interim edits leave nearly all that can go at once to first and last calls.
EVERYTHING: Final = BucketSpec("discord", rate=28, burst=19, kept=18)

_MOST_CALLS = 50
_SHORTEST, _LONGEST = 0.5, 60.0  # seconds of a window
_PLACES = 2_000
_MARGIN = 0.25  # seconds that our windows last longer, where no answer tells when they end
_NOTED = 0.05  # seconds that discord.py takes to note what we have heard

_ROUTE = re.compile(r"/channels/(?P<place>\d+)/messages(?P<one>/\d+)?/?$")
_CALLS: Final[Mapping[tuple[str, bool], Call]] = {
    ("POST", False): Call.POST,
    ("PATCH", True): Call.EDIT,
    ("DELETE", True): Call.DELETE,
    ("GET", False): Call.READ,
}


@dataclass(frozen=True, slots=True)
class Window:
    """So many calls in so many seconds, from the first of them on."""

    calls: int
    seconds: float


# Discord publishes none for messages; this is what people measure in a channel.
ASSUMED: Final = Window(5, 5.0)


@dataclass(frozen=True, slots=True)
class Remainder:
    """What an answer says of its own bucket: *left* of *limit* calls for *rest* more seconds."""

    limit: int
    left: int
    rest: float


def remainder(headers: Mapping[str, str]) -> Remainder | None:
    """What *headers* say; None where they are not there, or make no sense."""
    try:
        limit = int(headers["X-RateLimit-Limit"])
        left = int(headers["X-RateLimit-Remaining"])
        rest = float(headers["X-RateLimit-Reset-After"])
    except (KeyError, ValueError):
        return None
    sound = limit > 0 and 0 <= left <= limit and 0 <= rest <= _LONGEST
    return Remainder(limit, left, rest) if sound else None


def learnt(known: Window, told: Remainder) -> Window:
    """The window by what is *known* of it and what was *told*, be it wider or narrower.

    The first call of a window tells how long that is, any later one only that it is no shorter.
    At most 50 calls, and between 0.5 s and a minute: what lies beyond would be a mistake.
    """
    is_first = told.left == told.limit - 1
    seconds = told.rest if is_first else max(known.seconds, told.rest)
    return Window(min(told.limit, _MOST_CALLS), round(min(max(seconds, _SHORTEST), _LONGEST), 1))


def spec(name: str, window: Window) -> BucketSpec:
    """The bucket that lets all calls of *window* go but one.

    discord.py sleeps within the call that takes the last. Of a window of one call it is that one:
    less would let nothing go.
    """
    burst = max(1, window.calls - 1)
    return BucketSpec(name, burst / window.seconds, burst, window.seconds + _MARGIN)


def seconds_of(headers: Mapping[str, str]) -> float:
    """For how long *headers* of a refusal ask for patience; 1 where they do not say."""
    for name in ("X-RateLimit-Reset-After", "Retry-After"):
        try:
            return max(0.0, float(headers[name]))
        except (KeyError, ValueError):
            continue
    return 1.0


class Limits:
    """Which buckets the calls of one bot draw from; *tell* hears what answers say of them.

    What a route's answers told in one place is believed of places that nothing is known of yet.
    """

    def __init__(self, tell: Callable[[Told], None] | None = None) -> None:
        self._tell = tell
        self._of_place: OrderedDict[tuple[Call, str], Window] = OrderedDict()
        self._newest: dict[Call, Window] = {}
        self.version = 0  # of what is known

    def bucket(self, call: Call, place: str) -> BucketSpec:
        """The bucket of the messages of the channel *place*, a thread being one of its own."""
        known = self._of_place.get((call, place)) or self._newest.get(call, ASSUMED)
        return spec(f"discord.{call.value}:{place}", known)

    def hear(self, method: str, path: str, status: int, headers: Mapping[str, str]) -> None:
        """Learn from the answer to one call of the REST API."""
        if status == 429 and headers.get("X-RateLimit-Scope") == "global":
            return self._told(Told(EVERYTHING, pause=seconds_of(headers)))
        found = _ROUTE.search(path)
        call = None if found is None else _CALLS.get((method, found["one"] is not None))
        if found is not None and call is not None:
            self._learn(call, found["place"], status, headers)
        return None

    def _learn(self, call: Call, place: str, status: int, headers: Mapping[str, str]) -> None:
        told = remainder(headers)
        if told is not None:
            before = self._of_place.pop((call, place), None), self._newest.get(call)
            window = learnt(before[0] or ASSUMED, told)
            self._of_place[call, place] = self._newest[call] = window
            self.version += before != (window, window)
            if len(self._of_place) > _PLACES:
                self._of_place.popitem(last=False)
        bucket = self.bucket(call, place)
        if status == 429:
            self._told(Told(bucket, pause=seconds_of(headers)))
        elif told is not None:
            # The last one is left: discord.py would sleep within the call that takes it.
            left = told.left - 1 if told.limit > 1 else told.left
            self._told(Told(bucket, left, told.rest + _NOTED))

    def _told(self, told: Told) -> None:
        if self._tell is not None:
            self._tell(told)
