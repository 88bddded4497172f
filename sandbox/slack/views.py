"""What Slack takes for a form: pure checks of a view, by docs.slack.dev/reference/views."""

import json
from dataclasses import dataclass
from typing import Any, cast

from sandbox.slack.markup import Json
from sandbox.slack.rules import Refused

_TITLE = 24  # characters of a title, and of what stands on a button
_METADATA = 3_000  # characters that an app may keep in a view
_INPUT = 3_000  # characters of a text field


@dataclass(frozen=True, slots=True)
class Field:
    """A text field of a form: where its value stands once it is sent, and what stands in it."""

    block: str
    action: str
    label: str
    value: str | None


def checked(value: object) -> Json:
    """The view that *value* is, if Slack would open it. Raises Refused."""
    view: object = value
    if isinstance(value, str):
        try:
            view = json.loads(value)
        except ValueError:
            raise Refused("invalid_arguments") from None
    if not isinstance(view, dict):
        raise Refused("invalid_arguments")
    form = cast("Json", view)
    blocks: list[Json] = form.get("blocks") or []
    inputs = [block for block in blocks if block.get("type") == "input"]
    good = (
        form.get("type") == "modal"
        and _plain(form.get("title"), _TITLE)
        and (not inputs or _plain(form.get("submit"), _TITLE))
        and len(str(form.get("private_metadata", ""))) <= _METADATA
        and bool(blocks)
        and all(field(block) is not None for block in inputs)
    )
    if not good:
        raise Refused("invalid_arguments")
    return form


def field(block: Json) -> Field | None:
    """The text field that *block* is; None where it is none, or none that Slack takes."""
    element: Any = block.get("element")
    if not isinstance(element, dict) or not _plain(block.get("label"), 2_000):
        return None
    inner = cast("Json", element)
    most, value = inner.get("max_length", _INPUT), inner.get("initial_value")
    if inner.get("type") != "plain_text_input" or not 1 <= most <= _INPUT:
        return None
    if value is not None and len(value) > most:
        return None
    label = str(block["label"]["text"])
    return Field(str(block.get("block_id", "")), str(inner.get("action_id", "")), label, value)


def _plain(value: object, most: int) -> bool:
    if not isinstance(value, dict):
        return False
    said = cast("Json", value)
    return said.get("type") == "plain_text" and 1 <= len(str(said.get("text", ""))) <= most
