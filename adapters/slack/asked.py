"""A question asked by command as it stands in a channel, and how it is known again; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adapters.slack.wire import fields, items, text

_BLOCK: Final = "parley:asked"
_ID = re.compile(rf"{_BLOCK}:(?P<user>[A-Z0-9]+)(?::(?P<home>[A-Z0-9]+))?:[0-9]+")
_SECTION = 3_000  # characters, Slack's own limit
_FALLBACK = 1_000  # characters of a question that notifications and old clients show


@dataclass(frozen=True, slots=True)
class Asked:
    """The question *text*, plain, which we posted for *user*.

    *home* is the channel where it was asked for *user* alone, None where everybody may see it.
    """

    user: str
    text: str
    home: str | None = None


def shown(asked: Asked, above: str | None) -> list[dict[str, object]]:
    """The blocks of *asked*, below the line *above* if there is one; inert, whatever it says.

    Where it was asked for one person alone *above* is Slack's own markup, since it names a channel.
    Their ids name who asked. Slack tells us of our own posts as of everybody's, so that a question
    is heard even where the process that posted it came no further.
    """
    whose = ":".join(one for one in (_BLOCK, asked.user, asked.home) if one is not None)
    pieces = (asked.text[at : at + _SECTION] for at in range(0, len(asked.text), _SECTION))
    sections = [
        {"block_id": f"{whose}:{number}", **_section(piece)}
        for number, piece in enumerate(pieces)
        if piece.strip()
    ]
    return sections if above is None else [_above(asked, above), *sections]


def fallback(asked: Asked, above: str | None) -> str:
    """What stands in for the blocks of *asked* where there is no room for them; not escaped."""
    said = asked.text[:_FALLBACK]
    return said if above is None or asked.home is not None else f"{above} {said}"


def read(raw: Mapping[str, object]) -> Asked | None:
    """The question that the blocks of the message *raw* are; None where they are none.

    Only in a message of ours does that mean anything: others may name their blocks as they like.
    """
    user = home = None
    pieces: list[str] = []
    for block in items(raw.get("blocks")):
        found = _ID.fullmatch(text(block.get("block_id")) or "")
        said = text(fields(block.get("text")).get("text"))
        if found is not None and said is not None:
            user, home = found["user"], found["home"]
            pieces.append(said)
    return None if user is None else Asked(user, "".join(pieces), home)


def _above(asked: Asked, said: str) -> dict[str, object]:
    if asked.home is None:
        return _section(said)
    return {"type": "section", "text": {"type": "mrkdwn", "text": said, "verbatim": True}}


def _section(said: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "plain_text", "text": said, "emoji": False}}
