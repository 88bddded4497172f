"""The line to Claude itself: nobody there, the wrong one there, and a line that went dead."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

from structlog.testing import capture_logs

from tests.wire.places import Place, all_are, sentence
from tests.world import World

STRANGER = Path(__file__).parent / "stranger.pem"
IMPATIENT = "[claude]\npatience_wait = 1\npatience_turn = 1\n"
TEXT = "One two three."

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter


async def pumped(reader: Reader, writer: Writer) -> None:
    """Carry all that *reader* brings, and then its end."""
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


@asynccontextmanager
async def listening(
    hear: Callable[[Reader, Writer], Awaitable[None]], context: ssl.SSLContext | None = None
) -> AsyncGenerator[str]:
    """A server on loopback; where it is, as host and port."""
    async with await asyncio.start_server(hear, "127.0.0.1", 0, ssl=context) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def hang_up(_: Reader, writer: Writer) -> None:
    writer.close()


async def test_where_nobody_can_be_reached_that_is_told_and_the_log_says_what_it_was(
    there: World,
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(STRANGER)
    async with listening(hang_up, context) as stranger, listening(hang_up) as plain:
        nowhere = {
            f"https://{stranger}": "SSLCertVerificationError",
            f"https://{plain}": "APIConnectionError",
            "https://claude.invalid": "ClientConnectorDNSError",
            "http://127.0.0.1:9": "ConnectionRefusedError",
        }
        for address, cause in nowhere.items():
            with capture_logs() as lines:
                async with there.bot(IMPATIENT, ANTHROPIC_BASE_URL=address):
                    thread = await there.ask("anybody there?")
                    await all_are(there, [Place(address, there.general, thread)], bool)
            told = there.answers(thread)[0].text
            assert told.startswith(sentence("claude.broken")), address
            failed = [line for line in lines if line["event"] == "attempt_failed"]
            assert cause in failed[0]["detail"], failed
            assert len(failed) <= 2


async def test_a_line_that_died_while_nobody_asked_costs_nobody_a_word(there: World) -> None:
    there.claude.answers(TEXT)
    host, port = there.claude.base_url.removeprefix("http://").split(":")
    lines: list[Writer] = []
    dead = 0  # how many of them, the oldest first

    async def carry(reader: Reader, writer: Writer) -> None:
        lines.append(writer)
        behind, to = await asyncio.open_connection(host, int(port))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(pumped(behind, writer))
            while data := await reader.read(65536):
                if lines.index(writer) < dead:
                    writer.transport.abort()  # as if nobody had been there for long
                    break
                to.write(data)
            to.close()

    async with (
        listening(carry) as address,
        there.bot(ANTHROPIC_BASE_URL=f"http://{address}"),
    ):
        first = await there.ask("one")
        await there.answered(first, TEXT)
        dead = len(lines)
        with capture_logs() as told:
            second = await there.ask("two")
            await there.answered(second, TEXT)
        assert len(lines) == dead + 1
    # Two a try: some were opened side by side at start, to look the models up.
    failed = [line for line in told if line["event"] == "attempt_failed"]
    assert len(failed) <= dead // 2
    (message,) = there.answers(second)
    assert all(TEXT.startswith(text) for text in message.history)
    assert len(there.claude.requests) == 2
