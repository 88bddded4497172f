"""Which code fence is open after a line of markdown, by CommonMark's rules."""

import re
from dataclasses import dataclass

QUOTE = 0  # stands among the widths of list items for a block quote

_DEEPEST = 24  # containers that are told apart; hostile text nests hundreds
_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r" {0,3}(?:[-+*]|[0-9]{1,9}[.)])(?: {1,4}(?=\S)| |$)")
_FENCE = re.compile(r"( {0,3})(?:(`{3,}+)([^`]*)|(~{3,}+)(.*))$", re.DOTALL)
_PLAIN = re.compile(r" {0,3}[^ \t>*+\-0-9`~]")


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
        """The line that opens the same fence where its list items are not shown."""
        return f"{'' if self.hang else self.margin}{self.marker}{self.info}"

    @property
    def hang(self) -> int:
        """The columns that lines lose to stand behind *opening*.

        Up to three columns are part of a fence wherever it stands; from four on they would make it
        an indented block, and a closing line would not close it.
        """
        columns = sum(self.containers) + self.indent
        return 0 if QUOTE in self.containers or columns <= 3 else columns

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


TOP = Outline()


def after(outline: Outline, line: str) -> Outline:
    """What is open after *line*, which stands behind *outline* and holds no newline.

    The very *outline* comes back where the line is plain content of an open fence. Lazy
    continuation lines count as leaving their containers; no fence depends on them. O(len(line)).
    """
    if not outline.containers and outline.fence is None and _PLAIN.match(line):
        return TOP
    kept, rest = _inside(outline.containers, line.rstrip("\r").expandtabs(4))
    if outline.fence is not None and kept == len(outline.containers):
        return Outline(outline.containers) if _closes(outline.fence, rest) else outline
    containers, rest = _entered(outline.containers[:kept], rest)
    opened = _FENCE.match(rest)
    if opened is None:
        return Outline(containers)
    indent, ticks, ticks_info, tildes, tildes_info = opened.groups()
    info = ticks_info if ticks else tildes_info
    return Outline(containers, Fence(containers, len(indent), ticks or tildes, info.rstrip()))


def unhung(line: str, columns: int) -> str:
    """*line* without up to *columns* columns of its indent; a tab that reaches further stays."""
    lost = 0
    for index, character in enumerate(line):
        width = 4 - lost % 4 if character == "\t" else 1
        if character not in " \t" or lost + width > columns:
            return line[index:]
        lost += width
    return ""


def _inside(containers: tuple[int, ...], line: str) -> tuple[int, str]:
    """How many of *containers* still hold *line*, and what the line says inside them."""
    blank = not line.strip(" ")
    for count, width in enumerate(containers):
        quote = _QUOTE.match(line)
        if width == QUOTE and quote is not None:
            line = line[quote.end() :]
        elif width != QUOTE and (blank or line.startswith(" " * width)):
            line = line[width:]
        else:
            return count, line
    return len(containers), line


def _entered(containers: tuple[int, ...], line: str) -> tuple[tuple[int, ...], str]:
    """*containers* and those that *line* opens in them, and what the line says inside all."""
    while len(containers) < _DEEPEST:
        quote = _QUOTE.match(line)
        opened = quote or _ITEM.match(line)
        if opened is None:
            break
        containers = (*containers, QUOTE if quote else opened.end())
        line = line[opened.end() :]
    return containers, line


def _closes(fence: Fence, line: str) -> bool:
    run = line.strip(" ")
    indent = len(line) - len(line.lstrip(" "))
    return indent <= 3 and len(run) >= len(fence.marker) and not run.strip(fence.marker[0])
