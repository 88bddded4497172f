"""Slack's notation decoded to what a person reads, and whom a text speaks to; pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MOST_NAMED = 25  # of one text; each name may cost a call
_NAME_LIMIT = 80  # Slack's own limit for a display name
_JOINERS = "\u200c\u200d"  # inside one emoji or word; all other invisible characters go

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
# One pass over tokens and entities: what an entity decodes to is never read again.
_TOKEN = re.compile(r"<([^<>]+)>|&(amp|lt|gt);")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""Turns plain text into Slack's notation, with `str.translate`."""
_OPENS_WITH = re.compile(r"[\s*_~]*<(?:@([A-Z0-9]+)|!subteam\^[A-Z0-9]+)(?:\|[^<>]*)?>")
_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)")


@dataclass(frozen=True, slots=True)
class Named:
    """The ids in a text that a person reads as names, in its order: people's, and channels'."""

    users: tuple[str, ...]
    channels: tuple[str, ...]


def mentions(text: str, user: str) -> bool:
    """Whether *text* speaks to *user*; what stands in code is quoted, not said."""
    spoken = _CODE.sub(" ", text)
    return re.search(rf"<@{re.escape(user)}(?:\|[^<>]*)?>", spoken) is not None


def opens_with_another(text: str, user: str) -> bool:
    """Whether *text* begins by naming a person, or a group of them, other than *user*."""
    found = _OPENS_WITH.match(text)
    return found is not None and found[1] != user


def without_call(text: str, user: str) -> str:
    """*text* without the mentions of *user* that it begins with, as people call a bot."""
    call = rf"\s*(?:<@{re.escape(user)}(?:\|[^<>]*)?>(?:\s*[,:](?=\s|$))?\s*)+"
    return re.sub(rf"\A{call}", "", text)


def named(text: str) -> Named:
    """Whose names *decode* wants to know for *text*: the first 25 that it names."""
    wanted: dict[tuple[str, str], None] = {}
    for found in _TOKEN.finditer(text):
        token, _, label = (found[1] or "").partition("|")
        if len(token) > 1 and (token[0] == "@" or (token[0] == "#" and not label)):
            wanted[token[0], token[1:]] = None
    first = list(wanted)[:MOST_NAMED]
    return Named(
        tuple(id_ for kind, id_ in first if kind == "@"),
        tuple(id_ for kind, id_ in first if kind == "#"),
    )


def decode(text: str, names: Mapping[str, str]) -> str:
    """*text* as a person reads it; *names* maps the ids of *named* to cleaned names.

    An id without a name reads ``@somebody`` or ``#channel``: ids mean nothing to a reader.
    """

    def readable(found: re.Match[str]) -> str:
        return _token(found[1], names) if found[2] is None else _ENTITIES[found[2]]

    return _TOKEN.sub(readable, text)


def unescape(text: str) -> str:
    """*text* with its three entities decoded once."""
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)


def clean(name: str) -> str:
    """*name* on one line, without what could forge a token or a line; at most 80 characters.

    Empty where nothing readable is left.
    """
    shown = "".join(" " if _breaks(char) else char for char in unescape(name) if not _hides(char))
    return " ".join(shown.split())[:_NAME_LIMIT].strip()


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in {"Zl", "Zp"} or char in "\t\n\v\f\r\x85"


def _hides(char: str) -> bool:
    if char in "<>":
        return True
    hidden = unicodedata.category(char) in {"Cc", "Cf", "Cs"}
    return hidden and char not in _JOINERS and not _breaks(char)


def _token(inner: str, names: Mapping[str, str]) -> str:
    target, _, label = inner.partition("|")
    label = unescape(label)
    kind, rest = target[:1], target[1:]
    if kind == "@":
        return f"@{names.get(rest) or clean(label) or 'somebody'}"
    if kind == "#":
        return f"#{clean(label) or names.get(rest) or 'channel'}"
    if kind == "!":
        return _command(rest, label)
    return _link(unescape(target), label)


def _command(command: str, label: str) -> str:
    word = command.partition("^")[0]
    if word == "date":
        return label
    if word == "subteam":
        return f"@{clean(label).removeprefix('@') or 'group'}"
    return clean(label) or f"@{word}"


def _link(url: str, label: str) -> str:
    bare = _SCHEME.sub("", url, count=1)
    shown = url if url.startswith("http") else bare
    # Slack makes a link of an address that was typed bare; its label then says nothing new.
    return shown if label in {"", url, bare, bare.rstrip("/")} else f"{label} ({shown})"
