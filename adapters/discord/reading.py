"""Discord's notation decoded to what a person reads, and whom a text speaks to; pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from adapters.discord.tables import units

_NAME_LIMIT = 80  # characters; Discord's own limit for a display name is 32
_TITLE_LIMIT = 100  # Discord's own for the name of a thread
_JOINERS = "\u200c\u200d"  # inside one emoji or word; all other invisible characters go

_CODE = r"```[\s\S]*?```|(?P<ticks>`{1,2})(?!`)[\s\S]*?(?P=ticks)"
_TOKEN = re.compile(
    rf"(?P<code>{_CODE})"
    r"|<(?:@!?(?P<user>\d+)|@&(?P<role>\d+)|#(?P<channel>\d+)"
    r"|/(?P<command>[^<>:\n]+):\d+|a?:(?P<emoji>\w+):\d+|t:(?P<time>-?\d{1,12})(?::[A-Za-z])?"
    r"|id:(?P<page>[a-z-]+))>"
)
_NAMED = re.compile(r"<(@!?|@&|#)(\d+)>")
_OPENS_WITH = re.compile(r"[\s*_~]*<@(?:!?(?P<user>\d+)|&(?P<role>\d+))>")
_MARKS = re.compile(r"\*\*|`+|^#{1,6} ", re.MULTILINE)  # a thread's name shows them as they are

USER, ROLE, CHANNEL = "@", "@&", "#"


def named(text: str) -> frozenset[tuple[str, str]]:
    """Whom and what *text* names: pairs of USER, ROLE or CHANNEL and an id."""
    return frozenset((kind.replace("!", ""), id_) for kind, id_ in _NAMED.findall(text))


def opens_with_another(text: str, ours: frozenset[str]) -> bool:
    """Whether *text* begins by naming somebody, or a role, whose id is not among *ours*."""
    found = _OPENS_WITH.match(text)
    return found is not None and (found["user"] or found["role"]) not in ours


def without_call(text: str, ours: frozenset[str]) -> str:
    """*text* without the mentions of *ours* that it begins with, as people call a bot."""
    ids = "|".join(map(re.escape, sorted(ours)))
    return re.sub(rf"\A\s*(?:<@[!&]?(?:{ids})>(?:\s*[,:](?=\s|$))?\s*)+", "", text)


def decode(text: str, names: Mapping[tuple[str, str], str]) -> str:
    """*text* as a person reads it; *names* maps the pairs of *named* to cleaned names.

    An id without a name reads ``@somebody`` or ``#channel``: ids mean nothing to a reader. Code
    stays as it is, for Discord shows it so.
    """

    def readable(found: re.Match[str]) -> str:
        if found["user"]:
            return f"@{names.get((USER, found['user']), 'somebody')}"
        if found["role"]:
            return f"@{names.get((ROLE, found['role']), 'role')}"
        if found["channel"]:
            return f"#{names.get((CHANNEL, found['channel']), 'channel')}"
        if found["time"]:
            return _moment(int(found["time"]))
        if found["emoji"]:
            return f":{found['emoji']}:"
        return found["code"] or f"/{found['command'] or found['page']}"

    return _TOKEN.sub(readable, text)


def clean(name: str) -> str:
    """*name* on one line, without what could forge a token or a line; at most 80 characters.

    Empty where nothing readable is left.
    """
    if name.isascii() and name.isprintable():  # as most are, and every message bears one
        shown = name.replace("<", "").replace(">", "")
    else:
        shown = "".join(" " if _breaks(char) else char for char in name if not _hides(char))
    return " ".join(shown.split())[:_NAME_LIMIT].strip()


def title(text: str, otherwise: str) -> str:
    """The name of a thread that is opened for the question *text*, *otherwise* where it has none.

    At most 100 UTF-16 code units, cut between words where there are any.
    """
    said = "".join(" " if _breaks(char) else char for char in _MARKS.sub("", text))
    words = " ".join("".join(char for char in said if not _hides(char)).split())
    return _cut(words or otherwise)


def _cut(words: str) -> str:
    if units(words) <= _TITLE_LIMIT:
        return words
    while units(words) >= _TITLE_LIMIT:
        head, _, _ = words.rpartition(" ")
        words = head if len(head) > _TITLE_LIMIT // 2 else words[:-1]
    return f"{words}…"


def _moment(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, ValueError, OSError):  # Discord shows "Invalid Date"
        return "(no date)"


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in {"Zl", "Zp"} or char in "\t\n\v\f\r\x85"


def _hides(char: str) -> bool:
    if char in "<>":
        return True
    hidden = unicodedata.category(char) in {"Cc", "Cf", "Cs"}
    return hidden and char not in _JOINERS and not _breaks(char)
