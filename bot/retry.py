"""Pure: a failure -> seconds to wait before the next try, what else may help, or to give up."""

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeGuard

from bot.errors import RateLimited, Unreachable
from bot.quota import Quota

FIRST = 1.0  # seconds: the ceiling of the wait behind a first failed attempt

# An overload is shared by everybody, and ends sooner the fewer come back at once.
OVERLOADED_FIRST = 2 * FIRST

UNTOLD = 3.0  # seconds: so that a person is told within 5, with all that it takes to tell them

_DOUBLINGS = 60  # more would only overflow: no patience is that long
_MOST = 1_000_000  # tries: a patience whose single waits are next to nothing has no end otherwise


class Trouble(enum.Enum):
    """What stands in the way; `key` is the sentence that tells a person of it."""

    OVERLOADED = "overloaded"
    RATE_LIMITED = "rate_limited"
    BROKEN = "broken"
    REFUSED = "refused"
    BARRED = "barred"  # each of our keys, or the account behind it
    TOO_LONG = "too_long"  # the request, not the answer
    MALFORMED = "malformed"  # one message of the request, which the API names
    UNSERVED = "unserved"  # the model: retired, or never there

    @property
    def key(self) -> str:
        """The key of the sentence that tells a person; which message it is helps them nothing."""
        return f"claude.{'refused' if self is Trouble.MALFORMED else self.value}"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a request: the message of that index, and the block in it, None for no block."""

    message: int
    block: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed.

    *retry_after* is the seconds that the server asked for, None where it did not. *detail* is for
    the operator's log: class, status, type and request id, never words of a prompt or an answer.
    *ailing*: the service told of a trouble that everybody has, an overload, a rate limit, a 5xx.
    *quota* are the limits that it told with that. *spot* is what the API found fault with, where it
    is MALFORMED.
    """

    trouble: Trouble
    retryable: bool
    retry_after: float | None
    detail: str
    ailing: bool = False
    quota: Quota | None = None
    spot: Spot | None = None


MOST_ASIDE = 3
"""Times that a turn is set aside for one answer: each costs a request."""


class Remedy(enum.Enum):
    """What may help where the same request, made again, does not."""

    SHRINK = "shrink"  # ask with half of the window
    SET_ASIDE = "set_aside"  # ask without the turn that the API found fault with
    FALL_BACK = "fall_back"  # ask the tier that stands in


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait, in seconds: at most *wait* at a time, at most *turn* for one turn.

    Waiting of up to *untold* needs no explanation.
    """

    wait: float
    turn: float
    untold: float = UNTOLD

    def shared(self, among: int) -> "Patience":
        """This patience, its whole shared out evenly *among* tiers that are asked in turn."""
        return replace(self, turn=self.turn / among)


def remedy(failure: Failure, tried: Sequence[Remedy], *, stand_in: bool) -> Remedy | None:
    """What may help against *failure*, which `backoff` gave up on; None where nothing would.

    What is too long is shrunk once for an answer, and up to `MOST_ASIDE` times the turn is set
    aside that the API names, since it names one at a time; *tried* is what was done for this answer
    so far. *stand_in*, another tier to ask, helps against an overload that lasts and a model that
    is not served, and as often as there is one; not against our own rate limit, nor a broken
    network.
    """
    helps = {Trouble.TOO_LONG: Remedy.SHRINK, Trouble.MALFORMED: Remedy.SET_ASIDE}
    if stand_in:
        helps |= dict.fromkeys((Trouble.OVERLOADED, Trouble.UNSERVED), Remedy.FALL_BACK)
    found = helps.get(failure.trouble)
    if found is None or found is Remedy.FALL_BACK:
        return found
    most = MOST_ASIDE if found is Remedy.SET_ASIDE else 1
    return found if tried.count(found) < most else None


def backoff(
    failure: Failure, *, attempt: int, waited: float, patience: Patience, dice: float
) -> float | None:
    """Seconds to wait after failed *attempt* (1 is the first), or None to give up.

    Full jitter: *dice*, in [0, 1), times a ceiling of ``min(first * 2 ** (attempt - 1), wait)``,
    where *first* is 1 s, and 2 s for an overload. What the server asked for comes before that, so
    that nobody is back too early and a crowd is still spread; where it asks for more than
    ``patience.wait``, or the whole would exceed ``patience.turn`` together with *waited*, the
    seconds that this turn has waited so far, the answer is None: no sleep is longer than our
    patience. A server that asks for a negative time, for none, for ever or for no number has not
    asked.

    It also gives up at the last of `tries`, which depends on no dice: their number is bounded
    though each wait be next to nothing.

    Raises ValueError where *attempt* is below 1.
    """
    if attempt < 1:
        raise ValueError(f"attempts are counted from 1, got {attempt}")
    if not failure.retryable:
        return None
    ceiling = _ceiling(failure.trouble, attempt, patience)
    asked = asked_for(failure) or 0.0
    wait = min(asked + dice * ceiling, patience.wait)
    if ceiling <= 0 or asked > patience.wait or waited + wait > patience.turn:
        return None
    return None if attempt >= tries(failure.trouble, patience) else wait


def tries(trouble: Trouble, patience: Patience) -> int:
    """The most tries that *trouble* is met with; patience may end sooner, by the clock.

    The last is the one from which on the ceilings of all waits sum up to more than
    ``patience.turn``. (wait=60, turn=300: 10, 9 in an overload.)
    """
    made, reach = 1, _ceiling(trouble, 1, patience)
    while 0 < reach <= patience.turn:
        ceiling = _ceiling(trouble, made + 1, patience)
        if ceiling == patience.wait:  # and so is each behind it
            return made + 1 + int(min((patience.turn - reach) // ceiling, _MOST))
        made, reach = made + 1, reach + ceiling
    return made


def asked_for(failure: Failure) -> float | None:
    """The seconds that the server asked for with *failure*, None where that was no time at all."""
    return failure.retry_after if _is_a_time(failure.retry_after) else None


def of_platform(error: RateLimited | Unreachable, patience: Patience) -> Failure:
    """What `backoff` is to judge of a platform's *error*.

    A platform that asks for more than ``patience.wait`` is asked again at its end, where the Claude
    API would not be: nothing is lost by it but a call.
    """
    asked = error.retry_after if isinstance(error, RateLimited) else None
    patient = None if asked is None else min(asked, patience.wait)
    return Failure(Trouble.BROKEN, retryable=True, retry_after=patient, detail=str(error))


def stated(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """The seconds that a response's *headers* ask to wait, None where they state none.

    ``retry-after-ms`` wins over ``retry-after``, which is seconds or an HTTP date. *headers* is
    asked for lower-case names.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    return seconds if seconds is not None else _until(value, now)


def _ceiling(trouble: Trouble, attempt: int, patience: Patience) -> float:
    first = OVERLOADED_FIRST if trouble is Trouble.OVERLOADED else FIRST
    return min(first * 2.0 ** min(attempt - 1, _DOUBLINGS), patience.wait)


def _is_a_time(seconds: float | None) -> TypeGuard[float]:
    return seconds is not None and math.isfinite(seconds) and seconds > 0


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else None
    except ValueError:
        return None
    return number if _is_a_time(number) else None


def _until(value: str | None, now: datetime) -> float | None:
    try:
        date = parsedate_to_datetime(value) if value is not None else None
    except (ValueError, OverflowError):
        return None
    if date is None:
        return None
    seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    return seconds.total_seconds() if _is_a_time(seconds.total_seconds()) else None
