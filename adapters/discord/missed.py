"""What was said while nobody heard: the places to read after a gap, and how far back; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from adapters.discord.events import Where
from adapters.discord.snowflakes import micros

MOST: Final = 20  # messages of a place that are read
OLDEST: Final = 24 * 3600 * 1_000_000  # microseconds back


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a guild; *last* is the newest message there as the session begins.

    *is_ours* says that we opened it: somebody spoke with us there.
    """

    where: Where
    last: int
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A place to read: what was said after *after*, in microseconds, up to the message *last*.

    *last* is None where Discord does not tell what is newest. What was missed and is too old to be
    heard was said after *since*.
    """

    where: Where
    since: int
    after: int
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read: lists of places whose order counts within each list, the first list first.

    In *older* all was said too long ago to be heard; whoever called us there is to be told.
    """

    lists: tuple[tuple[Unread, ...], ...] = ()
    older: tuple[Unread, ...] = ()


def plan(spots: Iterable[Spot], since: int, now: int) -> Plan:
    """What of *spots* is to be read at *now*, where all was heard up to *since*: microseconds.

    A channel goes before its threads, since a mention there may be what makes them ours. Where we
    opened a thread, people wait, so that these lists are first, then those with the newest words.
    """
    after = horizon(since, now)
    missed = [spot for spot in spots if micros(spot.last) > since]
    recent = [spot for spot in missed if micros(spot.last) > after]
    families = [list(family) for _, family in groupby(sorted(recent, key=_by_family), key=_channel)]
    families.sort(key=_by_urgency)
    lists = (tuple(Unread(spot.where, since, after, spot.last) for spot in one) for one in families)
    older = (spot for spot in missed if micros(spot.last) <= after)
    return Plan(tuple(lists), tuple(Unread(one.where, since, after, one.last) for one in older))


def horizon(since: int, now: int) -> int:
    """After which time to read: *since*, yet at most a day before *now*."""
    return max(since, now - OLDEST)


def chosen(ids: Sequence[int], unread: Unread) -> tuple[frozenset[int], tuple[int, ...]]:
    """Which of *ids*, the newest messages of a place, newest first, are to be heard.

    And which were missed as well and are left out, be it that they are too many or too old.
    """
    missed = [one for one in ids if micros(one) > unread.since]
    heard = frozenset(one for one in missed[:MOST] if micros(one) > unread.after)
    return heard, tuple(one for one in missed if one not in heard)


def _channel(spot: Spot) -> str:
    return spot.where.parent or spot.where.channel


def _by_family(spot: Spot) -> tuple[str, bool, int]:
    return _channel(spot), spot.where.parent is not None, -spot.last


def _by_urgency(family: Sequence[Spot]) -> tuple[bool, int]:
    return not any(spot.is_ours for spot in family), -max(spot.last for spot in family)
