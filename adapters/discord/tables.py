"""A table of markdown as lines of one width, for a code block; pure."""

import re
import unicodedata
from collections.abc import Sequence

_BAR = re.compile(r"(?<!\\)\|")
_WIDE = frozenset("WF")  # as Unicode tells of East Asian characters, emoji among them
_WITHOUT_WIDTH = frozenset({"Mn", "Me", "Cf"})


def aligned(rows: Sequence[str], most: int) -> list[str] | None:
    """*rows*, the second of which is the rule, with their columns below each other.

    None where that would take more than *most* UTF-16 code units, line ends included. Numbers and
    the like stand on the right where the rule says so.
    """
    cells = [_cells(row) for row in rows]
    count = max(map(len, cells))
    table = [[*row, *[""] * (count - len(row))] for row in cells]
    rule = table.pop(1)
    widths = [max(1, *map(_width, column)) for column in zip(*table, strict=True)]
    # A character takes two columns at most: what cannot fit is not even built.
    if len(table) * sum(widths[:-1]) > 2 * most:
        return None
    sides = [">" if mark.endswith(":") and not mark.startswith(":") else "<" for mark in rule]
    lines = [" | ".join(map(_padded, row, widths, sides)).rstrip() for row in table]
    lines.insert(1, "-|-".join("-" * width for width in widths))
    return lines if sum(units(line) + 1 for line in lines) <= most else None


def _cells(row: str) -> list[str]:
    inner = row.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip().replace("\\|", "|") for cell in _BAR.split(inner)]


def _padded(cell: str, width: int, side: str) -> str:
    padding = " " * (width - _width(cell))
    return padding + cell if side == ">" else cell + padding


def _width(text: str) -> int:
    """The columns that *text* takes in a font of one width."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in _WITHOUT_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def units(text: str) -> int:
    """UTF-16 code units of *text*."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
