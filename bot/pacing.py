"""Pure: who may send next, given buckets and a clock."""

import enum
from dataclasses import dataclass, replace

from bot.ports import BucketSpec

GLIDE = 8.0  # seconds over which credit above the reserve is spent: edits come fast, then steadily
SOONEST = 0.3  # seconds between two interim edits of a message: faster than this nobody reads
# Seconds that the end of one answer may wait for a window which interim calls took.
LATEST = 0.75
LONGEST_PAUSE = 60.0  # seconds; a platform that asks for more is asked again after this
_LATE = 0.5  # seconds that an answer may come behind the window that it tells of


class Urgency(enum.IntEnum):
    """How long a call may wait: a smaller one goes first."""

    FINAL = 0
    FIRST = 1
    INTERIM = 2


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket at one moment: *credit* calls may go at once, as of the clock's *at*.

    *opens* is when the next interim call may go, *paused* until when nothing may. *ends* is when
    the window ends that the last call fell into, where the bucket counts in windows.
    """

    spec: BucketSpec
    credit: float
    at: float
    opens: float = 0.0
    paused: float = 0.0
    ends: float = 0.0


def rested(spec: BucketSpec, now: float) -> Bucket:
    """A bucket that nobody has drawn on."""
    return Bucket(spec, spec.burst, now)


def is_rested(bucket: Bucket, now: float) -> bool:
    """Whether *bucket* is as good as one that nobody has drawn on."""
    return _credit(bucket, now) >= bucket.spec.burst and max(bucket.opens, bucket.paused) <= now


def reserve(spec: BucketSpec, streams: int) -> float:
    """The credit that interim calls leave for the first and last calls of *streams* answers.

    One, and a quarter for each answer that is being written, at most half of what the bucket holds
    beyond the call itself. In a window it is one for each answer, as nothing trickles back.
    """
    if spec.kept is not None:
        return min(spec.kept, spec.burst - 1)
    if spec.window is not None:
        return min(streams, spec.burst - 1)
    return min(1 + 0.25 * streams, (spec.burst - 1) / 2)


def wait(bucket: Bucket, urgency: Urgency, *, streams: int, now: float) -> float:
    """Seconds until *bucket* lets a call of this *urgency* go; 0 where it may go at once. O(1).

    *streams* answers are being written that draw on it. A bucket's burst is at least 1: a smaller
    one would let nothing go.
    """
    needed = 1 + (reserve(bucket.spec, streams) if urgency is Urgency.INTERIM else 0)
    opens = bucket.opens if urgency is Urgency.INTERIM else now
    until_credit = _until_credit(bucket, needed, streams, now)
    return max(until_credit, opens - now, bucket.paused - now, 0.0)


def spend(bucket: Bucket, urgency: Urgency, *, streams: int, now: float) -> Bucket:
    """*bucket* after one call.

    After an interim call the next one waits 1 / (rate + spare credit / GLIDE) seconds: soon while
    there is credit, at the bucket's own rate when there is none. A bucket faster than SOONEST is
    shared by many messages, and lets each of them be as soon. In a window the interim calls are
    spread over what is left of it.
    """
    credit = _credit(bucket, now) - 1
    ends = bucket.ends
    if bucket.spec.window is not None and now >= ends:
        ends = now + bucket.spec.window
    spent = replace(bucket, credit=credit, at=now, ends=ends)
    if urgency is not Urgency.INTERIM:
        return spent
    return replace(spent, opens=now + _gap(spent, streams, now))


def pause(bucket: Bucket, seconds: float, *, now: float) -> Bucket:
    """*bucket* after the platform asked for *seconds* of patience.

    It is closed so long, and then empty; a window that has passed meanwhile is over.
    """
    until = now + _bounded(seconds)
    credit = min(_credit(bucket, now), 0.0)
    return replace(bucket, credit=credit, at=until, paused=until, ends=until)


def fitted(bucket: Bucket, spec: BucketSpec, now: float) -> Bucket:
    """*bucket* with the limits of *spec*: what was spent by *now* stays spent."""
    if bucket.spec == spec:
        return bucket
    spent = bucket.spec.burst - _credit(bucket, now)
    credit = max(spec.burst - spent, min(bucket.credit, 0.0))
    return replace(bucket, spec=spec, credit=credit, at=max(bucket.at, now))


def corrected(bucket: Bucket, left: float, rest: float, *, now: float) -> Bucket:
    """*bucket*, of which the platform told: *left* more calls, in a window of *rest* more seconds.

    Credit only falls by it: our calls under way are not counted there yet. What is told of a
    window before this one is no news, and no window is believed to last over LONGEST_PAUSE.
    """
    ends, window = now + _bounded(rest), bucket.spec.window or 0.0
    opened = bucket.ends - window
    if ends < opened + min(_LATE, window / 4):
        return bucket
    credit = min(_credit(bucket, now), max(left, 0.0))
    return replace(bucket, credit=credit, at=max(bucket.at, now), ends=ends)


def _bounded(told: float) -> float:
    # In this order: what is no number compares as false, and so comes to nothing.
    return min(max(0.0, told), LONGEST_PAUSE)


def _until_credit(bucket: Bucket, needed: float, streams: int, now: float) -> float:
    credit = _credit(bucket, now)
    if credit >= needed:
        return 0.0
    if bucket.spec.window is None:
        return max(0.0, bucket.at - now) + (needed - credit) / bucket.spec.rate
    # Near its end the reserve is worth nothing more: a last call finds the next window soon.
    return (_freed(bucket, streams) if credit >= 1 else bucket.ends) - now


def _freed(bucket: Bucket, streams: int) -> float:
    """When interim calls may take what is left of the window."""
    return bucket.ends - min(LATEST * max(1, streams), (bucket.spec.window or 0.0) / 2)


def _gap(bucket: Bucket, streams: int, now: float) -> float:
    kept = reserve(bucket.spec, streams)
    if bucket.spec.window is None:
        rate, spare = bucket.spec.rate, max(0.0, bucket.credit - kept)
        return max(min(SOONEST, 1 / rate), 1 / (rate + spare / GLIDE))
    freed = _freed(bucket, streams)
    until, spare = (freed, bucket.credit - kept) if now < freed else (bucket.ends, bucket.credit)
    return max(SOONEST, (until - now) / (1 + max(0.0, spare)))


def _credit(bucket: Bucket, now: float) -> float:
    if bucket.spec.window is not None:
        return bucket.spec.burst if now >= bucket.ends else bucket.credit
    grown = bucket.credit + max(0.0, now - bucket.at) * bucket.spec.rate
    return min(bucket.spec.burst, grown)
