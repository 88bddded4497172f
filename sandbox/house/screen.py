"""Pure: what a person sees of a channel or a thread, as lines no wider than the screen."""

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from prompt_toolkit.utils import get_cwidth

from sandbox.slack import Shown

_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f]")  # all but the tab
_NARROWEST = 20
_INDENT = 4  # cells that a message stands in from what it belongs to
_BELOW = 2  # and its words from its author
_PLAINER = str.maketrans({"✓": "ok:", "✗": "NO:", "…": "..."})


class Style(enum.Enum):
    """What a line is, for whoever has colours."""

    NAME = "name"
    APP = "app"
    TEXT = "text"
    FAINT = "faint"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the screen."""

    text: str
    style: Style = Style.TEXT


def roots(messages: Sequence[Shown]) -> list[Shown]:
    """The messages at the top level, oldest first: number 1 is the first of them, for good."""
    return [message for message in messages if message.thread_ts is None]


def whole_channel(
    messages: Sequence[Shown], app: str, width: int, statuses: Mapping[str, str]
) -> list[Line]:
    """All *messages* of a channel, each with its thread below it.

    *app* is the user id of our bot; *statuses* is what it is said to be doing, by root.
    """
    lines: list[Line] = []
    for number, root in enumerate(roots(messages), 1):
        replies = [message for message in messages if message.thread_ts == root.ts]
        lines += _thread(number, root, replies, app, width, statuses.get(root.ts))
    return lines


def one_thread(
    messages: Sequence[Shown], root: str, app: str, width: int, statuses: Mapping[str, str]
) -> list[Line]:
    """The thread of the message *root* among all *messages* of its channel."""
    tops = roots(messages)
    number = next((at for at, top in enumerate(tops, 1) if top.ts == root), None)
    if number is None:
        return [Line("This thread is gone.", Style.FAINT)]
    replies = [message for message in messages if message.thread_ts == root]
    return list(_thread(number, tops[number - 1], replies, app, width, statuses.get(root)))


def one_message(message: Shown, app: str, width: int, *, indent: int = 0) -> list[Line]:
    """*message* with its author and time above it, and how often it was edited."""
    head, below = _head(message, app), " " * (indent + _BELOW)
    body = _body(message, width - len(below))
    return [
        Line(f"{' ' * indent}{head.text}", head.style),
        *(Line(f"{below}{text}" if text else "") for text in body),
    ]


def wrapped(text: str, width: int) -> Iterator[str]:
    """*text* in lines of at most *width* cells, cut between words where there are any."""
    for line in text.split("\n"):
        yield from _cut(_CONTROLS.sub("\N{REPLACEMENT CHARACTER}", line).expandtabs(4), width)


def printable(text: str, encoding: str) -> str:
    """*text* as a stream of that *encoding* can show it, with plainer signs where it must be."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAINER).encode(encoding, "replace").decode(encoding)
    return text


def _thread(
    number: int,
    root: Shown,
    replies: Sequence[Shown],
    app: str,
    width: int,
    status: str | None,
) -> Iterator[Line]:
    first, *rest = one_message(root, app, width, indent=_INDENT)
    yield Line(f"{f'[{number}]':<{_INDENT}}{first.text.lstrip()}", first.style)
    yield from rest
    for reply in replies:
        yield from one_message(reply, app, width, indent=2 * _INDENT)
    if status is not None:
        yield Line(f"{' ' * 2 * _INDENT}Claude {status}", Style.FAINT)
    yield Line("")


def _head(message: Shown, app: str) -> Line:
    is_app = message.user == app
    times = "once" if message.edits == 1 else f"{message.edits} times"
    edits = f", edited {times}" if message.edits else ""
    at = datetime.fromtimestamp(float(message.ts)).astimezone().strftime("%H:%M:%S")
    name = f"{message.name} (app)" if is_app else message.name
    return Line(f"{name}  {at}{edits}", Style.APP if is_app else Style.NAME)


def _body(message: Shown, width: int) -> Iterator[str]:
    yield from wrapped(message.text, max(width, _NARROWEST))
    for file in message.files:
        yield f"[file: {file.name}]"


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
