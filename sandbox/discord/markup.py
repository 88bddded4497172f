"""Pure: what a person reads where Discord was given its markdown, and whom a text reaches."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_FENCE = r"```(?:[\w+#.-]*\n)?(?P<fenced>[\s\S]+?)\n?```"
_CODE = r"(?P<ticks>`{1,2})(?P<code>[^`](?:[\s\S]*?[^`])?)(?P=ticks)(?!`)"
_ESCAPED = r"\\(?P<escaped>[^A-Za-z0-9\s])"
_NAMED = r"(?P<token><(?:@[!&]?|#)\d+>)"
_EMOJI = r"<a?(?P<emoji>:\w+:)\d+>"
_TIME = r"<t:(?P<time>-?\d+)(?::[tTdDfFR])?>"
_BRACKETED = r"<(?P<bracketed>https?://[^\s<>]+)>"
_LINK = r"\[(?P<label>[^\]\n]+)\]\(<?https?://[^\s)>]+>?\)"
_BARE = r"(?P<bare>https?://[^\s<]+)"
_LINE = r"^(?:#{1,3} |-# |>>> |> )(?P<line>)"
_PAIRS = (
    r"\*\*\*(?P<both>[^\s*][\s\S]*?)\*\*\*",
    r"\*\*(?P<bold>[\s\S]+?)\*\*(?!\*)",
    r"__(?P<under>[\s\S]+?)__(?!_)",
    r"~~(?P<struck>[\s\S]+?)~~",
    r"\|\|(?P<spoiler>[\s\S]+?)\|\|",
    r"\*(?P<italic>[^\s*](?:[^*]*[^\s*])?)\*(?!\*)",
    r"(?<![0-9A-Za-z])_(?P<slanted>[^_]+)_(?![0-9A-Za-z_])",
)
_NESTED = ("both", "bold", "under", "struck", "spoiler", "italic", "slanted", "label")
_VERBATIM = ("fenced", "code", "escaped", "emoji", "time", "bracketed", "bare", "line")
_PIECE = re.compile(
    "|".join(
        (_FENCE, _CODE, _ESCAPED, _NAMED, _EMOJI, _TIME, _BRACKETED, _LINK, _BARE, _LINE, *_PAIRS)
    ),
    re.MULTILINE,
)
_WRITTEN = re.compile(f"{_FENCE}|{_CODE}|{_ESCAPED}|{_NAMED}|{_EMOJI}|{_TIME}|{_BRACKETED}")
_UNREAD = re.compile(rf"{_FENCE}|{_CODE}|{_ESCAPED}")
_PING = re.compile(r"@(?:everyone|here)|<@!?(?P<user>\d+)>|<@&(?P<role>\d+)>")
_ADDRESS = re.compile(r"<https?://[^\s<>]+>|(?P<address>https?://[^\s<>|)\]\"'`]+)")


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whom a text may ping: each is a set of ids, None stands for all of that kind."""

    users: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    everyone: bool = True
    replied_user: bool = True


EVERYBODY = Allowed()


def length(text: str) -> int:
    """Characters of *text* as the sandbox counts them: UTF-16 code units.

    Discord does not publish what it counts. Neither code points nor graphemes are ever more, so
    who stays within the limit here stays within it there.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def readable(text: str, names: Mapping[str, str]) -> str:
    """*text* as a client shows it: marks taken away, code and escapes as they stand.

    *names* says what the tokens of people, roles and channels read as, such as ``<@1>``.
    """
    return _PIECE.sub(lambda found: _shown(found, names), text)


def unescaped(text: str, names: Mapping[str, str]) -> str:
    """*text* as its author wrote it: tokens by name, escapes taken away, all else as it stands.

    *names* is as for `readable`.
    """
    return _WRITTEN.sub(lambda found: _written(found, names), text)


def pings(text: str, allowed: Allowed) -> tuple[str, ...]:
    """The tokens of *text* that would notify somebody, each once, in one notation.

    Code is not looked into. An escape in front of a token does not count: Discord's own servers
    are known to notify nonetheless.
    """
    found: dict[str, None] = {}
    for match in _PING.finditer(_outside_code(text)):
        user, role = match["user"], match["role"]
        if user and (allowed.users is None or user in allowed.users):
            found[f"<@{user}>"] = None
        if role and (allowed.roles is None or role in allowed.roles):
            found[f"<@&{role}>"] = None
        if not user and not role and allowed.everyone:
            found[match[0]] = None
    return tuple(found)


def addresses(text: str) -> Iterator[str]:
    """The web addresses of *text* that a client would make a preview of.

    Code has none, and an address in ``<...>`` has none either.
    """
    for match in _ADDRESS.finditer(_outside_code(text)):
        if match["address"]:
            yield match["address"]


def typed(text: str, names: Mapping[str, str]) -> str:
    """What a client sends when a person types *text*: ``@Ana`` and ``#general`` as tokens.

    Capitals do not matter. Where a name is that of several, the first of *names* is meant.
    """
    tokens = {name.lower(): token for token, name in reversed(list(names.items()))}
    if not tokens:
        return text
    longest_first = sorted(tokens, key=len, reverse=True)
    pattern = "|".join(rf"{re.escape(name)}(?!\w)" for name in longest_first)
    return re.sub(
        pattern, lambda found: tokens.get(found[0].lower(), found[0]), text, flags=re.IGNORECASE
    )


def _outside_code(text: str) -> str:
    """*text* with a blank for each piece of code; what only looks like code stays."""
    return _UNREAD.sub(lambda found: found["escaped"] or " ", text)


def _written(found: re.Match[str], names: Mapping[str, str]) -> str:
    if found["token"]:
        return names.get(found["token"].replace("!", ""), found["token"])
    plainer = ("escaped", "emoji", "time", "bracketed")
    return next((found[name] for name in plainer if found[name] is not None), found[0])


def _shown(found: re.Match[str], names: Mapping[str, str]) -> str:
    if found["token"]:
        return names.get(found["token"].replace("!", ""), found["token"])
    for name in _NESTED:
        if found[name]:
            return readable(found[name], names)
    return next(found[name] for name in _VERBATIM if found[name] is not None)
