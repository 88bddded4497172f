"""What the simulated Claude sends for one answer, step by step: events, pauses, a dropped line."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event; a nameless one carries its name only within its payload."""

    name: str
    payload: Json
    nameless: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes for the wire as they are."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing at all for *seconds*."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Drop:
    """The end of the connection in the middle of the response: by FIN, or by RST."""

    how: Literal["fin", "rst"]


@dataclass(frozen=True, slots=True)
class Gate:
    """Nothing goes on the wire until *opened* is set."""

    opened: asyncio.Event


Step = Event | Raw | Pause | Drop | Gate
Script = Sequence[Step]


@dataclass(frozen=True, slots=True)
class Answer:
    """All that one answer is made of; *chunk* is the characters of one delta."""

    id: str
    model: str
    text: str
    thinking: str | None  # None: no thinking block; "": one whose text is omitted
    stop_reason: str
    stop_sequence: str | None
    usage: Json
    chunk: int


def stream(answer: Answer) -> list[Step]:
    """The events of *answer*, from message_start to message_stop."""
    usage = answer.usage | {"output_tokens": 1}
    nothing: list[Json] = []
    start = message(answer) | {
        "content": nothing,
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    return [
        Event("message_start", {"type": "message_start", "message": start}),
        Event("ping", {"type": "ping"}),
        *_thinking(answer),
        *_text(answer),
        Event("message_delta", _message_delta(answer)),
        Event("message_stop", {"type": "message_stop"}),
    ]


def message(answer: Answer) -> Json:
    """*answer* as one JSON message, as it is sent without ``stream``."""
    content: list[Json] = []
    if answer.thinking is not None:
        content.append({"type": "thinking", "thinking": answer.thinking, "signature": "c2lt"})
    if answer.text:
        content.append({"type": "text", "text": answer.text})
    return {
        "id": answer.id,
        "type": "message",
        "role": "assistant",
        "model": answer.model,
        "content": content,
        "stop_reason": answer.stop_reason,
        "stop_sequence": answer.stop_sequence,
        "usage": answer.usage,
    }


def encode(step: Event | Raw) -> bytes:
    """*step* as it goes on the wire."""
    if isinstance(step, Raw):
        return step.data
    payload = json.dumps(step.payload, ensure_ascii=False, separators=(",", ":"))
    name = "" if step.nameless else f"event: {step.name}\n"
    return f"{name}data: {payload}\n\n".encode()


def is_delta(step: Step) -> bool:
    """Whether *step* carries text of the answer."""
    return (
        isinstance(step, Event)
        and step.name == "content_block_delta"
        and step.payload["delta"]["type"] == "text_delta"
    )


def text_delta(text: str, index: int = 1) -> Event:
    """The event that carries *text* of the block *index*."""
    return _delta(index, {"type": "text_delta", "text": text})


def _thinking(answer: Answer) -> Iterator[Event]:
    if answer.thinking is None:
        return
    yield _block_start(0, {"type": "thinking", "thinking": "", "signature": ""})
    if answer.thinking:
        yield _delta(0, {"type": "thinking_delta", "thinking": answer.thinking})
    yield _delta(0, {"type": "signature_delta", "signature": "c2lt"})
    yield _block_stop(0)


def _text(answer: Answer) -> Iterator[Event]:
    if not answer.text:
        return
    index = 0 if answer.thinking is None else 1
    yield _block_start(index, {"type": "text", "text": ""})
    for at in range(0, len(answer.text), answer.chunk):
        yield text_delta(answer.text[at : at + answer.chunk], index)
    yield _block_stop(index)


def _block_start(index: int, block: Json) -> Event:
    payload = {"type": "content_block_start", "index": index, "content_block": block}
    return Event("content_block_start", payload)


def _delta(index: int, delta: Json) -> Event:
    payload = {"type": "content_block_delta", "index": index, "delta": delta}
    return Event("content_block_delta", payload)


def _block_stop(index: int) -> Event:
    return Event("content_block_stop", {"type": "content_block_stop", "index": index})


def _message_delta(answer: Answer) -> Json:
    return {
        "type": "message_delta",
        "delta": {"stop_reason": answer.stop_reason, "stop_sequence": answer.stop_sequence},
        "usage": {"output_tokens": answer.usage["output_tokens"]},
    }
