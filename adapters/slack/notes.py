"""What one person alone is told: our own markdown as sections of Slack's older markup; pure."""

import re
from collections.abc import Iterator
from typing import Final

from adapters.slack.reading import ESCAPES

_SECTION: Final = 3_000  # characters, Slack's own limit
_FALLBACK: Final = 3_000
_MOST: Final = 12_000  # characters of all sections; Slack takes about 13,200
_QUOTE = re.compile(r"&gt;(?= |\Z)")
_BULLET = re.compile(r"(\s*)[-*] ")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_CODE = re.compile(r"(`[^`]+`)")
_FENCE = "```"


def note(markdown: str) -> dict[str, object]:
    """*markdown* as the arguments of a message to one person, which pings nobody.

    It ends after 12,000 characters. A response_url takes no markdown, and Slack documents none of
    its markdown block there.
    """
    said = "\n".join(_lines(markdown))
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": piece, "verbatim": True}}
        for piece in _pieces(said[:_MOST])
    ]
    return {"text": said[:_FALLBACK], "blocks": blocks}


def _lines(markdown: str) -> Iterator[str]:
    fenced = False
    for line in markdown.translate(ESCAPES).splitlines():
        if line.startswith(_FENCE):
            fenced = not fenced
            yield _FENCE  # a language behind it would be shown
        else:
            yield line if fenced else _line(line)


def _line(line: str) -> str:
    quoted = _QUOTE.sub(">", line, count=1) if line.startswith("&gt;") else line
    bulleted = _BULLET.sub(r"\1• ", quoted, count=1) if _BULLET.match(quoted) else quoted
    # Every second piece is code, and stays as it is.
    parts = _CODE.split(bulleted)
    parts[::2] = [_BOLD.sub(r"*\1*", part) for part in parts[::2]]
    return "".join(parts)


def _pieces(said: str) -> Iterator[str]:
    """*said* in pieces that a section takes, cut behind a line where one ends in time."""
    rest = said
    while rest.strip():
        cut = len(rest) if len(rest) <= _SECTION else rest.rfind("\n", 1, _SECTION) + 1 or _SECTION
        piece, rest = rest[:cut], rest[cut:]
        if piece.strip():
            yield piece
