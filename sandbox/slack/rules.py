"""What Slack refuses, and the name it gives to each refusal: pure checks of arguments.

Limits and error names: docs.slack.dev for each method, and what third parties measured.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sandbox.slack import markup
from sandbox.slack.markup import Json, text_of

Args = Mapping[str, Any]

TEXT_OF_A_MESSAGE = 4_000  # characters; an update with more is refused, a post is split there
TEXT_OF_A_POST = 40_000  # characters; the rest is cut off
MARKDOWN_OF_A_MESSAGE = 12_000  # characters, all markdown blocks together
BLOCK_TEXT_OF_A_MESSAGE = 13_200  # characters, all blocks together (slackapi/bolt-js#2509)
BLOCKS_OF_A_MESSAGE = 50  # after markdown was expanded
METADATA_OF_A_MESSAGE = 8_192  # bytes of JSON; Slack has a limit but does not publish it

_BLOCK_TYPES = frozenset(
    {
        *("actions", "context", "context_actions", "data_table", "divider", "file", "header"),
        *("image", "input", "markdown", "rich_text", "section", "table", "video"),
    }
)
_LIMIT_OF_A_BLOCK = {"section": 3_000, "header": 150}


class Refused(Exception):
    """Slack answers ``{"ok": false, "error": ...}`` with this *error*."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True, slots=True)
class Content:
    """What the arguments of a post or update say a message shall hold.

    *text*, *blocks* and *metadata* are None where the call does not speak of them.
    """

    text: str | None
    blocks: tuple[Json, ...] | None
    metadata: Json | None
    link_names: bool
    unfurl: bool


def content(args: Args) -> Content:
    """The checked content of a post or update. Raises Refused as Slack does."""
    blocks = _blocks(args.get("blocks"))
    text = args.get("text")
    if (markdown := args.get("markdown_text")) is not None:
        if text is not None or blocks is not None:
            raise Refused("markdown_text_conflict")
        text, blocks = str(markdown), _blocks([{"type": "markdown", "text": markdown}])
    if not blocks and not str(text or "").strip():
        raise Refused("no_text")
    return Content(
        text=None if text is None else str(text),
        blocks=blocks,
        metadata=_metadata(args.get("metadata")),
        link_names=flag(args.get("link_names")) or args.get("parse") == "full",
        unfurl=flag(args.get("unfurl_links", True)) or flag(args.get("unfurl_media", True)),
    )


def check_update(text: str | None) -> None:
    """Raises Refused where *text* is longer than an update takes, be there blocks or not."""
    if text is not None and len(text) > TEXT_OF_A_MESSAGE:
        raise Refused("msg_too_long")


def pieces(text: str, *, with_blocks: bool) -> Sequence[str]:
    """The texts of the messages that a post of *text* becomes.

    A long text is split by Slack itself, unless it is the fallback of blocks.
    """
    kept = text[:TEXT_OF_A_POST]
    if with_blocks or not kept:
        return [kept]
    return [
        kept[start : start + TEXT_OF_A_MESSAGE] for start in range(0, len(kept), TEXT_OF_A_MESSAGE)
    ]


def flag(value: object) -> bool:
    """Whether an argument says yes, in JSON or in a form."""
    return str(value).lower() in ("true", "1")


def whole(value: object, default: int, most: int) -> int:
    """A whole number between 1 and *most*. Raises Refused where *value* is none."""
    try:
        number = default if value in (None, "") else int(str(value))
    except ValueError:
        raise Refused("invalid_limit") from None
    if not 1 <= number <= most:
        raise Refused("invalid_limit")
    return number


def needed(args: Args, name: str) -> str:
    """The argument *name*. Raises Refused where the call lacks it."""
    value = args.get(name)
    if value in (None, ""):
        raise Refused("invalid_arguments")
    return str(value)


def _blocks(value: object) -> tuple[Json, ...] | None:
    if value is None or value == "":
        return None
    listed = _decoded(value, "invalid_blocks_format")
    if not isinstance(listed, list):
        raise Refused("invalid_blocks_format")
    blocks = tuple(cast("list[Json]", listed))
    for block in blocks:
        _check_block(block)
    _check_sizes(blocks)
    return blocks


def _check_block(block: object) -> None:
    if not isinstance(block, dict):
        raise Refused("invalid_blocks_format")
    fields = cast("Json", block)
    kind = fields.get("type")
    if kind not in _BLOCK_TYPES:
        raise Refused("invalid_blocks")
    if kind in ("markdown", "header") and not text_of(fields).strip():
        raise Refused("invalid_blocks")
    if kind == "section" and not (text_of(fields).strip() or fields.get("fields")):
        raise Refused("invalid_blocks")
    if len(text_of(fields)) > _LIMIT_OF_A_BLOCK.get(str(kind), BLOCK_TEXT_OF_A_MESSAGE * 2):
        raise Refused("invalid_blocks")


def _check_sizes(blocks: Sequence[Json]) -> None:
    markdown = [text_of(block) for block in blocks if block["type"] == "markdown"]
    if sum(map(len, markdown)) > MARKDOWN_OF_A_MESSAGE:
        raise Refused("msg_too_long")
    if sum(len(text_of(block)) for block in blocks) > BLOCK_TEXT_OF_A_MESSAGE:
        raise Refused("msg_blocks_too_long")
    others = len(blocks) - len(markdown)
    if others + sum(map(markup.expanded, markdown)) > BLOCKS_OF_A_MESSAGE:
        raise Refused("invalid_blocks")


def _metadata(value: object) -> Json | None:
    if value is None or value == "":
        return None
    metadata = _decoded(value, "invalid_metadata_format")
    match metadata:
        case {"event_type": str(name), "event_payload": dict()} if name:
            pass
        case {} if metadata == {}:
            pass
        case _:
            raise Refused("invalid_metadata_format")
    if len(json.dumps(metadata).encode()) > METADATA_OF_A_MESSAGE:
        raise Refused("metadata_too_large")
    return cast("Json", metadata)


def _decoded(value: object, error: str) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Refused(error) from None
