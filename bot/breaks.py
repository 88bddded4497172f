"""Pure: where a markdown text is best broken in two: the place that a reader minds least."""

import enum
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import regex  # type: ignore[import-untyped]  # its stubs are a package of their own

_CLUSTER = regex.compile(r"\X")
_LOOK_BACK = 64  # code points before a place that tell whether it stands within a grapheme
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_TICKS = re.compile("`++")
_CANDIDATE = re.compile(
    r"""
      (?P<line> \n )
    | (?P<sentence> (?<![.!?…]) [.!?…]++ ["'”’»)\]*_]*+ [^\S\n]++ | [。！？｡]++ [」』）”’]*+ )
    | (?P<space> [^\S\n]++ | [、，；：]++ )
    """,
    re.VERBOSE,
)
_DEEP = re.compile(r"(?:[ \t]*+\n){0,9}+(?: {4}|\t)")  # lines that a list above them holds
_ROW = re.compile(r" {0,3}\|")  # a row of a table

_INLINE = re.compile(r"\\[^\n]|(?P<ticks>`++)|(?P<stars>\*++|_++|~~++)|(?P<bracket>\[|\]\(|\]|\))")


class _Harm(enum.IntEnum):
    """What a break does to the text around it, worst first; it weighs more than where it stands."""

    SPLITS_A_WORD_IN_A_SPAN = 0
    SPLITS_A_WORD = 1
    SPLITS_A_SPAN = 2
    SPLITS_A_FENCE = 3
    SPLITS_A_BLOCK = 4
    NONE = 5


class _Behind(enum.IntEnum):
    """What a break stands behind, worst first."""

    CHARACTER = 0
    SPACE = 1
    SENTENCE = 2
    LINE = 3
    BLANK_LINE = 4


class _Line(NamedTuple):
    start: int
    stop: int  # behind its newline
    fenced: bool  # it opens or closes a fence, or stands in one
    open_behind: bool  # a fence is open behind it


def best_break(fenced: Sequence[bool], text: str, first: int, last: int) -> int:
    """The best place, from *first* to *last*, to break *text* in two.

    Behind a blank line rather than a line, a sentence, a space, a character; never within a
    grapheme, unless one reaches over all places: then *last*. Rather outside of fences, inline
    spans and links, and not before a line deep in a list or a table. Among equals the latest.

    *fenced* says whether a code fence is open before *text*, and behind each of its lines. *text*
    is to end with ``text[last]``, so that a longer text is broken at the same place. *first* is at
    least 1. O(len(text)).
    """
    lines = _lines(fenced, text, first)
    candidates = _candidates(text, first, last)
    inside = _inside_spans(lines, text[:last])
    row = 0
    ranked: list[tuple[_Harm, _Behind, int]] = []
    for place in _boundaries(text, first, last):
        while lines[row].stop < place:
            row += 1
        behind = candidates.get(place, _Behind.CHARACTER)
        if not inside[place]:
            harm = _harm(text, lines[row], place, behind)
        elif behind:
            harm = _Harm.SPLITS_A_SPAN
        else:
            harm = _Harm.SPLITS_A_WORD_IN_A_SPAN
        ranked.append((harm, behind, place))
    return max(ranked)[-1] if ranked else last


def cluster_end(text: str, place: int) -> int:
    """The first grapheme boundary of *text* at *place* or behind it.

    Only the 64 code points before *place* are asked, and which half of a flag the first of them is.
    So an emoji joined to what stands before more than 60 combining marks counts as one of its own.
    Costs O(place), and what the grapheme measures.
    """
    if place < 1:
        return 0
    return next((end for end in _cluster_ends(text, place) if end >= place), len(text))


def _lines(fenced: Sequence[bool], text: str, first: int) -> list[_Line]:
    """The lines of *text* from the start of the paragraph in which *first* stands."""
    starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    row = bisect_left(starts, first) - 1
    while row and _in_a_paragraph(fenced, text, starts, row - 1):
        row -= 1
    return [
        _Line(start, min(stop, len(text)), before or behind, behind)
        for (start, stop), (before, behind) in zip(
            pairwise(starts[row:]), pairwise(fenced[row:]), strict=True
        )
    ]


def _in_a_paragraph(fenced: Sequence[bool], text: str, starts: Sequence[int], row: int) -> bool:
    blank = not text[starts[row] : starts[row + 1]].strip()
    return not (blank or fenced[row] or fenced[row + 1])


def _boundaries(text: str, first: int, last: int) -> Iterator[int]:
    """The grapheme boundaries from *first* to *last*; the end of *text* is not known to be one."""
    for end in _cluster_ends(text, first):
        if first <= end <= last and end < len(text):
            yield end


