"""Pure: a turn as the bytes that the store keeps, and back.

A value is ``<tokens>,<flag>,<revision>|<codec><payload>``: Lua reads only the header, so the
payload may be of any codec. Flags: ``u`` a person's turn, ``q`` one that we owe or owed an answer
(only `submit.lua` writes it), ``a`` an answer of ours, ``x`` a turn that was erased, ``f`` one
that was erased while we owed it an answer (only `envelope.lua` writes these two), ``s`` one that
Claude's API does not accept and no request holds (only `aside.lua` writes it).
"""

import re
from typing import Any

import orjson

from bot.model import Attachment, Author, Ended, Role, Standing, Turn

_JSON = b"j"
_HEADER = re.compile(rb"(\d+),([a-z]),(\d+)\|")
_FLAG = {Role.USER: "u", Role.ASSISTANT: "a"}
_ROLE = {b"u": Role.USER, b"q": Role.USER, b"f": Role.USER, b"a": Role.ASSISTANT}
_FIRST_REVISION = 0


def storable(text: str) -> str:
    """*text* with a question mark for each half of a surrogate pair, which no UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode()


def encode(turn: Turn, tokens: int) -> bytes:
    """The value that keeps *turn*, whose id is its field's name; *tokens* is its estimated weight.

    Half surrogate pairs, which no UTF-8 can hold, are kept as question marks.
    """
    payload = {
        "sent_at": turn.sent_at,
        "text": storable(turn.text),
        "author": turn.author and _author(turn.author),
        "attachments": [
            {
                "name": storable(file.name),
                "media_type": storable(file.media_type),
                "size": file.size,
            }
            for file in turn.attachments
        ],
        "parts": turn.parts,
        "language": turn.language,
        "tier": turn.tier,
        "incomplete": turn.incomplete,
        "ticket": turn.ticket,
    }
    said = {name: value for name, value in payload.items() if value or name == "sent_at"}
    header = f"{tokens},{_FLAG[turn.role]},{_FIRST_REVISION}|".encode()
    return header + _JSON + orjson.dumps(said)


def decode(turn_id: str, value: bytes) -> Turn | None:
    """The turn *turn_id* that *value* keeps, or None where it cannot be read or was erased.

    Fields that a later version added are passed over.
    """
    header = _HEADER.match(value)
    role = header and _ROLE.get(header[2])
    if not header or not role or value[header.end() : header.end() + 1] != _JSON:
        return None
    try:
        return _turn(turn_id, role, orjson.loads(value[header.end() + 1 :]))
    except (ValueError, TypeError, KeyError, AttributeError):  # whatever a broken payload may do
        return None


def encode_ended(ended: Ended) -> bytes:
    """The value that keeps *ended*; half surrogate pairs are kept as question marks."""
    notice = ended.notice and storable(ended.notice)
    said = {"text": storable(ended.text), "notice": notice, "incomplete": ended.incomplete}
    return _JSON + orjson.dumps(said)


def decode_ended(value: bytes) -> Ended | None:
    """What `encode_ended` kept, or None where *value* is empty or cannot be read."""
    if value[:1] != _JSON:
        return None
    try:
        said = orjson.loads(value[1:])
        notice = said.get("notice")
        return Ended(
            text=_string(said["text"]),
            notice=None if notice is None else _string(notice),
            incomplete=said.get("incomplete") is True,
        )
    except (ValueError, TypeError, KeyError, AttributeError):  # whatever a broken payload may do
        return None


def _turn(turn_id: str, role: Role, said: dict[str, Any]) -> Turn:
    author = said.get("author")
    return Turn(
        id=turn_id,
        role=role,
        sent_at=_number(said["sent_at"]),
        text=_string(said.get("text", "")),
        author=_read_author(author) if author else None,
        attachments=tuple(
            Attachment(
                _string(file["name"]),
                _string(file["media_type"]),
                None if file["size"] is None else _number(file["size"]),
            )
            for file in said.get("attachments", ())
        ),
        parts=tuple(_string(part) for part in said.get("parts", ())),
        language=_string(said["language"]) if said.get("language") else None,
        tier=_string(said["tier"]) if said.get("tier") else None,
        incomplete=said.get("incomplete") is True,
        ticket=_string(said["ticket"]) if said.get("ticket") else None,
    )


def _author(author: Author) -> dict[str, str]:
    return {"id": author.id, "name": storable(author.name), "standing": author.standing.value}


def _read_author(said: dict[str, Any]) -> Author:
    return Author(_string(said["id"]), _string(said["name"]), _standing(_string(said["standing"])))


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value


def _standing(word: str) -> Standing:
    """The standing *word*; the least trusted where a later version knows one that we do not."""
    try:
        return Standing(word)
    except ValueError:
        return Standing.EXTERNAL
