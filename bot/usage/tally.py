"""Pure: what was used as values: an answer's entry, its place in the ledger, sums over many."""

import enum
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from operator import attrgetter
from typing import TypeVar

from bot import prices
from bot.model import Tier, Usage

_Key = TypeVar("_Key")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,256}")


class Within(enum.Enum):
    """The kinds of scope that usage is summed over, and that a budget bounds."""

    USER = "user"
    CHANNEL = "channel"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Scope:
    """One user (``slack:U1``), one channel (``slack:C1``), or everything, whose *id* is ""."""

    within: Within
    id: str = ""

    @property
    def key(self) -> str:
        """The scope as one string: ``user slack:U1``."""
        return f"{self.within.value} {self.id}".rstrip()

    def holds(self, user: str, channel: str) -> bool:
        """Whether what *user* uses in *channel* counts here."""
        named = {Within.USER: user, Within.CHANNEL: channel, Within.TOTAL: self.id}
        return named[self.within] == self.id


TOTAL = Scope(Within.TOTAL)


@dataclass(frozen=True, slots=True)
class Spender:
    """Who asks, and where: *user* and *channel* as `bot.toml` names them; *name* is for people.

    Raises ValueError where an id holds anything but letters, digits, ``.``, ``_``, ``:``, ``-``.
    """

    user: str
    channel: str
    name: str

    def __post_init__(self) -> None:
        for part in (self.user, self.channel):
            if not _ID.fullmatch(part):
                raise ValueError(f"not an id that usage can be kept by: {part!r}")

    @property
    def scopes(self) -> tuple[Scope, Scope, Scope]:
        """The scopes that an answer counts in."""
        return Scope(Within.USER, self.user), Scope(Within.CHANNEL, self.channel), TOTAL


@dataclass(frozen=True, slots=True)
class Call:
    """One call to Claude: what it is recorded by, once, however often that is repeated.

    *attempt* tells apart the calls for one turn; where another worker took over, its calls need
    attempts of their own, as in ``<epoch>.<number>``.
    """

    conversation: str
    turn: str
    attempt: str


@dataclass(frozen=True, slots=True)
class Tally:
    """A sum of answers: tokens, and nano-dollars of those whose tier has a price.

    *unpriced* of the *answers* are not in *cost*. *uncached* is what they would have cost had no
    token gone through the cache.
    """

    answers: int = 0
    unpriced: int = 0
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cost: int = 0
    uncached: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return total((self, other))

    @property
    def prompt(self) -> int:
        """All tokens that Claude read."""
        return self.input + self.cache_read + self.cache_write

    @property
    def cached(self) -> float | None:
        """The share of the prompts that was read from the cache; None where there was no prompt."""
        return self.cache_read / self.prompt if self.prompt else None

    @property
    def saved(self) -> float | None:
        """The share of its price that caching took off; negative where it cost more than it saved.

        None where nothing has a price.
        """
        return 1 - self.cost / self.uncached if self.uncached else None


_COUNTS: Callable[[Tally], tuple[int, ...]] = attrgetter(*(count.name for count in fields(Tally)))


@dataclass(frozen=True, slots=True)
class Entry:
    """What one call used: *tally* of *spender* on the tier *tier*."""

    call: Call
    spender: Spender
    tier: str
    tally: Tally

    @classmethod
    def of(cls, call: Call, spender: Spender, tier: Tier, *used: Usage) -> "Entry":
        """The entry of one answer, of which each attempt has *used* that much on *tier*.

        Each is priced by itself, where the tier has a price: what a token costs hangs on the length
        of the prompt that it belongs to.
        """
        tally = total(_tally(usage, tier) for usage in used)
        return cls(call, spender, tier.name, replace(tally, answers=1, unpriced=int(tally.unpriced > 0)))


@dataclass(frozen=True, slots=True)
class Line:
    """What *user* used on one day in *channel* on one tier."""

    day: date
    user: str
    channel: str
    tier: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Report:
    """What was used in *scope* on the *days* days that end with *today*, days being those of UTC.

    *names* are what users were called last, by their ids; some may be missing.
    """

    scope: Scope
    today: date
    days: int
    lines: tuple[Line, ...]
    names: Mapping[str, str]

    def over(self, days: int) -> Tally:
        """The sum of the newest *days* days."""
        return total(line.tally for line in self._since(days))

    def by_day(self, days: int) -> list[tuple[date, Tally]]:
        """The sum of each of the newest *days* days, oldest first; days without use included."""
        sums = _sums(self._since(days), lambda line: line.day)
        newest = [self.today - timedelta(days=back) for back in reversed(range(days))]
        return [(day, sums.get(day, Tally())) for day in newest]

    def by_tier(self, days: int) -> list[tuple[str, Tally]]:
        """The sum of each tier over the newest *days* days, the dearest first."""
        return _dearest_first(_sums(self._since(days), lambda line: line.tier))

    def by_user(self, days: int) -> list[tuple[str, Tally]]:
        """The sum of each user over the newest *days* days, the dearest first."""
        return _dearest_first(_sums(self._since(days), lambda line: line.user))

    def _since(self, days: int) -> list[Line]:
        first = self.today - timedelta(days=days - 1)
        return [line for line in self.lines if line.day >= first]


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of *tallies*; some 1 µs for each."""
    return Tally(*map(sum, zip(*map(_COUNTS, tallies), strict=True)))


def _tally(usage: Usage, tier: Tier) -> Tally:
    cost, uncached = prices.cost(usage, tier), prices.uncached(usage, tier)
    return Tally(
        unpriced=int(cost is None),
        input=usage.input,
        output=usage.output,
        cache_read=usage.cache_read,
        cache_write=usage.cache_write,
        cost=cost or 0,
        uncached=uncached or 0,
    )


def _sums(lines: Iterable[Line], key: Callable[[Line], _Key]) -> dict[_Key, Tally]:
    groups: dict[_Key, list[Tally]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line.tally)
    return {name: total(tallies) for name, tallies in groups.items()}


def _dearest_first(sums: Mapping[str, Tally]) -> list[tuple[str, Tally]]:
    return sorted(sums.items(), key=lambda item: (-item[1].cost, -item[1].prompt, item[0]))
