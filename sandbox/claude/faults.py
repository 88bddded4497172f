"""Faults of the wire: a reply in place of the answer, or a change to the answer's script."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sandbox.claude.script import (
    Drop,
    Event,
    Gate,
    Json,
    Pause,
    Raw,
    Script,
    Step,
    encode,
    is_delta,
)

_TYPES: Mapping[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole response in place of the answer: JSON where *content* is a dict."""

    status: int
    content: bytes | Json
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Change = Callable[[Script], Script]

Fault = Reply | Change


def status(
    code: int,
    *,
    type: str | None = None,  # noqa: A002  - the API's own word
    message: str = "Simulated.",
    error_code: str | None = None,
    retry_after: float | str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """An error with status *code* before the stream; its type is the one that belongs to *code*."""
    error: Json = {"type": type or _TYPES.get(code, "api_error"), "message": message}
    if error_code is not None:
        error["details"] = {"error_code": error_code}
    sent = dict(headers or {})
    if retry_after is not None:
        sent["retry-after"] = str(retry_after)
    return Reply(code, {"type": "error", "error": error}, sent)


def body(content: bytes = b"", content_type: str = "text/html") -> Reply:
    """Status 200 with *content* that is no stream: a captive portal's page, or nothing."""
    return Reply(200, content, {"content-type": content_type})


def error_event(
    after_deltas: int = 0,
    type: str = "overloaded_error",  # noqa: A002  - the API's own word
) -> Change:
    """An error within the stream, whose status is 200; nothing follows it."""
    error: Json = {"type": "error", "error": {"type": type, "message": "Simulated."}}
    return lambda script: [*_up_to(script, after_deltas), Event("error", error)]


def eof(after_deltas: int | None = None) -> Change:
    """A clean end too early: behind so many deltas; None: all is there but message_stop."""

    def cut_off(script: Script) -> Script:
        return script[:-1] if after_deltas is None else _up_to(script, after_deltas)

    return cut_off


def cut(after_bytes: int, how: Literal["fin", "rst"] = "fin") -> Change:
    """The connection ends after so many bytes of the stream, without the end of its HTTP body."""

    def drop(script: Script) -> Script:
        sent = b"".join(encode(step) for step in script if isinstance(step, (Event, Raw)))
        return [Raw(sent[:after_bytes]), Drop(how)]

    return drop


def stall(after_deltas: int, seconds: float) -> Change:
    """Nothing for *seconds* behind so many deltas, not even a ping; then the stream goes on."""
    return lambda script: _insert(script, after_deltas, Pause(seconds))


def held(opened: asyncio.Event, after_deltas: int = 0) -> Change:
    """Nothing until *opened* is set, behind so many deltas; then the stream goes on."""
    return lambda script: _insert(script, after_deltas, Gate(opened))


def pings(seconds: float, every: float = 0.05, after_deltas: int = 0) -> Change:
    """Only pings for *seconds* behind so many deltas; then the stream goes on."""
    ping: tuple[Step, ...] = (Pause(every), Event("ping", {"type": "ping"}))
    return lambda script: _insert(script, after_deltas, *ping * round(seconds / every))


def raw(data: bytes, after_deltas: int | None = 0) -> Change:
    """*data* within the stream as it is, behind so many deltas; None: behind message_stop."""

    def inject(script: Script) -> Script:
        if after_deltas is None:
            return [*script, Raw(data)]
        return _insert(script, after_deltas, Raw(data))

    return inject


def nameless() -> Change:
    """No ``event:`` lines, as some proxies pass a stream on."""
    return lambda script: [
        replace(step, nameless=True) if isinstance(step, Event) else step for step in script
    ]


def stop_reason(reason: str | None, **more: Any) -> Change:
    """The answer ends for *reason*; *more* goes beside it (``stop_details``)."""

    def change(step: Step) -> Step:
        if not isinstance(step, Event) or step.name != "message_delta":
            return step
        delta = step.payload["delta"] | {"stop_reason": reason} | more
        return replace(step, payload=step.payload | {"delta": delta})

    return lambda script: [change(step) for step in script]


def _up_to(script: Script, deltas: int) -> list[Step]:
    """The part of *script* that ends with so many deltas; 0: all that stands before the first."""
    places = [at for at, step in enumerate(script) if is_delta(step)]
    if deltas < len(places):
        return list(script[: places[deltas]])
    return list(script[: places[-1] + 1] if places else script[:1])


def _insert(script: Script, deltas: int, *steps: Step) -> list[Step]:
    before = _up_to(script, deltas)
    return [*before, *steps, *script[len(before) :]]
