"""Pure: a growing markdown text as messages within a dialect's limit, each of them valid alone."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.breaks import best_break, cluster_end
from bot.fences import TOP, Fence, Outline, after, indent, unhung
from bot.ports import Dialect

_SHOWN_WHILE_GROWING = 0.85  # of a message; the rest is the zone where its cut is still free
_CLOSING_RESERVE = 32  # the most that the line which closes a fence at a cut may measure
_FENCE = re.compile("```|~~~")
_BLANK_LINES = re.compile(r"(?:[^\S\n]*+\n)++")


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where a growing text has been cut so far.

    *pieces* are the closed pieces as they are shown; they never change while the text grows.
    *offset* is the number of code points that they hold. *fence* is the line that reopens the code
    fence which is open there, None outside of any. *hangs* are the indents, in columns, of the list
    items that are open there and of the fence: lines lose them where the item is in an earlier
    piece, since four columns would make an indented code block of any text.
    """

    pieces: tuple[str, ...] = ()
    offset: int = 0
    fence: str | None = None
    hangs: tuple[int, ...] = ()


def step(cuts: Cuts, text: str, dialect: Dialect) -> Cuts:
    """*cuts* one step further in *text*, grown from the text of *cuts*; the very *cuts* at its end.

    A step closes one piece that *text* forces by its length, or drops what need not be shown where
    one begins. However a text is fed, it is cut at the same places: as late in the last 15 % of a
    message as there is a good one (`bot.breaks`). Newlines at a cut outside fences are dropped, and
    pieces that would be blank; a closing line that would come first behind a cut is the one that
    closed the piece. A fence whose closing line measures more than an eighth of the limit, or 32,
    is not reopened. The limit must be 40 or more, and each code point measure at least 1.

    Costs O(limit log limit), whatever the text says and however much of it waits.
    """
    trimmed = _trimmed(cuts, text, dialect)
    if trimmed is not cuts:
        return trimmed
    view = _view(cuts, text, dialect)
    return cuts if view.end == len(view.body) else _cut(cuts, text, view, dialect)


def advance(cuts: Cuts, text: str, dialect: Dialect) -> Cuts:
    """*cuts* as far as *text* leads: every `step` there is, without a pause between them.

    Feeding a text in n parts costs O(length + n * limit), times a logarithm.
    """
    while (further := step(cuts, text, dialect)) is not cuts:
        cuts = further
    return cuts


def growing(cuts: Cuts, text: str, dialect: Dialect) -> str | None:
    """What the last message shows while *text* may still grow; None while it has nothing to show.

    *cuts* are what `advance` made of *text*. At most 85 % of the limit are shown, up to the next
    grapheme boundary, so that no later cut moves shown text to another message. A fence that is
    open at the end is closed in this copy; other unfinished constructs are for the next edit.
    """
    view = _view(cuts, text, dialect)
    chunk = view.body[: view.floor]
    if cuts.fence is not None and not chunk.strip().strip(cuts.fence.lstrip(" >")[0]):
        return None  # what may become the closing line of a fence is not worth a message
    return _open_piece(cuts, text, chunk, dialect)


def final(cuts: Cuts, text: str, dialect: Dialect) -> str | None:
    """What the last message shows when *text* has ended; None where nothing is left for it.

    *cuts* are what `advance` made of *text*.
    """
    chunk = text[cuts.offset :]
    if cuts.fence is not None and _closes_at_once(cuts, text, chunk):
        return None
    return _open_piece(cuts, text, chunk, dialect)


class _View(NamedTuple):
    """The open piece's source: *body* as far as one message reaches, and one code point more.

    A cut may fall from *floor* on, which is shown already, up to *end*, where the message is full.
    """

    body: str
    floor: int
    end: int


def _view(cuts: Cuts, text: str, dialect: Dialect) -> _View:
    body = text[cuts.offset : cuts.offset + dialect.limit + 1]
    room = dialect.limit - _reserve(dialect)
    head = dialect.measure(_head(cuts) + _margin(cuts, text))
    end = _reach(body, room - head, dialect)
    soft = _reach(body[:end], int(room * _SHOWN_WHILE_GROWING) - head, dialect)
    return _View(body[: end + 1], cluster_end(body[:end], soft), end)


