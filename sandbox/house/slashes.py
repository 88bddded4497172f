"""Pure: a slash command as it is typed in one line -> the command, with its options by name."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.house.platform import NotThere

Json = dict[str, Any]

_CHAT = 1
_SUBCOMMAND, _GROUP = 1, 2
_WHOLE, _YES_OR_NO, _NUMBER = 4, 5, 10
_YES = frozenset({"true", "yes", "on", "1"})
_NOT_REGISTERED = "Discord offers no /{}: the bot has registered no such command."
_GOES_ON = "/{} goes on with one of: {}."
_NOTHING_MORE = "/{} takes no words behind it."


@dataclass(frozen=True, slots=True)
class Slash:
    """A command by its whole name, such as ``claude prompt set``, and what was filled in."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict[str, object])


def read(line: str, commands: Sequence[Json]) -> Slash:
    """What *line*, without its slash, means where an app registered *commands*.

    Options are typed as ``name: value``; words in front of the first are those of the first
    option. Raises NotThere where there is no such command, or where it is not whole.
    """
    word, rest = _split(line)
    item = next((c for c in commands if c["type"] == _CHAT and c["name"] == word), None)
    if item is None:
        raise NotThere(_NOT_REGISTERED.format(word))
    path = [word]
    while inner := _parts(item):
        word, rest = _split(rest)
        if word not in inner:
            raise NotThere(_GOES_ON.format(" ".join(path), ", ".join(inner)))
        path.append(word)
        item = inner[word]
    return Slash(" ".join(path), _options(" ".join(path), rest, item.get("options") or []))


def _split(line: str) -> tuple[str, str]:
    word, _, rest = line.strip().partition(" ")
    return word, rest.strip()


def _parts(item: Json) -> dict[str, Json]:
    """The subcommands and groups of *item*, by name."""
    inside: list[Json] = item.get("options") or []
    return {str(part["name"]): part for part in inside if part["type"] in (_SUBCOMMAND, _GROUP)}


def _options(name: str, words: str, options: Sequence[Json]) -> dict[str, object]:
    known = {str(option["name"]): option for option in options}
    if not known:
        if words:
            raise NotThere(_NOTHING_MORE.format(name))
        return {}
    either = "|".join(map(re.escape, known))
    first, *named = re.split(rf"(?:^|\s)({either})\s*:\s*", words)
    filled = dict(zip(named[::2], named[1::2], strict=True))
    if first:
        filled = {next(iter(known)): first} | filled
    return {option: _value(text.strip(), known[option]) for option, text in filled.items()}


def _value(text: str, option: Json) -> object:
    """*text* as the option's type wants it; what does not fit stays, for Discord to refuse."""
    choices: list[Json] = option.get("choices") or []
    for choice in choices:
        if text.casefold() in (str(choice["name"]).casefold(), str(choice["value"]).casefold()):
            offered: object = choice["value"]
            return offered
    kinds: Mapping[int, Callable[[str], object]] = {
        _WHOLE: int,
        _NUMBER: float,
        _YES_OR_NO: lambda said: said.casefold() in _YES,
    }
    try:
        return kinds.get(option["type"], str)(text)
    except ValueError:
        return text
