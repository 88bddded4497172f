"""A question asked by command as it stands in a channel, and how it is known again; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adapters.slack.wire import fields, items, text

_BLOCK: Final = "parley:asked"
_ID = re.compile(rf"{_BLOCK}:([A-Z0-9]+):[0-9]+")
_SECTION = 3_000  # characters, Slack's own limit
_FALLBACK = 1_000  # characters of a question that notifications and old clients show


@dataclass(frozen=True, slots=True)
class Asked:
    """The question *text*, plain, which we posted for *user*."""

    user: str
    text: str


def shown(asked: Asked, above: str | None) -> list[dict[str, object]]:
    """The blocks of *asked*, below the line *above* if there is one; inert, whatever it says.

    Their ids name who asked. Slack tells us of our own posts as of everybody's, so that a question
    is heard even where the process that posted it came no further.
    """
    pieces = (asked.text[at : at + _SECTION] for at in range(0, len(asked.text), _SECTION))
    sections = [
        {"block_id": f"{_BLOCK}:{asked.user}:{number}", **_section(piece)}
        for number, piece in enumerate(pieces)
        if piece.strip()
    ]
    return sections if above is None else [_section(above), *sections]


def fallback(asked: Asked, above: str | None) -> str:
    """What stands in for the blocks of *asked* where there is no room for them; not escaped."""
    said = asked.text[:_FALLBACK]
    return said if above is None else f"{above} {said}"


def read(raw: Mapping[str, object]) -> Asked | None:
    """The question that the blocks of the message *raw* are; None where they are none.

    Only in a message of ours does that mean anything: others may name their blocks as they like.
    """
    user: str | None = None
    pieces: list[str] = []
    for block in items(raw.get("blocks")):
        found = _ID.fullmatch(text(block.get("block_id")) or "")
        said = text(fields(block.get("text")).get("text"))
        if found is not None and said is not None:
            user = found[1]
            pieces.append(said)
    return None if user is None else Asked(user, "".join(pieces))


def _section(said: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "plain_text", "text": said, "emoji": False}}