def _cluster_ends(text: str, place: int) -> Iterator[int]:
    """The ends of graphemes from somewhere before *place* on; right from *place* on."""
    line = text.rfind("\n", 0, place - 1) + 1  # a newline ends a cluster whatever follows
    start = max(line, place - _LOOK_BACK)
    before = text[line:start]
    start -= (len(before) - len(before.rstrip(_FLAG_LETTERS))) % 2
    for cluster in _CLUSTER.finditer(text[start:]):  # handed more, it looks back without end
        yield start + cluster.end()


def _candidates(text: str, first: int, last: int) -> dict[int, _Behind]:
    """What stands before each place that is more than the end of a character."""
    behind: dict[int, _Behind] = {}
    line = text.rfind("\n", 0, first - 1) + 1  # of which *first* may be the end
    for found in _CANDIDATE.finditer(text, line, last):
        place = found.end()
        if found["line"]:
            blank = not text[line:place].strip() or text[place : place + 1] == "\n"
            behind[place] = _Behind.BLANK_LINE if blank else _Behind.LINE
            line = place
        else:
            behind[place] = _Behind.SENTENCE if found["sentence"] else _Behind.SPACE
    return behind


def _harm(text: str, line: _Line, place: int, behind: _Behind) -> _Harm:
    """What a break at *place*, in *line* or at its end, does to blocks and sentences."""
    if behind == _Behind.CHARACTER:
        return _Harm.SPLITS_A_WORD
    row = _ROW.match(text, line.start)
    if behind >= _Behind.LINE:
        if line.open_behind:
            return _Harm.SPLITS_A_FENCE
        deep = _DEEP.match(text, place) or (row and _ROW.match(text, place))
        return _Harm.SPLITS_A_BLOCK if deep else _Harm.NONE
    if line.fenced or row or _DEEP.match(text, line.start):
        return _Harm.SPLITS_A_SPAN
    return _Harm.NONE if behind == _Behind.SENTENCE else _Harm.SPLITS_A_BLOCK


def _inside_spans(lines: Sequence[_Line], text: str) -> bytearray:
    """For each place of *text*, 1 where a code span, a link or emphasis would be broken there.

    What is open at the end of *text* may be closed behind it, and counts to the end.
    """
    inside = bytearray(len(text) + 1)
    start = lines[0].start
    for line in lines:
        blank = not text[line.start : line.stop].strip()
        if blank or line.fenced:
            _mark_spans(inside, text, start, line.start)
            start = line.stop
    _mark_spans(inside, text, start, len(text))
    return inside


def _mark_spans(inside: bytearray, text: str, start: int, stop: int) -> None:
    """Mark in *inside* the spans of the paragraph that stands from *start* to *stop*."""
    opened: dict[str, int] = {}
    code = _code_ends(text, start, stop)
    resume = start
    for token in _INLINE.finditer(text, start, stop):
        begin, end = token.span()
        if begin < resume:
            continue
        if token["ticks"]:
            resume = code.get(begin, end)
            _mark(inside, begin, resume)
        elif token["stars"]:
            _toggle(inside, opened, text, begin, end)
        elif token["bracket"]:
            _follow_link(inside, opened, token["bracket"], begin)
    if stop == len(text):
        for begin in opened.values():
            _mark(inside, begin, stop + 1)


def _code_ends(text: str, start: int, stop: int) -> dict[int, int]:
    """Where the code span ends that a run of backticks begins, by the run's start."""
    following: dict[int, int] = {}  # by the length of a run, the end of the next such run
    ends: dict[int, int] = {}
    runs = [token.span() for token in _TICKS.finditer(text, start, stop)]
    for begin, end in reversed(runs):
        unclosed = stop + 1 if stop == len(text) else end
        ends[begin] = following.get(end - begin, unclosed)
        following[end - begin] = end
    return ends


def _toggle(inside: bytearray, opened: dict[str, int], text: str, begin: int, end: int) -> None:
    """Open or close the emphasis that the run from *begin* to *end* stands for."""
    run, before, behind = text[begin:end], text[begin - 1 : begin], text[end : end + 1]
    if run[0] == "_" and before.isalnum() and behind.isalnum():
        return
    if run in opened and before.strip():
        _mark(inside, opened.pop(run), end)
    elif behind.strip():
        opened[run] = begin


def _follow_link(inside: bytearray, opened: dict[str, int], bracket: str, begin: int) -> None:
    """Take one step through ``[text](address)``."""
    if bracket == "[":
        opened["["] = begin
    elif bracket == "](" and "[" in opened:
        opened["("] = opened.pop("[")
    elif bracket == ")" and "(" in opened:
        _mark(inside, opened.pop("("), begin + 1)
    elif bracket == "]":
        opened.pop("[", None)


def _mark(inside: bytearray, begin: int, end: int) -> None:
    stop = min(end, len(inside))
    inside[begin + 1 : stop] = b"\1" * max(0, stop - begin - 1)
