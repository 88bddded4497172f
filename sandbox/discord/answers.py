"""The HTTP of REST: calls read, answers and refusals written, with the headers clients rely on."""

import json
import math
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import BodyPartReader, web

from sandbox.discord.faults import Cut, Fault, Page, Refusal
from sandbox.discord.model import File
from sandbox.discord.rates import Verdict
from sandbox.discord.routes import Asked
from sandbox.discord.rules import Refused

UNREADABLE: Final = object()
"""The body of a call that is no JSON."""

_VIA = {"Via": "1.1 google"}  # a 429 without it is taken for a ban by Cloudflare


async def read(request: web.Request) -> Asked:
    """What a call asks for, its body being JSON, or a form with files and a part of JSON."""
    body: Any = None
    files: list[File] = []
    if request.content_type.startswith("multipart/"):
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader), "Discord takes no nested forms"
            content = bytes(await part.read())
            if part.name == "payload_json":
                body = _json(content)
            else:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                files.append(File(part.filename or "unknown", kind, len(content)))
    elif request.can_read_body:
        body = _json(await request.read())
    return Asked(dict(request.match_info), dict(request.query), body, tuple(files))


def succeeded(answer: Any) -> web.Response:
    """The answer of an endpoint, None for no content."""
    return web.Response(status=204, headers=_VIA) if answer is None else _response(200, answer)


def refused(refusal: Refused) -> web.Response:
    """The answer to what Discord does not do."""
    status, number, message = refusal.code.value
    errors = {} if refusal.errors is None else {"errors": refusal.errors}
    return _response(status, {"message": message, "code": number, **errors})


def limited(verdict: Verdict) -> web.Response | None:
    """The answer to a call that was too many; None lets it through."""
    return None if verdict.scope is None else _too_many(verdict.wait, verdict.scope)


def failed(fault: Fault | None) -> web.Response | None:
    """The answer that *fault* gives in place of Discord's; None lets the call have its effect."""
    match fault:
        case Refusal(status=429):
            return _too_many(fault.retry_after or 0.0, fault.scope or "user")
        case Refusal():
            return _response(fault.status, {"message": fault.message, "code": fault.code})
        case Page(status):
            return web.Response(status=status, text="<html>Oops</html>", content_type="text/html")
        case Cut(processed=False):
            return web.Response(status=502)
        case _:
            return None


def code(response: web.Response) -> int | None:
    """Discord's own code in an answer, None where there is none."""
    if response.status < 400 or response.content_type != "application/json":
        return None
    found: object = json.loads(response.text or "{}").get("code")
    return found if isinstance(found, int) else None


def _too_many(wait: float, scope: str) -> web.Response:
    whole = scope == "global"
    said = {"message": "You are being rate limited.", "retry_after": wait, "global": whole}
    headers = {"Retry-After": str(math.ceil(wait)), "X-RateLimit-Scope": scope}
    return _response(429, said, headers)


def _response(status: int, said: Any, headers: Mapping[str, str] | None = None) -> web.Response:
    # Without a charset: clients compare the type as a whole.
    own = {"Content-Type": "application/json", **_VIA, **(headers or {})}
    return web.Response(status=status, body=json.dumps(said).encode(), headers=own)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return UNREADABLE
