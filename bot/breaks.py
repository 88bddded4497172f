"""Where a markdown text is best broken in two: the place that a reader minds least."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import regex  # type: ignore[import-untyped]  # its stubs are a package of their own

from bot.fences import Outline

_CLUSTER = regex.compile(r"\X")
_TICKS = re.compile("`++")
_CANDIDATE = re.compile(
    r"""
      (?P<line> \n )
    | (?P<sentence> [.!?…]++ ["'”’»)\]*_]*+ [^\S\n]++ | [。！？｡]++ [」』）”’]*+ )
    | (?P<space> [^\S\n]++ | [、，；：]++ )
    """,
    re.VERBOSE,
)
_BLANK, _LINE, _SENTENCE, _SPACE, _CHARACTER = 4, 3, 2, 1, 0

# What a break does to the text around it, worst first; it weighs more than where it stands.
_SPLITS_A_WORD_IN_A_SPAN, _SPLITS_A_WORD, _SPLITS_A_SPAN, _SPLITS_A_FENCE, _SPLITS_A_BLOCK = range(
    5
)
_SPLITS_NOTHING = 5

_DEEP = re.compile(r"(?:[ \t]*+\n)*+(?: {4}|\t)")  # lines that a list above them holds
_ROW = re.compile(r" {0,3}\|")  # a row of a table

_INLINE = re.compile(r"\\[^\n]|(?P<ticks>`++)|(?P<stars>\*++|_++|~~++)|(?P<bracket>\[|\]\(|\]|\))")


class _Line(NamedTuple):
    start: int
    stop: int  # behind its newline
    fenced: bool  # it opens or closes a fence, or stands in one
    open_behind: bool  # a fence is open behind it


def best_break(outlines: Sequence[Outline], text: str, first: int, last: int) -> int:
    """The best place, from *first* to *last*, to break *text* in two.

    Behind a blank line rather than a line, a sentence, a space, a character; never within a
    grapheme, unless one reaches over all places: then *last*. Rather outside of fences, inline
    spans and links, and not before a line deep in a list or a table. Among equals the latest.

    *outlines* are what is open before *text* and behind each of its lines. *text* is to end with
    ``text[last]``, so that a longer text is broken at the same place. O(len(text)).
    """
    lines = list(_lines(outlines, text))
    kinds = _kinds(text, first, last)
    inside = _inside_spans(lines, text[:last])
    row = 0
    ranked: list[tuple[int, int, int]] = []
    for place in _boundaries(text, first, last):
        while lines[row].stop < place:
            row += 1
        kind = kinds.get(place, _CHARACTER)
        harm = _harm(text, lines[row], place, kind)
        if inside[place]:
            harm = _SPLITS_A_SPAN if kind else _SPLITS_A_WORD_IN_A_SPAN
        ranked.append((harm, kind, place))
    return max(ranked)[-1] if ranked else last


def cluster_end(text: str, place: int) -> int:
    """The first grapheme boundary of *text* at *place* or behind it."""
    line = text.rfind("\n", 0, place) + 1  # a newline ends a cluster whatever follows
    if line == place:
        return place
    clusters = _CLUSTER.finditer(text, line)
    return next((end for cluster in clusters if (end := cluster.end()) >= place), len(text))


def _lines(outlines: Sequence[Outline], text: str) -> Iterator[_Line]:
    start = 0
    for line, (before, behind) in zip(text.split("\n"), pairwise(outlines), strict=True):
        stop = min(start + len(line) + 1, len(text))
        fenced = before.fence is not None or behind.fence is not None
        yield _Line(start, stop, fenced, behind.fence is not None)
        start = stop


def _boundaries(text: str, first: int, last: int) -> Iterator[int]:
    """The grapheme boundaries from *first* to *last*; the end of *text* is not known to be one."""
    line = text.rfind("\n", 0, first) + 1  # a newline ends a cluster whatever follows
    for cluster in _CLUSTER.finditer(text, line):
        if first <= cluster.end() <= last and cluster.end() < len(text):
            yield cluster.end()


def _kinds(text: str, first: int, last: int) -> dict[int, int]:
    """What stands before each place that is more than the end of a character."""
    kinds: dict[int, int] = {}
    line = text.rfind("\n", 0, first) + 1
    for found in _CANDIDATE.finditer(text, line, last):
        place = found.end()
        if found["line"]:
            blank = not text[line:place].strip() or text[place : place + 1] == "\n"
            kinds[place] = _BLANK if blank else _LINE
            line = place
        else:
            kinds[place] = _SENTENCE if found["sentence"] else _SPACE
    return kinds


def _harm(text: str, line: _Line, place: int, kind: int) -> int:
    """What a break at *place*, in *line* or at its end, does to blocks and sentences."""
    if kind == _CHARACTER:
        return _SPLITS_A_WORD
    row = _ROW.match(text, line.start)
    if kind >= _LINE:
        if line.open_behind:
            return _SPLITS_A_FENCE
        deep = _DEEP.match(text, place) or (row and _ROW.match(text, place))
        return _SPLITS_A_BLOCK if deep else _SPLITS_NOTHING
    if line.fenced or row or _DEEP.match(text, line.start):
        return _SPLITS_A_SPAN
    return _SPLITS_NOTHING if kind == _SENTENCE else _SPLITS_A_BLOCK


def _inside_spans(lines: Sequence[_Line], text: str) -> bytearray:
    """For each place of *text*, 1 where a code span, a link or emphasis would be broken there.

    What is open at the end of *text* may be closed behind it, and counts to the end.
    """
    inside = bytearray(len(text) + 1)
    start = 0
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
