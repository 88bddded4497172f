"""Pure: several keys, some of which were refused -> the order in which to ask with them."""

from collections.abc import Mapping, Sequence

REST = 600.0
"""Seconds that a refused key comes last: its limit may be raised, or its right be given back."""


def in_turn(keys: Sequence[str], refused: Mapping[str, float], now: float) -> tuple[str, ...]:
    """All of *keys* in the order in which to ask with them: behind the others those that rest.

    Among each other both keep their order. *refused* holds when a key was, on *now*'s clock.
    """
    return tuple(sorted(keys, key=lambda key: rests(key, refused, now)))


def rests(key: str, refused: Mapping[str, float], now: float) -> bool:
    """Whether *key* was refused within the last ten minutes."""
    return key in refused and now - refused[key] < REST
