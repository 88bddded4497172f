"""Markdown of a model as Discord takes it: measured, and shown as it was written; pure."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from adapters.discord.tables import aligned, units

# What Discord reads as code, and what it reads as an address: nothing is escaped there.
_CODE = r"```[\s\S]*?(?:```|\Z)|(?P<ticks>`{1,2})(?!`)(?:(?!(?P=ticks))[\s\S])+(?P=ticks)"
_ADDRESS = r"https?://[^\s<>]+"
_ESCAPED = r"\\[^A-Za-z0-9\s]"
_LIVE = re.compile(
    rf"(?P<asis>{_CODE}|{_ADDRESS}|{_ESCAPED})"
    r"|(?P<run>_{2,}|\|{2,})"  # underlined, hidden
    r"|^(?P<indent>[ \t]*)(?P<line>-#(?=[ \t])|>>>(?=[ \t]))",  # small print; a quote to the end
    re.MULTILINE,
)
# Possessive: each blank belongs to one place only, or a row of them would be tried in all ways.
_RULE = re.compile(r"^[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-*+:?[ \t]*+)*+$")
_FENCE = "```"

# Each may be escaped, and the two bars of the smallest table pay for the fence around it.
_ESCAPE = 1
_BAR = 4


@dataclass(frozen=True, slots=True)
class DiscordDialect:
    """How Discord measures: UTF-16 code units of a message's content, as it is sent.

    What Discord counts is not published; no other count in use is larger. Each character that an
    escape or a fence may go with is counted with it, needed or not, so that measuring is additive.
    """

    limit: int = 2000

    def measure(self, text: str) -> int:
        """UTF-16 code units of *text*, and of all that `render` might add to it."""
        escapes = text.count("_") + text.count("#") + text.count(">")
        return units(text) + _ESCAPE * escapes + _BAR * text.count("|")


def render(markdown: str) -> str:
    """*markdown* as the content of a message that reads as it was written.

    ``__init__``, ``||``, ``-#`` and ``>>>`` are escaped where Discord would act on them, tables
    stand in a code block, in columns where there is room. Code, addresses and what is escaped
    already stay as they are.
    """
    return _LIVE.sub(_escaped, _fenced_tables(markdown))


def fitted(markdown: str) -> str:
    """*markdown* as the content of one message; what does not fit is left out, and says so."""
    dialect = DiscordDialect()
    if dialect.measure(markdown) <= dialect.limit:
        return render(markdown)
    room = dialect.limit - dialect.measure("…")
    reach = bisect_right(range(len(markdown)), room, key=lambda n: dialect.measure(markdown[:n]))
    return render(f"{markdown[: reach - 1]}…")


def _escaped(found: re.Match[str]) -> str:
    if found["asis"] is not None:
        return found["asis"]
    if found["run"] is not None:
        return "".join(f"\\{char}" for char in found["run"])
    return f"{found['indent']}\\{found['line']}"


def _fenced_tables(markdown: str) -> str:
    if "|" not in markdown:
        return markdown
    lines = markdown.split("\n")
    written: list[str] = []
    at, in_code = 0, False
    while at < len(lines):
        end = at if in_code else _table(lines, at)
        if end > at:
            written += [_FENCE, *_columned(lines[at:end]), _FENCE]
            at = end
            continue
        in_code ^= lines[at].count(_FENCE) % 2 == 1
        written.append(lines[at])
        at += 1
    return "\n".join(written)


def _columned(rows: list[str]) -> list[str]:
    """*rows* with their columns below each other, where that stays within what was measured."""
    fences = 2 * (len(_FENCE) + 1)
    room = sum(DiscordDialect().measure(row) + 1 for row in rows) - fences
    return aligned(rows, room) or rows


def _table(lines: list[str], at: int) -> int:
    """Where the table that begins at line *at* ends; *at* where none does."""
    end = at
    while end < len(lines) and _is_row(lines[end]):
        end += 1
    has_rule = end - at >= 2 and _RULE.match(lines[at + 1]) is not None
    return end if has_rule else at


def _is_row(line: str) -> bool:
    return "|" in line and _FENCE not in line
