"""kill -9 of the bot, and of its store: each question still has exactly one whole answer."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest

from bot.store import Server
from tests.processes import server_in
from tests.world import ROOT, World, world

TEXT = " ".join(f"word{n}" for n in range(120))


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncGenerator[World]:
    """A world whose bot runs the embedded store in its own folder."""
    async with world("", tmp_path) as there:
        there.claude.answers(TEXT)
        yield there


async def test_killed_between_two_turns_the_thread_goes_on_with_its_history(
    alone: World,
) -> None:
    alone.claude.answers(["First.", "Second."])
    async with alone.process() as process:
        thread = await alone.ask("one")
        await alone.answered(thread, "First.")
        await asyncio.sleep(0.2)
        process.kill()
    async with alone.process() as process:
        await alone.slack.say(alone.ana, alone.general, "two", thread)
        await alone.answered(thread, "First.", "Second.")
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert "First." in str(alone.asked())


async def test_killed_within_an_answer_it_is_finished_in_the_message_that_was_begun(
    alone: World,
) -> None:
    alone.claude.pace = 30
    async with alone.process() as process:
        thread = await alone.ask("talk")
        await alone.slack.until(lambda: any("word9" in m.text for m in alone.answers(thread)))
        process.kill()
    (begun,) = alone.answers(thread)
    assert begun.text != TEXT
    alone.claude.pace = 0
    async with alone.process():
        await alone.slack.until(
            lambda: [m.text for m in alone.answers(thread)] == [TEXT], timeout=30
        )
        await asyncio.sleep(0.5)
    (whole,) = alone.answers(thread)
    assert whole.ts == begun.ts


async def test_killed_before_its_first_word_the_question_is_answered_once(alone: World) -> None:
    alone.claude.pace = 0.1
    async with alone.process() as process:
        thread = await alone.ask("talk")
        await alone.claude.until(lambda: len(alone.claude.requests) == 1)
        process.kill()
    alone.claude.pace = 0
    async with alone.process():
        await alone.slack.until(
            lambda: [m.text for m in alone.answers(thread)] == [TEXT], timeout=30
        )


async def test_told_to_end_within_an_answer_it_finishes_it_first(alone: World) -> None:
    alone.claude.pace = 30
    async with alone.process() as process:
        thread = await alone.ask("talk")
        await alone.slack.until(lambda: bool(alone.answers(thread)))
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert [m.text for m in alone.answers(thread)] == [TEXT]


async def test_the_store_killed_within_an_answer_loses_nothing(alone: World) -> None:
    alone.claude.pace = 30
    async with alone.process():
        thread = await alone.ask("talk")
        await alone.slack.until(lambda: bool(alone.answers(thread)))
        os.kill(server_in(alone.folder), signal.SIGKILL)
        await alone.answered(thread, TEXT)
        await alone.slack.say(alone.ana, alone.general, "and then?", thread)
        alone.claude.pace = 0
        await alone.answered(thread, TEXT, TEXT)
    assert TEXT in str(alone.asked())


async def test_while_the_store_is_away_nothing_is_acknowledged_or_answered(
    tmp_path: Path,
) -> None:
    server = Server(tmp_path / "store")
    async with world(await server.start(), tmp_path) as there:
        there.claude.answers(TEXT)
        there.slack.redelivery_after = 1.0
        port = free_port()
        async with there.bot(PORT=str(port)), aiohttp.ClientSession() as http:
            assert (await http.get(f"http://127.0.0.1:{port}/readyz")).status == 200
            await server.stop()
            thread = await there.ask("are you there?")
            await asyncio.sleep(1.5)
            assert there.slack.unacked
            assert not there.claude.requests
            assert (await http.get(f"http://127.0.0.1:{port}/readyz")).status == 503
            assert (await http.get(f"http://127.0.0.1:{port}/healthz")).status == 200
            await server.start()
            await there.slack.until(
                lambda: [m.text for m in there.answers(thread)] == [TEXT], timeout=20
            )
        assert len(there.claude.requests) == 1
    await server.stop()


async def test_told_to_end_before_it_serves_it_ends_at_once(alone: World) -> None:
    alone.slack.faults.delay("auth.test", 30)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "run"),
        env={**alone.environ, "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        cwd=alone.folder,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await alone.slack.until(lambda: alone.slack.count("auth.test") == 1, timeout=30)
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(5):
        assert await process.wait() == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
