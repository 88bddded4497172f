import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date

import pytest

from bot.claude import Claude
from bot.lineup import Life, Stage
from sandbox import claude as simulated

SERVED = Life(Stage.SERVED)


async def test_what_becomes_of_each_model_is_told(server: simulated.Claude, claude: Claude) -> None:
    server.models.announce("claude-sonnet-5", "2026-12-12T23:30:00-08:00")
    server.models.retire("claude-opus-4-6", "2026-11-01T00:00:00Z")
    asked = ("claude-haiku-5-5", "claude-sonnet-5", "claude-opus-4-6", "claude-haiku-5.5")
    assert await claude.lives(asked) == {
        "claude-haiku-5-5": SERVED,
        "claude-sonnet-5": Life(Stage.SERVED, date(2026, 12, 13)),
        "claude-opus-4-6": Life(Stage.RETIRED, date(2026, 11, 1)),
        "claude-haiku-5.5": Life(Stage.UNKNOWN),
    }
    assert server.requests == []


async def test_one_unknown_model_is_unknown_if_another_can_be_asked_for(claude: Claude) -> None:
    assert await claude.lives(["claude-haiku-5.5"]) == {"claude-haiku-5.5": Life(Stage.UNKNOWN)}
    assert await claude.lives([]) == {}


async def test_a_server_without_a_models_api_tells_of_none(
    server: simulated.Claude, claude: Claude
) -> None:
    server.has_models = False
    assert await claude.lives(["claude-haiku-5-5", "ours"]) == {}


async def test_a_refused_key_and_nobody_there_tell_of_none(server: simulated.Claude) -> None:
    for key, url in (("sk-ant-wrong", server.base_url), ("sk-ant", "http://127.0.0.1:9")):
        async with Claude(api_key=key, base_url=url) as claude:
            assert await claude.lives(["claude-haiku-5-5"]) == {}


@asynccontextmanager
async def foreign(status: str, *bodies: bytes) -> AsyncGenerator[Claude]:
    """A gateway that answers one request after the other with *bodies*, the last one for ever."""
    left = list(bodies)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = left.pop(0) if len(left) > 1 else left[0]
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with Claude(api_key="sk", base_url=f"http://127.0.0.1:{port}") as claude:
            yield claude


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("404 Not Found", b"<h1>Not Found</h1>"),
        ("405 Method Not Allowed", b""),
        ("500 Oh", b"oh"),
        ("200 OK", b"<h1>Welcome to the hotel's network</h1>"),
        ("200 OK", b"[]"),
        ("200 OK", b"{}"),
        ("200 OK", b'{"id": 7}'),
        ("200 OK", b"\xff"),
    ],
)
async def test_whatever_a_foreign_server_says_instead_tells_of_none(
    status: str, body: bytes
) -> None:
    async with foreign(status, body) as claude:
        assert await claude.lives(["claude-haiku-5-5"]) == {}


@pytest.mark.parametrize(
    ("told", "life"),
    [
        ({}, SERVED),
        ({"lifecycle": "brand_new", "retires_at": "soon"}, SERVED),
        ({"lifecycle": "retired", "retires_at": None}, Life(Stage.RETIRED)),
        ({"retires_at": "2027-01-01"}, Life(Stage.SERVED, date(2027, 1, 1))),
        ({"retires_at": 7}, SERVED),
    ],
)
async def test_what_a_gateway_leaves_out_is_taken_as_good(
    told: dict[str, object], life: Life
) -> None:
    async with foreign("200 OK", json.dumps({"id": "ours"} | told).encode()) as claude:
        assert await claude.lives(["ours"]) == {"ours": life}


async def test_a_silent_server_delays_for_no_longer_than_the_patience() -> None:
    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.sleep(30.0)
        finally:
            writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with Claude(api_key="sk", base_url=f"http://127.0.0.1:{port}") as claude:
            began = time.monotonic()
            assert await claude.lives(["a", "b", "c"], patience=0.2) == {}
            assert time.monotonic() - began < 3