def _reserve(dialect: Dialect) -> int:
    return min(_CLOSING_RESERVE, dialect.limit // 8)


def _reach(text: str, room: int, dialect: Dialect) -> int:
    """How many code points of *text* measure *room* or less."""
    if dialect.measure(text) <= room:
        return len(text)
    return bisect_right(range(len(text)), room, key=lambda n: dialect.measure(text[:n])) - 1


def _trimmed(cuts: Cuts, text: str, dialect: Dialect) -> Cuts:
    """*cuts* without what need not be shown at the start of the open piece."""
    end = cuts.offset + dialect.limit
    if cuts.fence is not None:
        newline = text.find("\n", cuts.offset, end)
        if newline < 0 or not _closes_at_once(cuts, text, text[cuts.offset : newline]):
            return cuts
        return replace(cuts, offset=newline + 1, fence=None)
    blank = _BLANK_LINES.match(text, cuts.offset, end)
    return cuts if blank is None else replace(cuts, offset=blank.end())


def _closes_at_once(cuts: Cuts, text: str, chunk: str) -> bool:
    """Whether *chunk* is one line, which closes the fence that is open at the cut."""
    if "\n" in chunk or not _starts_a_line(cuts, text):
        return False
    (row,) = _rows(cuts, text, chunk)
    return row.outline.fence is None


def _starts_a_line(cuts: Cuts, text: str) -> bool:
    return text[cuts.offset - 1 : cuts.offset] in {"", "\n"}


def _cut(cuts: Cuts, text: str, view: _View, dialect: Dialect) -> Cuts:
    """*cuts* and one more in *view*."""
    rows = list(_rows(cuts, text, view.body))
    fenced = [cuts.fence is not None, *(row.outline.fence is not None for row in rows)]
    place = best_break(fenced, view.body, max(1, view.floor), view.end)
    chunk = view.body[:place]
    whole = rows[: chunk.count("\n")]
    written = _written(cuts, text, chunk, whole)
    piece = _closed(written, dialect)
    pieces = (*cuts.pieces, piece) if piece.strip() else cuts.pieces
    offset = cuts.offset + len(chunk)
    fence = written.last.outline.fence
    if fence is None or _closing(fence, dialect) is None:
        return Cuts(pieces, offset, None, _hangs(written.last))
    return Cuts(pieces, offset, _opening(fence, dialect), _hangs(written.last))


def _open_piece(cuts: Cuts, text: str, chunk: str, dialect: Dialect) -> str | None:
    if not chunk.strip():
        return None
    if cuts.fence is None and not cuts.hangs and not _FENCE.search(chunk):
        return chunk.rstrip("\n")  # most text needs no look at its lines
    return _closed(_written(cuts, text, chunk, ()), dialect)


def _opened(cuts: Cuts) -> Outline:
    return TOP if cuts.fence is None else after(TOP, cuts.fence)


def _head(cuts: Cuts) -> str:
    """What stands in the open piece before its part of the text."""
    return "" if cuts.fence is None else f"{cuts.fence}\n"


def _margin(cuts: Cuts, text: str) -> str:
    """What sets off the rest of a line of code that was cut, as the whole line was."""
    fence = _opened(cuts).fence
    return "" if fence is None or _starts_a_line(cuts, text) else fence.margin


class _Row(NamedTuple):
    """A line of the open piece as it is shown, and what is open behind it."""

    shown: str
    outline: Outline
    hangs: tuple[int, ...]
    reopened: bool  # the fence that was open at the cut still is


def _rows(cuts: Cuts, text: str, chunk: str) -> Iterator[_Row]:
    """The lines of *chunk* as the open piece shows them."""
    row = _Row("", _opened(cuts), cuts.hangs, cuts.fence is not None)
    lines = chunk.split("\n")
    if not _starts_a_line(cuts, text):
        row = _shown(row, row.hangs, _margin(cuts, text) + lines.pop(0))
        yield row
    for line in lines:
        row = _next_row(row, line)
        yield row


def _next_row(before: _Row, line: str) -> _Row:
    """*line*, which begins behind *before*, as it is shown."""
    hangs = before.hangs if before.reopened else _still_hanging(before.hangs, line)
    return _shown(before, hangs, unhung(line, hangs[-1] if hangs else 0))


def _shown(before: _Row, hangs: tuple[int, ...], shown: str) -> _Row:
    outline = after(before.outline, shown)
    return _Row(shown, outline, hangs, before.reopened and outline is before.outline)


def _still_hanging(hangs: tuple[int, ...], line: str) -> tuple[int, ...]:
    """*hangs* without those that *line* ends by standing less deep."""
    while hangs and line.strip() and indent(line) < hangs[-1]:
        hangs = hangs[:-1]
    return hangs


class _Written(NamedTuple):
    """A part of the text as its piece shows it, and the last of its lines."""

    shown: str
    last: _Row


def _written(cuts: Cuts, text: str, chunk: str, whole: Sequence[_Row]) -> _Written:
    """*chunk* as the open piece shows it, but for a closing line; *whole* are rows known so far."""
    rows = list(whole)
    if not whole:
        rows += _rows(cuts, text, chunk.removesuffix("\n"))
    elif not chunk.endswith("\n"):
        rows.append(_next_row(whole[-1], chunk.rpartition("\n")[2]))
    lines = "\n".join(row.shown for row in rows)
    end = "\n" if chunk.endswith("\n") else ""
    return _Written(_head(cuts) + lines + end, rows[-1])


def _hangs(row: _Row) -> tuple[int, ...]:
    """The indents that lines have to lose behind a cut after *row*."""
    lost = row.hangs[-1] if row.hangs else 0
    return row.hangs + tuple(lost + columns for columns in row.outline.indents if columns > 3)


def _closed(written: _Written, dialect: Dialect) -> str:
    """A piece of its own: the open fence closed, no newline at its end."""
    shown = written.shown
    fence = written.last.outline.fence
    closing = None if fence is None else _closing(fence, dialect)
    if closing is None:
        return shown.rstrip("\n")
    return f"{shown}{closing}" if shown.endswith("\n") else f"{shown}\n{closing}"


def _closing(fence: Fence, dialect: Dialect) -> str | None:
    """The line that closes *fence*; None where a message has no room for such a line."""
    fits = dialect.measure(f"\n{fence.closing}") <= _reserve(dialect)
    return fence.closing if fits else None


def _opening(fence: Fence, dialect: Dialect) -> str:
    """The line that reopens *fence*, with its info string where that leaves room for the text."""
    long = dialect.measure(fence.opening) > dialect.limit // 4
    return replace(fence, info="").opening if long else fence.opening
