"""Pure: the events of one answer's stream -> its text as it grows, and how it ended."""

from collections.abc import Mapping
from typing import Any, cast

import orjson

from bot import endings
from bot.model import Ending, Usage

_ANSWERS = frozenset(
    {
        *("message_start", "message_delta", "message_stop"),
        *("content_block_start", "content_block_delta", "content_block_stop"),
    }
)
# The events that must be readable. None: a nameless one tells its kind in its payload.
_OURS = _ANSWERS | {None}


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
    unknown is passed over, be it an event, a block or a delta: the API grows by such. Text is text
    only within a block of text: out of place it may be another answer's, or an answer with holes.
    """

    def __init__(self, request_id: str | None = None) -> None:
        self.begun = False  # the API has begun to answer: this is no stream of nothing but an error
        self.heard = 0  # events that tell of the answer, which a ping does not
        self._request_id = request_id
        self._stop_reason: str | None = None
        self._usage: dict[str, int] = {}
        self._kinds: dict[int, str | None] = {}  # of each block that was opened
        self._writing: int | None = None  # the block of text that is open

    @property
    def is_writing(self) -> bool:
        """Whether a block of text is open: nobody thinks there, its text comes or nothing does."""
        return self._writing is not None

    @property
    def used(self) -> Usage:
        """The tokens used so far, as far as the API has told; what it did not tell is 0.

        A prompt's come with the first event, those of the answer with the last but one.
        """
        counted = self._usage.get
        return Usage(
            input=counted("input_tokens", 0),
            output=counted("output_tokens", 0),
            cache_read=counted("cache_read_input_tokens", 0),
            cache_write=counted("cache_creation_input_tokens", 0),
        )

    def take(self, name: str | None, data: str) -> str | Ending:
        """The text that an event adds, mostly none; the Ending for ``message_stop``.

        A refusal is an Ending at once: whatever becomes of the line, its text is taken back.

        Raises StreamErred for an error event; StreamBroken for what cannot be read, for text out of
        place, and where the answer stops for no reason.
        """
        payload = _payload(name, data)
        kind = payload.get("type", name)
        self.heard += isinstance(kind, str) and kind in _ANSWERS
        match kind:
            case "content_block_delta":
                return self._grown(payload)
            case "content_block_start":
                return self._opened(payload)
            case "content_block_stop":
                if _index(payload) == self._writing:
                    self._writing = None
            case "message_start":
                self.begun = True
                self._note(_object(payload, "message"))
            case "message_delta":
                self._note(payload)
                self._note(_object(payload, "delta"))
                if self._stop_reason == endings.REFUSAL:
                    return self._ending()
            case "message_stop":
                return self._ending()
            case "error":
                raise StreamErred(_string(_object(payload, "error"), "type"))
            case _:
                pass
        return ""

    def _opened(self, payload: Mapping[str, Any]) -> str:
        block, index = _object(payload, "content_block"), _index(payload)
        kind = _string(block, "type")
        if kind == "text" and (self._writing is not None or index is None or index in self._kinds):
            raise StreamBroken("a block of text opens out of place")
        if index is not None:
            self._kinds[index] = kind
        if kind != "text":
            return ""
        self._writing = index
        return _string(block, "text") or ""

    def _grown(self, payload: Mapping[str, Any]) -> str:
        delta, index = _object(payload, "delta"), _index(payload)
        text = _string(delta, "text") if delta.get("type") == "text_delta" else None
        if not text:
            return ""
        if index is not None and index == self._writing:
            return text
        if self._kinds.get(-1 if index is None else index, "text") == "text":
            raise StreamBroken("text for a block that is not open")
        return ""  # within a block of a kind that we do not know

    def _note(self, said: Mapping[str, Any]) -> None:
        self._stop_reason = _string(said, "stop_reason") or self._stop_reason
        for name, tokens in _object(said, "usage").items():
            if type(tokens) is int and tokens >= 0:
                self._usage[name] = tokens  # totals so far: a later event knows better

    def _ending(self) -> Ending:
        if self._stop_reason is None:
            raise StreamBroken("message_stop without a stop reason")
        return Ending(self._stop_reason, self.used, self._request_id)


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


def _index(payload: Mapping[str, Any]) -> int | None:
    value = payload.get("index")
    return value if type(value) is int else None
