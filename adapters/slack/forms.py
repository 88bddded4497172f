"""A form with one large field: the view that Slack opens, and what was written in it; pure."""

import json
from collections.abc import Mapping
from typing import Final

from adapters.slack.wire import fields, text
from bot.ports import Form

_FIELD: Final = "text"
_LONGEST: Final = 3_000  # characters; Slack's own limit for a field
_TITLE: Final = 24
_LABEL: Final = 2_000
_PLACEHOLDER: Final = 150


def view(form: Form, channel: str, url: str | None) -> dict[str, object]:
    """*form* as a view; it keeps what it is about: the command, the *channel*, and the *url*.

    A text that is too long for the field is left out whole: cut, it would be sent back cut.
    """
    element: dict[str, object] = {
        "type": "plain_text_input",
        "action_id": _FIELD,
        "multiline": True,
        "max_length": _LONGEST,
    }
    if 0 < len(form.text) <= _LONGEST:
        element["initial_value"] = form.text
    elif form.text:
        element["placeholder"] = _plain(form.too_long[:_PLACEHOLDER])
    return {
        "type": "modal",
        "callback_id": "parley",
        "private_metadata": json.dumps({"line": form.line, "channel": channel, "url": url}),
        "title": _plain(form.title[:_TITLE]),
        "submit": _plain(form.send[:_TITLE]),
        "blocks": [
            {
                "type": "input",
                "block_id": _FIELD,
                "label": _plain(form.label[:_LABEL]),
                "element": element,
            }
        ],
    }


def value_in(sent: Mapping[str, object]) -> str | None:
    """What was written in the view *sent*; None where it is none of ours, or nothing was."""
    values = fields(fields(sent.get("state")).get("values"))
    return text(fields(fields(values.get(_FIELD)).get(_FIELD)).get("value"))


def _plain(said: str) -> dict[str, object]:
    return {"type": "plain_text", "text": said}
