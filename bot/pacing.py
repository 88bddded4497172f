"""Pure: who may send next, given buckets and a clock."""

import enum
from dataclasses import dataclass, replace

from bot.ports import BucketSpec

GLIDE = 8.0  # seconds over which credit above the reserve is spent: edits come fast, then steadily
SOONEST = 0.3  # seconds between two interim edits of a message: faster than this nobody reads
LONGEST_PAUSE = 60.0  # seconds; a platform that asks for more is asked again after this


class Urgency(enum.IntEnum):
    """How long a call may wait: a smaller one goes first."""

    FINAL = 0
    FIRST = 1
    INTERIM = 2


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket at one moment: *credit* calls may go at once, as of the clock's *at*.

    *opens* is when the next interim call may go, *paused* until when nothing may.
    """

    spec: BucketSpec
    credit: float
    at: float
    opens: float = 0.0
    paused: float = 0.0


def rested(spec: BucketSpec, now: float) -> Bucket:
    """A bucket that nobody has drawn on."""
    return Bucket(spec, spec.burst, now)


def is_rested(bucket: Bucket, now: float) -> bool:
    """Whether *bucket* is as good as one that nobody has drawn on."""
    return _credit(bucket, now) >= bucket.spec.burst and max(bucket.opens, bucket.paused) <= now


def reserve(spec: BucketSpec, streams: int) -> float:
    """The credit that interim calls leave for the first and last calls of *streams* answers.

    One, and a quarter for each answer that is being written, at most half of what the bucket holds
    beyond the call itself.
    """
    return min(1 + 0.25 * streams, (spec.burst - 1) / 2)


def wait(bucket: Bucket, urgency: Urgency, *, streams: int, now: float) -> float:
    """Seconds until *bucket* lets a call of this *urgency* go; 0 where it may go at once. O(1).

    A bucket's burst is at least 1: a smaller one would let nothing go.
    """
    spec = bucket.spec
    needed = 1 + (reserve(spec, streams) if urgency is Urgency.INTERIM else 0)
    missing = max(0.0, needed - _credit(bucket, now))
    until_credit = max(0.0, bucket.at - now) + missing / spec.rate if missing else 0.0
    opens = bucket.opens if urgency is Urgency.INTERIM else now
    return max(until_credit, opens - now, bucket.paused - now, 0.0)


def spend(bucket: Bucket, urgency: Urgency, *, streams: int, now: float) -> Bucket:
    """*bucket* after one call.

    After an interim call the next one waits 1 / (rate + spare credit / GLIDE) seconds: soon while
    there is credit, at the bucket's own rate when there is none. A bucket faster than SOONEST is
    shared by many messages, and lets each of them be as soon.
    """
    credit = _credit(bucket, now) - 1
    opens = bucket.opens
    if urgency is Urgency.INTERIM:
        spare = max(0.0, credit - reserve(bucket.spec, streams))
        rate = bucket.spec.rate
        opens = now + max(min(SOONEST, 1 / rate), 1 / (rate + spare / GLIDE))
    return replace(bucket, credit=credit, at=now, opens=opens)


def pause(bucket: Bucket, seconds: float, *, now: float) -> Bucket:
    """*bucket* after the platform asked for *seconds* of patience: closed so long, then empty."""
    until = now + min(max(seconds, 0.0), LONGEST_PAUSE)
    return replace(bucket, credit=min(_credit(bucket, now), 0.0), at=until, paused=until)


def _credit(bucket: Bucket, now: float) -> float:
    grown = bucket.credit + max(0.0, now - bucket.at) * bucket.spec.rate
    return min(bucket.spec.burst, grown)
