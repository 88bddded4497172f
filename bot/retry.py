"""Pure: a failure -> seconds to wait before the next try, or to give up."""

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeGuard

from bot.errors import RateLimited, Unreachable
from bot.quota import Quota

FIRST = 1.0  # seconds: the ceiling of the wait behind a first failed attempt

# An overload is shared by everybody, and ends sooner the fewer come back at once.
OVERLOADED_FIRST = 2 * FIRST

_DOUBLINGS = 60  # more would only overflow: no patience is that long


class Trouble(enum.Enum):
    """What stands in the way, as far as a person needs to know: ``claude.<value>`` tells it."""

    OVERLOADED = "overloaded"
    RATE_LIMITED = "rate_limited"
    BROKEN = "broken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed.

    *retry_after* is the seconds that the server asked for, None where it did not. *detail* is for
    the operator's log: class, status, type and request id, never words of a prompt or an answer.
    *ailing*: the service told of a trouble that everybody has, an overload, a rate limit, a 5xx.
    *quota* are the limits that it told with that.
    """

    trouble: Trouble
    retryable: bool
    retry_after: float | None
    detail: str
    ailing: bool = False
    quota: Quota | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait, in seconds: at most *wait* at a time, at most *turn* for one turn."""

    wait: float
    turn: float


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

    It also gives up at the attempt from which on the ceilings sum up to more than
    ``patience.turn``: how often is tried depends on no dice, and is bounded though each wait be
    next to nothing. (wait=60, turn=300: 10 tries, 9 in an overload.)

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
    if _reach(failure.trouble, attempt, patience) > patience.turn:
        return None
    return wait


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


def _reach(trouble: Trouble, attempt: int, patience: Patience) -> float:
    """The longest that the waits up to *attempt* can be together."""
    return sum(_ceiling(trouble, each, patience) for each in range(1, attempt + 1))


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
