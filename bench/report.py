"""Pure: readings as an aligned table, each with its verdict."""

from collections.abc import Sequence

from bench.readings import Reading, Readings

NOT_TOLD = "Not measured: memory and processor time of one process; that takes Linux's /proc."
"""What stands under a table where the machine did not tell something."""

_HEADS = ("reading", "value", "unit", "bound", "verdict", "read from")
_TO_THE_RIGHT = (False, True, False, True, False, False)


def table(readings: Readings) -> str:
    """*readings*, a line each under a line of heads; numbers stand flush right."""
    rows = [_HEADS, *map(_row, readings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    return "\n".join(_line(row, widths) for row in rows)


def verdict(reading: Reading) -> str:
    """``ok`` or ``BROKEN`` against its bound, empty where it has none, ``not measured``."""
    if reading.value is None:
        return "not measured"
    if not reading.bounded:
        return ""
    return "BROKEN" if reading.broken else "ok"


def number(value: float) -> str:
    """*value* with three digits that count, and all of those before the point."""
    for least, places in ((100, 0), (10, 1), (1, 2)):
        if abs(value) >= least:
            return f"{value:,.{places}f}"
    return f"{value:.3f}" if value else "0"


def _row(reading: Reading) -> tuple[str, ...]:
    value = "-" if reading.value is None else number(reading.value)
    return (
        reading.name,
        value,
        reading.unit,
        _bound(reading),
        verdict(reading),
        reading.source,
    )


def _bound(reading: Reading) -> str:
    least = "" if reading.least is None else f">= {number(reading.least)}"
    most = "" if reading.most is None else f"<= {number(reading.most)}"
    return " ".join(filter(None, (least, most)))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = zip(row, widths, _TO_THE_RIGHT, strict=True)
    padded = (f"{cell:>{width}}" if right else f"{cell:<{width}}" for cell, width, right in cells)
    return "  ".join(padded).rstrip()
