"""Discord's ids, which tell when the thing that they name was made; pure."""

from typing import Final

_EPOCH: Final = 1_420_070_400_000  # the first second of 2015, in milliseconds since 1970
_TAIL_BITS: Final = 22  # worker, process and a counter within the millisecond
_TAIL: Final = (1 << _TAIL_BITS) - 1


def micros(snowflake: int) -> int:
    """When *snowflake* was made, in microseconds since 1970.

    Discord tells milliseconds; the rest of the id orders what was made within one of them.
    """
    return ((snowflake >> _TAIL_BITS) + _EPOCH) * 1000 + ((snowflake & _TAIL) * 1000 >> _TAIL_BITS)


def number(text: str) -> int:
    """The snowflake that *text* holds; 0, which is nobody's, where it holds none."""
    return int(text) if text.isascii() and text.isdigit() else 0
