"""Pure: the events of one answer's stream -> its text as it grows, and how it ended."""

from collections.abc import Mapping
from typing import Any, cast

import orjson

from bot.model import Ending, Usage

# The events that must be readable. None: a nameless one tells its kind in its payload.
_OURS = frozenset(
    {
        *(None, "message_start", "message_delta", "message_stop"),
        *("content_block_start", "content_block_delta", "content_block_stop"),
    }
)


class StreamBroken(Exception):
    """The stream is not what the API promises; the message holds no word of its text."""


class StreamErred(Exception):
    """The API reports an error within a stream whose status was 200; only *type* tells which."""

    def __init__(self, type_: str | None) -> None:
        super().__init__(type_)
        self.type = type_


class Reader:
    """Reads the events of one answer, in their order; *request_id* is for its Ending.

    What an event is, its payload tells before its name: some proxies drop the names. What is
    unknown is passed over, be it an event, a block or a delta: the API grows by such.
    """

    def __init__(self, request_id: str | None = None) -> None:
        self.begun = False  # the API has begun to answer: this is no stream of nothing but an error
        self._request_id = request_id
        self._stop_reason: str | None = None
        self._usage: dict[str, int] = {}
        self._has_begun = False

    def take(self, name: str | None, data: str) -> str | Ending:
        """The text that an event adds, mostly none; the Ending for ``message_stop``.

        Raises StreamErred for an error event; StreamBroken for what cannot be read, and where the
        answer stops for no reason.
        """
        payload = _payload(name, data)
        match payload.get("type", name):
            case "content_block_delta":
                return _text(payload, "delta", "text_delta")
            case "content_block_start":
                return _text(payload, "content_block", "text")
            case "message_start":
                self.begun = True
                self._note(_object(payload, "message"))
            case "message_delta":
                self._note(payload)
                self._note(_object(payload, "delta"))
            case "message_stop":
                return self._ending()
            case "error":
                raise StreamErred(_string(_object(payload, "error"), "type"))
            case _:
                pass
        return ""

    def _note(self, said: Mapping[str, Any]) -> None:
        self._stop_reason = _string(said, "stop_reason") or self._stop_reason
        for name, tokens in _object(said, "usage").items():
            if type(tokens) is int and tokens >= 0:
                self._usage[name] = tokens  # totals so far: a later event knows better

    def _ending(self) -> Ending:
        if self._stop_reason is None:
            raise StreamBroken("message_stop without a stop reason")
        counted = self._usage.get
        usage = Usage(
            input=counted("input_tokens", 0),
            output=counted("output_tokens", 0),
            cache_read=counted("cache_read_input_tokens", 0),
            cache_write=counted("cache_creation_input_tokens", 0),
        )
        return Ending(self._stop_reason, usage, self._request_id)


def _payload(name: str | None, data: str) -> Mapping[str, Any]:
    if not data:
        return {}
    try:
        payload = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if name in _OURS:
            raise StreamBroken("the payload of an event is no JSON") from error
        return {}
    return cast("Mapping[str, Any]", payload) if isinstance(payload, dict) else {}


def _object(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = of.get(name)
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _string(of: Mapping[str, Any], name: str) -> str | None:
    value = of.get(name)
    return value if isinstance(value, str) else None


def _text(payload: Mapping[str, Any], part: str, kind: str) -> str:
    found = _object(payload, part)
    return (_string(found, "text") or "") if found.get("type") == kind else ""
