"""Markdown of a model as Slack takes it: measured, escaped, and unable to call anybody."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.slack.reading import ESCAPES

_WORD_JOINER = "\u2060"

# Characters without width or meaning, which may vanish on the way to Slack's parser.
_UNSEEN = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    r"\U000e0000-\U000e0fff"
)
_LABELLED = rf"[A-Za-z][A-Za-z0-9+.\-{_UNSEEN}]*+:[^<>|]*+\|"  # <https://x|a name>, <mailto:x|y>

# In prose no `<` that might begin a token is left, known or not, closed or not; markup that
# markdown takes out may stand in between.
_IN_PROSE = re.compile(rf"<(?=[{_UNSEEN}\\*_~`]*+(?:[!@#&]|{_LABELLED}))")

# In code an entity might be shown as it is written, so only what Slack would act on is touched,
# and `<!DOCTYPE html>`, `List<@NonNull T>` and `<#include>` stay as they are.
_CALLS = ("here", "channel", "everyone", "group", "subteam", "date")
_CALL = "|".join(f"[{_UNSEEN}]*+".join(word) for word in _CALLS)
_IN_CODE = re.compile(
    rf"<(?=[{_UNSEEN}]*+(?:![{_UNSEEN}]*+(?i:{_CALL})(?:[|>^\s{_UNSEEN}]|\Z)"
    rf"|@[{_UNSEEN}]*+[UWB][A-Z0-9{_UNSEEN}]*+(?:[|>\s]|\Z)"
    rf"|\#[{_UNSEEN}]*+[CG][A-Z0-9{_UNSEEN}]*+(?:[|>\s]|\Z)|{_LABELLED}))"
)

# Whether Slack reads a numeric entity as the character before it looks for tokens is not known.
_NUMBERED = re.compile(r"(&#(?:0*+60|x0*+3c);)(?=[!@#])", re.IGNORECASE)

# What Slack makes a block of its own of: headings, rules, and the second line of a table.
_OWN_BLOCK = re.compile(
    r" {0,3}+(?:\#{1,6}+(?:\s|\Z)|(?:=++|(?:\*[ \t]*+){3,}+|(?:-[ \t]*+){3,}+|(?:_[ \t]*+){3,}+)\Z)"
    r"|(?=[^-]*+-)(?=[^|]*+\|)[-|: \t]++\Z"
)
_MOST_BLOCKS = 45  # Slack takes 50, and how it counts is not published

_FENCE = re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*+(`{3,}+(?=[^`]*$)|~{3,}+)", re.DOTALL)
_TICKS = re.compile("`++")
_NO_MORE = (sys.maxsize, sys.maxsize)


@dataclass(frozen=True, slots=True)
class SlackDialect:
    """How Slack measures: UTF-16 code units of the text as its `text` field takes it, escaped.

    The limit keeps `chat.update` below the 4,000 characters from which it refuses `text`.
    """

    limit: int = 3900

    def measure(self, text: str) -> int:
        """UTF-16 code units of *text* once ``&``, ``<`` and ``>`` are entities."""
        units = len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
        return units + 4 * text.count("&") + 3 * text.count("<") + 3 * text.count(">")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a call to Slack carries: *text* for notifications and old clients, and *blocks*.

    Without blocks, the text is what is shown.
    """

    text: str
    blocks: list[dict[str, str]]


def render(markdown: str) -> Rendered:
    """*markdown* for `chat.postMessage` and `chat.update`, calling nobody and hiding no address.

    The text is escaped whole. The block keeps the markdown as it is, but for each ``<`` that Slack
    would read as the start of a token of its own: in prose it becomes ``&lt;``, which Slack shows
    and does not read again; in code, and where it is written as a number, a word joiner follows it.
    A text with none of these is not changed.

    There is no block where Slack would expand it into too many, and refuse it.
    """
    if _expanded(markdown) > _MOST_BLOCKS:
        return Rendered(markdown.translate(ESCAPES), [])
    shown = _NUMBERED.sub(rf"\1{_WORD_JOINER}", markdown)
    block = {"type": "markdown", "text": _inert(shown) if "<" in shown else shown}
    return Rendered(markdown.translate(ESCAPES), [block])


def _inert(markdown: str) -> str:
    written: list[str] = []
    done = 0
    code = _code(markdown)
    start, stop = next(code, _NO_MORE)
    for opening in re.finditer("<", markdown):
        at = opening.start()
        while stop <= at:
            start, stop = next(code, _NO_MORE)
        token, instead = (_IN_CODE, f"<{_WORD_JOINER}") if start <= at else (_IN_PROSE, "&lt;")
        if token.match(markdown, at):
            written += markdown[done:at], instead
            done = at + 1
    return "".join((*written, markdown[done:]))


def _expanded(markdown: str) -> int:
    """How many blocks Slack makes of *markdown*, about: its own, and the prose between them."""
    blocks = at = 0
    code = _code(markdown)
    start, stop = next(code, _NO_MORE)
    in_prose = False
    for line in markdown.splitlines(keepends=True):
        while stop <= at:
            start, stop = next(code, _NO_MORE)
        is_own = at < start and _OWN_BLOCK.match(line.rstrip()) is not None
        if is_own or (line.strip() and not in_prose):
            blocks += 1
        if line.strip():
            in_prose = not is_own
        blocks += line.count("![") if at < start else 0
        at += len(line)
    return blocks


def _code(markdown: str) -> Iterator[tuple[int, int]]:
    """Where code stands, fences and spans, in order; it decides how a token is broken, not if."""
    start = stop = 0
    fence: str | None = None
    for line in markdown.splitlines(keepends=True):
        at, stop = stop, stop + len(line)
        opened = _FENCE.match(line)
        if fence is not None:
            if _closes(fence, line):
                yield start, stop
                start, fence = stop, None
        elif opened is not None:
            yield from _spans(markdown, start, at)
            start, fence = at, opened[1]
        elif not line.strip():
            yield from _spans(markdown, start, at)
            start = stop
    if fence is not None:
        yield start, stop
    else:
        yield from _spans(markdown, start, stop)


def _closes(fence: str, line: str) -> bool:
    run = line.strip(" \t>\r\n")
    return len(run) >= len(fence) and not run.strip(fence[0])


def _spans(markdown: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The code spans of a paragraph: from a run of backticks to the next of the same length."""
    following: dict[int, int] = {}  # by the length of a run, the end of the next such run
    ends: dict[int, int] = {}
    runs = [run.span() for run in _TICKS.finditer(markdown, start, stop)]
    for begin, end in reversed(runs):
        ends[begin] = following.get(end - begin, begin)
        following[end - begin] = end
    done = start
    for begin, _ in runs:
        if begin >= done and ends[begin] > begin:
            done = ends[begin]
            yield begin, done
