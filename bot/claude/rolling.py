"""Pure: several keys, some of which were refused -> the order in which to ask with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

REST = 600.0
"""Seconds that a refused key comes last: its limit may be raised, or its right be given back."""

PROBING = 30.0
"""Seconds between two requests that find out whether keys are taken, each of which was refused."""


@dataclass(frozen=True, slots=True)
class Lockout:
    """All of *keys* were refused, as *outline* says; nobody asks with them before *probe*."""

    keys: frozenset[str]
    probe: float
    outline: str

    def holds(self, keys: Sequence[str]) -> bool:
        """Whether there is none but refused ones among *keys*."""
        return self.keys.issuperset(keys)


def in_turn(keys: Sequence[str], refused: Mapping[str, float], now: float) -> tuple[str, ...]:
    """All of *keys* in the order in which to ask with them: behind the others those that rest.

    Among each other both keep their order. *refused* holds when a key was, on *now*'s clock.
    """
    return tuple(sorted(keys, key=lambda key: rests(key, refused, now)))


def rests(key: str, refused: Mapping[str, float], now: float) -> bool:
    """Whether *key* was refused within the last ten minutes."""
    return key in refused and now - refused[key] < REST


def all_but_one(keys: Sequence[str], refused: Mapping[str, float]) -> frozenset[str]:
    """*keys* without the one that was refused the longest ago: it is its turn to be tried."""
    return frozenset(keys) - {min(keys, key=lambda key: refused.get(key, 0.0))}
