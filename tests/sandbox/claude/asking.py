"""What the tests of the simulated Claude share: a question over plain HTTP."""

import json
from typing import Any

import aiohttp

Json = dict[str, Any]


def asking(*texts: str, **more: Any) -> Json:
    """A request in which *texts* were said in turn, with *more* fields or other ones."""
    roles = ("user", "assistant") * len(texts)
    messages = [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]
    return {
        "model": "claude-haiku-5-5",
        "max_tokens": 1000,
        "messages": messages or [{"role": "user", "content": "Hello?"}],
    } | more


async def post(
    line: aiohttp.ClientSession, body: Any, path: str = "/v1/messages", **headers: str
) -> tuple[int, Json]:
    """Status and JSON of the answer to *body*."""
    async with line.post(path, json=body, headers=headers) as response:
        return response.status, await response.json()


async def events(line: aiohttp.ClientSession, body: Json) -> list[Json]:
    """The payloads of the events that answer *body*, whose names are theirs too."""
    async with line.post("/v1/messages", json=body | {"stream": True}) as response:
        assert response.content_type == "text/event-stream"
        sent = (await response.read()).decode()
    blocks = [block.split("\n") for block in sent.removesuffix("\n\n").split("\n\n")]
    payloads = [json.loads(data.removeprefix("data: ")) for _, data in blocks]
    assert [name for name, _ in blocks] == [f"event: {payload['type']}" for payload in payloads]
    return payloads
