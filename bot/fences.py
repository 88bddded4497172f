"""Pure: which code fence is open after a line of markdown, by CommonMark's rules."""

import re
from dataclasses import dataclass
from itertools import accumulate

QUOTE = 0  # stands among the widths of list items for a block quote

_DEEPEST = 24  # containers that are told apart; hostile text nests hundreds
_QUOTE = re.compile(r" {0,3}> ?")
_QUOTE_OR_ITEM = re.compile(r" {0,3}(?:(> ?)|(?:[-+*]|[0-9]{1,9}[.)])(?: {1,4}(?=\S)| |$))")
_FENCE = re.compile(r"( {0,3})(?:(`{3,}+)([^`]*)|(~{3,}+)(.*))$", re.DOTALL)
_PLAIN = re.compile(r" {0,3}(?:[^ \t>*+\-0-9`~#_=<]|`(?!``)|~(?!~~))")
_NO_PARAGRAPH = re.compile(r" {0,3}(?:#{1,6}(?: |$)|([-_*=])[ ]*(?:\1[ ]*){1,}$|$)")


@dataclass(frozen=True, slots=True)
class Fence:
    """A code fence as it was opened: inside which containers, how far indented, with what.

    *containers* are, outermost first, the widths of list items, or QUOTE.
    """

    containers: tuple[int, ...]
    indent: int
    marker: str
    info: str

    @property
    def closing(self) -> str:
        """The line that closes this fence without leaving its containers."""
        return f"{self._leading}{self.marker}"

    @property
    def opening(self) -> str:
        """The line that opens the same fence where its list items are not shown.

        Up to three columns of indent are kept; from four on it would be no fence.
        """
        deep = QUOTE not in self.containers and len(self.margin) > 3
        return f"{'' if deep else self.margin}{self.marker}{self.info}"

    @property
    def margin(self) -> str:
        """What stands before each line of the fence that is no part of its content."""
        return self._leading + " " * self.indent

    @property
    def _leading(self) -> str:
        return "".join("> " if width == QUOTE else " " * width for width in self.containers)


@dataclass(frozen=True, slots=True)
class Outline:
    """What is open after a line: block quotes and list items, and the code fence within them."""

    containers: tuple[int, ...] = ()
    fence: Fence | None = None
    paragraph: bool = False  # the next line may go on with it from outside its containers

    @property
    def indents(self) -> tuple[int, ...]:
        """The columns at which the content of list items and the fence begins; none in a quote."""
        if QUOTE in self.containers:
            return ()
        fence = (self.fence.indent,) if self.fence else ()
        return tuple(accumulate((*self.containers, *fence)))


TOP = Outline()
_TEXT = Outline(paragraph=True)


def after(outline: Outline, line: str) -> Outline:
    """What is open after *line*, which stands behind *outline* and holds no newline.

    The very *outline* comes back where the line is plain content of an open fence. O(len(line)).
    """
    if not outline.containers and outline.fence is None and _PLAIN.match(line):
        return _TEXT
    if outline.fence is not None and not outline.containers and outline.fence.marker not in line:
        return outline
    line = line.rstrip("\r")
    if QUOTE not in outline.containers and not line.strip(" \t"):
        return Outline(outline.containers) if outline.paragraph else outline
    return _after_markup(outline, line.expandtabs(4))


def indent(line: str) -> int:
    """The columns of white space before *line*."""
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" "))


def unhung(line: str, columns: int) -> str:
    """*line* without up to *columns* columns of its indent; a tab that reaches further stays."""
    if not columns:
        return line
    lost = 0
    for index, character in enumerate(line):
        width = 4 - lost % 4 if character == "\t" else 1
        if character not in " \t" or lost + width > columns:
            return line[index:]
        lost += width
    return ""


def _after_markup(outline: Outline, line: str) -> Outline:
    """What is open after *line*, which may open and close anything."""
    kept, rest = _inside(outline.containers, line)
    if outline.fence is not None and kept == len(outline.containers):
        return Outline(outline.containers) if _closes(outline.fence, rest) else outline
    if _PLAIN.match(rest):
        still = outline.paragraph or kept == len(outline.containers)
        return Outline(outline.containers if still else outline.containers[:kept], None, True)
    containers, rest = _entered(outline.containers[:kept], rest)
    opened = _FENCE.match(rest)
    if opened is not None:
        margin, ticks, ticks_info, tildes, tildes_info = opened.groups()
        info = ticks_info if ticks else tildes_info
        return Outline(containers, Fence(containers, len(margin), ticks or tildes, info.rstrip()))
    goes_on = outline.paragraph and len(containers) == kept
    paragraph = not _NO_PARAGRAPH.match(rest) and (goes_on or not rest.startswith("    "))
    return Outline(outline.containers if goes_on and paragraph else containers, None, paragraph)


def _inside(containers: tuple[int, ...], line: str) -> tuple[int, str]:
    """How many of *containers* still hold *line*, and what the line says inside them."""
    blank = not line.strip(" ")
    for count, width in enumerate(containers):
        if width != QUOTE and (blank or line.startswith(" " * width)):
            line = line[width:]
        elif width == QUOTE and (quote := _QUOTE.match(line)) is not None:
            line = line[quote.end() :]
        else:
            return count, line
    return len(containers), line


def _entered(containers: tuple[int, ...], line: str) -> tuple[tuple[int, ...], str]:
    """*containers* and those that *line* opens in them, and what the line says inside all."""
    while len(containers) < _DEEPEST and (opened := _QUOTE_OR_ITEM.match(line)) is not None:
        containers = (*containers, QUOTE if opened[1] else opened.end())
        line = line[opened.end() :]
    return containers, line


def _closes(fence: Fence, line: str) -> bool:
    run = line.strip(" ")
    return indent(line) <= 3 and len(run) >= len(fence.marker) and not run.strip(fence.marker[0])
