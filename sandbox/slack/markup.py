"""What a person reads where Slack was given its markup, and whom and what that text would reach."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

Json = dict[str, Any]

_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_PIECE = re.compile(
    r"&(?:amp|lt|gt);|<(?P<token>[@#!][^<>|\n]+|[A-Za-z][\w+.-]*:[^<>|\s]+)(?:\|(?P<label>[^<>\n]*))?>"
)
_PING = re.compile(
    r"<(!(?:here|channel|everyone)|!subteam\^\w+|@[UW]\w+)(?:\|[^<>\n]*)?>", re.IGNORECASE
)
_PLAIN_PING = re.compile(r"(?<![\w@<!])@(here|channel|everyone)\b", re.IGNORECASE)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>|)\]\"'`]+", re.IGNORECASE)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<rest>[^\n]*)")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
_OWN_BLOCK = re.compile(
    r" {0,3}(?:#{1,6}(?:\s|$)|(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$)"
    r"|\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$"
    r"|\s*!\[[^\]]*\]\("
)


def readable(text: str, names: Mapping[str, str]) -> str:
    """*text* as a client shows it: tokens by name, links by label, entities decoded once.

    *names* maps the ids of people and channels to what they are called.
    """
    return _PIECE.sub(lambda found: _shown(found, names), text)


def readable_markdown(markdown: str, names: Mapping[str, str]) -> str:
    """The source of a markdown block as a client shows its words; code is left as it stands.

    Slack reads its own tokens in a markdown block too, while ``&lt;`` shows as the character and is
    not read as a token again. A bare autolink stays, since that is markdown of its own.
    """
    pieces: list[str] = []
    for piece, is_code in _segments(markdown):
        pieces.append(piece if is_code else _PIECE.sub(lambda m: _in_markdown(m, names), piece))
    return "".join(pieces)


def displayed(text: str, blocks: Sequence[Json], names: Mapping[str, str]) -> str:
    """What a person sees of a message: its blocks where it has any with words, else its text."""
    words = [
        readable_markdown(said, names) if kind == "markdown" else readable(said, names)
        for kind, said in _said(blocks)
    ]
    return "\n\n".join(words) if words else readable(text, names)


def typed(text: str, names: Mapping[str, str]) -> str:
    """What Slack makes of *text* typed by a person: escaped, with ``@Name`` turned into a mention.

    *names* maps ids to names, as for `readable`; only people can be mentioned this way.
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for identity, name in sorted(names.items(), key=lambda known: -len(known[1])):
        if identity[0] in "UW":
            mention = re.compile(rf"(?<![\w@])@{re.escape(name)}(?!\w)", re.IGNORECASE)
            escaped = mention.sub(f"<@{identity}>", escaped)
    return escaped


def pings(text: str, blocks: Sequence[Json], *, link_names: bool) -> tuple[str, ...]:
    """Every token that would notify somebody, as ``<!here>`` or ``<@U1>``, each once.

    Tokens count in the text and in blocks, code included: whether Slack reads them inside code is
    not known, so the stricter answer is taken. A plain ``@here`` counts only with *link_names*.
    """
    found: dict[str, None] = {}
    for said in _parsed(text, blocks):
        for token in _PING.findall(said):
            found[f"<{token}>"] = None
        for word in _PLAIN_PING.findall(said) if link_names else ():
            found[f"<!{word}>"] = None
    for element in _elements(blocks):
        found.update(dict.fromkeys(_element_pings(element)))
    return tuple(found)


def urls(text: str, blocks: Sequence[Json]) -> tuple[str, ...]:
    """Every address in a message that a preview could be fetched for, each once."""
    found = [url for said in _parsed(text, blocks) for url in _URL.findall(said)]
    return tuple(dict.fromkeys(found))


def expanded(markdown: str) -> int:
    """How many blocks Slack makes of one markdown block, at least.

    Headings, dividers, tables and images become blocks of their own and count towards the fifty.
    """
    prose = (piece for piece, is_code in _fenced(markdown) if not is_code)
    lines = (line for piece in prose for line in piece.split("\n"))
    return 1 + sum(_OWN_BLOCK.match(line) is not None for line in lines)


def text_of(block: Json) -> str:
    """The text that *block* holds, plain or in a text object; empty where there is none."""
    said: object = block.get("text")
    if isinstance(said, dict):
        said = cast("Json", said).get("text")
    return said if isinstance(said, str) else ""


def _shown(found: re.Match[str], names: Mapping[str, str]) -> str:
    token, label = found["token"], found["label"]
    if token is None:
        return _ENTITIES[found[0]]
    if token[0] == "@":
        return "@" + names.get(token[1:], label or token[1:])
    if token[0] == "#":
        return "#" + names.get(token[1:], label or token[1:])
    if token[0] == "!":
        return label or "@" + token[1:].partition("^")[0]
    return readable(label or token, {})


def _in_markdown(found: re.Match[str], names: Mapping[str, str]) -> str:
    is_autolink = found["token"] is not None and found["token"][0] not in "@#!"
    return found[0] if is_autolink and not found["label"] else _shown(found, names)


def _segments(markdown: str) -> Iterator[tuple[str, bool]]:
    """The pieces of *markdown* in order, each with whether it is code."""
    for piece, is_code in _fenced(markdown):
        if is_code:
            yield piece, True
            continue
        end = 0
        for span in _CODE_SPAN.finditer(piece):
            yield piece[end : span.start()], False
            yield span[0], True
            end = span.end()
        yield piece[end:], False


def _fenced(markdown: str) -> Iterator[tuple[str, bool]]:
    """Runs of lines, each with whether a fence holds them; an open fence runs to the end."""
    run: list[str] = []
    fence = ""
    for line in _LINE.findall(markdown):
        found = _FENCE.match(line)
        if fence:
            run.append(line)
            if found and found["fence"].startswith(fence) and not found["rest"].strip():
                yield "".join(run), True
                run, fence = [], ""
        elif found and not (found["fence"][0] == "`" and "`" in found["rest"]):
            yield "".join(run), False
            run, fence = [line], found["fence"]
        else:
            run.append(line)
    yield "".join(run), bool(fence)


def _said(blocks: Iterable[Json]) -> Iterator[tuple[str, str]]:
    """Each text of *blocks* that a client shows, with the type that rules how it is read."""
    for block in blocks:
        if said := text_of(block):
            yield str(block["type"]), said
    words = "".join(
        str(element["text"]) for element in _elements(blocks) if element.get("type") == "text"
    )
    if words:
        yield "rich_text", words


def _parsed(text: str, blocks: Sequence[Json]) -> Iterator[str]:
    yield text
    for _, said in _said(blocks):
        yield said


def _elements(blocks: Iterable[Json]) -> Iterator[Json]:
    """All elements within rich text blocks, however deep."""
    for block in blocks:
        for element in block.get("elements", ()):
            yield element
            yield from _elements([element])


def _element_pings(element: Json) -> Iterator[str]:
    match element:
        case {"type": "user", "user_id": str(user)}:
            yield f"<@{user}>"
        case {"type": "broadcast", "range": str(audience)}:
            yield f"<!{audience}>"
        case {"type": "usergroup", "usergroup_id": str(group)}:
            yield f"<!subteam^{group}>"
        case _:
            return
