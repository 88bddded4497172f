"""What an orchestrator is told over HTTP, asked over real sockets."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from bot import health
from bot.errors import SetupError
from bot.sentences import explain


def says(*, answer: bool) -> Callable[[], Awaitable[bool]]:
    async def probe() -> bool:
        return answer

    return probe


async def get(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://{host}:{port}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def get_json(port: int, path: str) -> tuple[int, object]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return answer.status, await answer.json()


async def test_a_process_that_lives_says_ok_even_if_nothing_it_needs_is_there() -> None:
    async with health.serve(0, {"store": says(answer=False)}) as port:
        assert await get(port, "/healthz") == (200, "ok")


async def test_it_is_ready_when_every_part_says_yes() -> None:
    async with health.serve(0, {"store": says(answer=True), "slack": says(answer=True)}) as port:
        assert await get_json(port, "/readyz") == (200, {"store": True, "slack": True})


async def test_one_part_that_says_no_makes_it_unready_and_is_named() -> None:
    async with health.serve(0, {"store": says(answer=False), "slack": says(answer=True)}) as port:
        assert await get_json(port, "/readyz") == (503, {"store": False, "slack": True})


async def test_each_question_is_asked_anew() -> None:
    answers = [True, False, True]

    async def wavering() -> bool:
        return answers.pop()

    async with health.serve(0, {"store": wavering}) as port:
        told = [(await get(port, "/readyz"))[0] for _ in range(3)]
    assert told == [200, 503, 200]


async def test_a_probe_that_fails_or_hangs_says_no_within_the_patience() -> None:
    async def broken() -> bool:
        raise ConnectionError

    async def stuck() -> bool:
        await asyncio.sleep(3600)
        return True

    async with health.serve(
        0, {"a": broken, "b": stuck, "c": stuck, "d": says(answer=True)}
    ) as port:
        async with asyncio.timeout(health.PATIENCE + 1):
            told = await get_json(port, "/readyz")
        assert told == (503, {"a": False, "b": False, "c": False, "d": True})


async def test_an_unknown_path_is_not_there_and_nothing_may_be_posted() -> None:
    async with health.serve(0, {}) as port, aiohttp.ClientSession() as session:
        assert (await get(port, "/"))[0] == 404
        async with session.post(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 405


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_no_answer_may_be_kept_by_a_cache(path: str) -> None:
    async with (
        health.serve(0, {}) as port,
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        assert answer.headers["Cache-Control"] == "no-store"


async def test_it_is_heard_on_both_internet_protocols() -> None:
    async with health.serve(0, {}) as port:
        heard = [await get(port, "/healthz")]
        if socket.has_dualstack_ipv6():
            heard.append(await get(port, "/healthz", host="[::1]"))
    assert set(heard) == {(200, "ok")}


async def test_a_port_in_use_is_told_in_a_sentence() -> None:
    async with health.serve(0, {}) as port:
        with pytest.raises(SetupError) as refused:
            async with health.serve(port, {}):
                pass
    assert explain(refused.value).startswith(f"PORT={port}: cannot listen there (Address already")


async def test_the_port_is_free_again_afterwards() -> None:
    async with health.serve(0, {}) as port:
        pass
    async with health.serve(port, {}) as again:
        assert again == port
