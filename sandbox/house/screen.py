"""Pure: what a person sees of a channel or a thread, as lines no wider than their column."""

import enum
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from prompt_toolkit.utils import get_cwidth

from sandbox.house.platform import Seen, Thread

_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f]")  # all but the tab
_VARIATIONS = range(0xFE00, 0xFE10)
_NARROWEST = 20
_INDENT = 4  # cells that a message stands in from what it belongs to
_BELOW = 2  # and its words from its author
_PLAINER = str.maketrans({"✓": "ok:", "✗": "NO:", "…": "..."})


class Style(enum.Enum):
    """What a piece of a line is, for whoever has colours."""

    NAME = "name"
    APP = "app"
    TEXT = "text"
    FAINT = "faint"
    TITLE = "thread"
    BUTTON = "button"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the screen, in pieces that each have a style."""

    pieces: tuple[tuple[Style, str], ...]

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(text for _, text in self.pieces)


def one(text: str, style: Style = Style.TEXT) -> Line:
    """A line of one piece."""
    return Line(((style, text),))


def whole_channel(threads: Sequence[Thread], width: int) -> list[Line]:
    """All *threads* of a channel, each message numbered: 2, and 2.1 for the first below it."""
    return [
        line for number, thread in enumerate(threads, 1) for line in _thread(thread, number, width)
    ]


def one_thread(threads: Sequence[Thread], wanted: str, width: int) -> list[Line]:
    """The thread of the id *wanted*, numbered as among all *threads* of its channel."""
    for number, thread in enumerate(threads, 1):
        if thread.id == wanted:
            return list(_thread(thread, number, width))
    return [one("This thread is gone.", Style.FAINT)]


def one_message(seen: Seen, width: int, *, indent: int = 0, label: str = "") -> list[Line]:
    """*seen* below its author and time; *label* stands before them, within the *indent*."""
    margin, below = f"{label:<{indent}}", " " * (indent + _BELOW)
    lines = [_head(seen, margin, width)]
    if seen.about is not None:
        about = _fitted(_drawable(seen.about.replace("\n", " ")), width - indent)
        lines.insert(0, one(" " * indent + about, Style.FAINT))
    lines += [one(f"{below}{text}" if text else "") for text in _body(seen, width - len(below))]
    if seen.buttons:
        lines += _buttons(seen, below, width)
    return lines


def wrapped(text: str, width: int) -> Iterator[str]:
    """*text* in lines of at most *width* cells, cut between words where there are any."""
    for line in text.split("\n"):
        yield from _cut(_drawable(line), width)


def shortened(text: str, width: int) -> str:
    """The beginning of *text* on one line, whole or with an ellipsis, in *width* cells."""
    return _fitted(_drawable(" ".join(text.split())), width)


def printable(text: str, encoding: str) -> str:
    """*text* as a stream of that *encoding* can show it, with plainer signs where it must be."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAINER).encode(encoding, "replace").decode(encoding)
    return text


def _thread(thread: Thread, number: int, width: int) -> Iterator[Line]:
    label, inner = f"[{number}] ", 2 * _INDENT
    if thread.root is not None:
        yield from one_message(thread.root, width, indent=_INDENT, label=label)
    if thread.title is not None:
        mark = f"{'' if thread.root else label:<{_INDENT}}Thread: "
        title = shortened(thread.title, width - len(mark))
        yield Line(((Style.FAINT, mark), (Style.TITLE, title)))
    for at, reply in enumerate(thread.replies, 1):
        yield from one_message(reply, width, indent=inner, label=f"[{number}.{at}] ")
    if thread.status is not None:
        yield one(f"{' ' * inner}Claude {thread.status}", Style.FAINT)
    yield one("")


def _head(seen: Seen, margin: str, width: int) -> Line:
    times = "once" if seen.edits == 1 else f"{seen.edits} times"
    edits = f", edited {times}" if seen.edits else ""
    private = ", only you see this" if seen.private else ""
    at = datetime.fromtimestamp(seen.at).astimezone().strftime("%H:%M:%S")
    tail = f"  {at}{edits}{private}"
    app = " (app)" if seen.app else ""
    name = shortened(seen.name, max(width - len(margin) - len(app) - len(tail), _BELOW))
    style = Style.APP if seen.app else Style.NAME
    return Line(((Style.FAINT, margin), (style, name + app), (Style.FAINT, tail)))


def _body(seen: Seen, width: int) -> Iterator[str]:
    width = max(width, _NARROWEST)
    yield from wrapped(seen.text, width)
    for file in seen.files:
        yield shortened(f"[file: {file}]", width)


def _buttons(seen: Seen, below: str, width: int) -> Iterator[Line]:
    """The buttons in a row, or as many rows as they need."""
    row: list[tuple[Style, str]] = [(Style.TEXT, below)]
    room = width - len(below)
    for button in seen.buttons:
        text = f"[{shortened(button.label, max(width - len(below) - 2, _BELOW))}]"
        if get_cwidth(text) > room and len(row) > 1:
            yield Line(tuple(row[:-1]))
            row, room = [(Style.TEXT, below)], width - len(below)
        row += [(Style.BUTTON, text), (Style.TEXT, " ")]
        room -= get_cwidth(text) + 1
    yield Line(tuple(row[:-1]))


def _drawable(line: str) -> str:
    """*line* of what takes as many cells on each terminal, and steers none.

    What joins, turns or varies its neighbours goes: terminals do not agree about its width.
    """
    shown = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", line).expandtabs(4)
    if shown.isascii():
        return shown
    return "".join(
        char
        for char in shown
        if unicodedata.category(char) not in ("Cf", "Zl", "Zp") and ord(char) not in _VARIATIONS
    )


def _fitted(line: str, width: int) -> str:
    if (fitting := _fitting(line, width)) == len(line):
        return line
    return line[:fitting] if width < 2 else f"{line[: _fitting(line, width - 1)]}…"


def _cut(line: str, width: int) -> Iterator[str]:
    while (fitting := _fitting(line, width)) < len(line):
        space = line.rfind(" ", 0, fitting + 1)
        # An indent is no place to cut at: the words behind it would stand on the margin.
        end = space if line[:space].strip() and space > 0 else fitting
        yield line[:end]
        line = line[end:].removeprefix(" ")
    yield line


def _fitting(line: str, width: int) -> int:
    """How many characters of *line* fit into *width* cells; one at least, if there is one."""
    cells = 0
    for at, char in enumerate(line):
        cells += get_cwidth(char)
        if cells > width:
            return max(at, 1)
    return len(line)
