import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.claude import Claude
from bot.model import Ending, Usage
from bot.retry import Failure, Trouble
from sandbox import claude as simulated
from sandbox.claude import Change, Fault, body, cut, eof, nameless, pings, raw, stall, stop_reason
from sandbox.claude.script import Event, Pause, Raw, Script, Step, encode
from tests.black_hole import black_hole
from tests.bot.claude.asking import SILENCE, WORDS, attempted, failed


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (eof(), WORDS),
        (eof(after_deltas=0), ""),
        (eof(after_deltas=3), WORDS[:12]),
        (cut(0), ""),
        (cut(0, "rst"), ""),
        (cut(700), None),
        (cut(700, "rst"), None),
        (stop_reason(None), WORDS),
        (body(b"<html>Welcome to the hotel's network</html>"), ""),
        (body(b""), ""),
        (body(b'{"type":"message","content":[]}', "application/json"), ""),
        (raw(b'event: content_block_delta\ndata: {"type": "content_bl\n\n', 2), WORDS[:8]),
        (raw(b'data: {"type": "content_bl\n\n', 2), WORDS[:8]),
        (raw(b'event: content_block_delta\ndata: {"text": "\xff\xfe"}\n\n', 2), WORDS[:8]),
        (raw(b"event: error\ndata: it is all over\n\n", 2), WORDS[:8]),
        (raw(b'event: error\ndata: {"error": {"type": {}}}\n\n', 2), WORDS[:8]),
    ],
)
async def test_a_stream_that_did_not_end_whole_is_broken_and_may_be_tried_again(
    server: simulated.Claude, claude: Claude, fault: Fault, text: str | None
) -> None:
    said, failure = await failed(server, claude, fault)
    assert (failure.trouble, failure.retryable) == (Trouble.BROKEN, True)
    assert said == text if text is not None else WORDS.startswith(said)


@pytest.mark.parametrize(
    "fault",
    [
        nameless(),
        raw(b": a comment\n\n", 1),
        raw(b"retry: 10\nid: 7\n\n", 1),
        raw(b"event: brand_new\ndata: not even JSON\n\n", 1),
        raw(b'event: brand_new\ndata: {"type": "brand_new"}\n\n', 1),
        raw(b'data: ["no", "object"]\n\n', 1),
        raw(b"data\n\nevent: ping\n\n", 1),
        raw(b'data: {"type":"content_block_delta","delta":{"type":"new","text":"!"}}\n\n', 1),
        raw(b'data: {"type":"content_block_delta","delta":{"type":"text_delta"}}\n\n', 1),
        raw(b'data: {"type":"content_block_delta","delta":"text_delta"}\n\n', 1),
        raw(b'data: {"type":"content_block_start","content_block":{"type":"new"}}\n\n', 1),
        raw(b'data: {"type":"message_delta","usage":{"input_tokens":-1}}\n\n', 1),
        raw(
            b'data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"!"}}\n\n',
            None,
        ),
        raw(b"event: message_stop\ndata: {\n\n", None),
        raw(b"\xff\xff\n\n", None),
        raw(b'data: {"type":"message_stop"}\n\n', None),
    ],
)
async def test_what_is_new_or_late_is_passed_over(
    server: simulated.Claude, claude: Claude, fault: Fault
) -> None:
    server.faults.append(fault)
    text, ending = await attempted(claude)
    assert text == WORDS
    assert isinstance(ending, Ending)
    assert ending.usage == Usage(input=4, output=len(WORDS) // 4)


async def test_text_that_a_block_begins_with_is_text(
    server: simulated.Claude, claude: Claude
) -> None:
    block = (
        b'{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"And: "}}'
    )
    stop = b'{"type":"content_block_stop","index":0}'
    server.thinking = None
    server.faults.append(
        lambda script: [
            *script[:2],
            Raw(b"data: " + block + b"\n\ndata: " + stop + b"\n\n"),
            *map(at_index(1), script[2:]),
        ]
    )
    assert (await attempted(claude))[0] == f"And: {WORDS}"


def at_index(index: int) -> Callable[[Step], Step]:
    """The steps of a block, as those of the block *index*."""

    def moved(step: Step) -> Step:
        if not isinstance(step, Event) or "index" not in step.payload:
            return step
        return replace(step, payload=step.payload | {"index": index})

    return moved


async def test_carriage_returns_end_lines_too(server: simulated.Claude, claude: Claude) -> None:
    def with_returns(script: Script) -> Script:
        return [
            Raw(encode(step).replace(b"\n", b"\r\n")) if isinstance(step, Event) else step
            for step in script
        ]

    server.faults.append(with_returns)
    assert (await attempted(claude))[0] == WORDS


@pytest.mark.parametrize(
    "reason", ["max_tokens", "refusal", "pause_turn", "stop_sequence", "brand_new_reason"]
)
async def test_why_an_answer_stopped_is_handed_on(
    server: simulated.Claude, claude: Claude, reason: str
) -> None:
    server.faults.append(stop_reason(reason))
    _, ending = await attempted(claude)
    assert isinstance(ending, Ending)
    assert ending.stop_reason == reason


async def test_silence_without_even_a_ping_breaks_the_stream(
    server: simulated.Claude, claude: Claude
) -> None:
    began = time.monotonic()
    server.faults.append(stall(2, seconds=30.0))
    text, failure = await attempted(claude)
    assert isinstance(failure, Failure)
    assert (text, failure.trouble, failure.retryable) == (WORDS[:8], Trouble.BROKEN, True)
    assert "ReadTimeout" in failure.detail
    assert SILENCE <= time.monotonic() - began < SILENCE + 5
    await server.until(lambda: server.open == 0, timeout=1.0)


async def test_silence_before_the_stream_breaks_it_too() -> None:
    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.sleep(30.0)
        finally:
            writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        async with Claude(api_key="sk", base_url=address, silence=SILENCE) as claude:
            _, failure = await attempted(claude)
    assert isinstance(failure, Failure)
    assert (failure.trouble, failure.retryable) == (Trouble.BROKEN, True)
    assert failure.detail.startswith("APITimeoutError < ReadTimeout")


async def test_pings_are_life(server: simulated.Claude, claude: Claude) -> None:
    server.faults.append(pings(seconds=3 * SILENCE, every=SILENCE / 4, after_deltas=1))
    text, ending = await attempted(claude)
    assert text == WORDS
    assert isinstance(ending, Ending)


async def test_a_whole_answer_is_told_though_the_connection_stays_open(
    server: simulated.Claude,
) -> None:
    server.faults.append(lambda script: [*script, Pause(30.0)])
    began = time.monotonic()
    async with Claude(api_key=server.api_key, base_url=server.base_url) as claude:
        text, ending = await attempted(claude)
    assert text == WORDS
    assert isinstance(ending, Ending)
    assert time.monotonic() - began < 10


async def test_nobody_there_is_a_failure_that_may_pass() -> None:
    with black_hole() as silent:
        for address in ("http://127.0.0.1:9", "http://claude.invalid", silent):
            async with Claude(api_key="sk", base_url=address, connect=0.3) as claude:
                _, failure = await attempted(claude)
            assert isinstance(failure, Failure)
            assert (failure.trouble, failure.retryable) == (Trouble.BROKEN, True)


async def test_a_connection_that_is_dropped_before_any_answer_may_be_tried_again() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with Claude(api_key="sk", base_url=f"http://127.0.0.1:{port}") as claude:
            _, failure = await attempted(claude)
    assert isinstance(failure, Failure)
    assert (failure.trouble, failure.retryable) == (Trouble.BROKEN, True)


async def test_an_answer_that_is_no_http_may_be_tried_again() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(babble, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with Claude(api_key="sk", base_url=f"http://127.0.0.1:{port}") as claude:
            _, failure = await attempted(claude)
    assert isinstance(failure, Failure)
    assert (failure.trouble, failure.retryable) == (Trouble.BROKEN, True)


@settings(max_examples=8, deadline=None)
@given(
    cuts=st.lists(st.floats(0, 1, exclude_max=True), min_size=8, max_size=8),
    reset=st.booleans(),
    nameless_too=st.booleans(),
)
def test_wherever_a_stream_is_cut_there_is_no_ending_and_no_text_that_was_not_said(
    cuts: list[float],
    reset: bool,  # noqa: FBT001  - drawn
    nameless_too: bool,  # noqa: FBT001  - drawn
) -> None:
    def cut_at(share: float) -> Change:
        def drop(script: Script) -> Script:
            script = nameless()(script) if nameless_too else script
            sent = b"".join(encode(step) for step in script if isinstance(step, Event))
            return cut(int(share * len(sent)), "rst" if reset else "fin")(script)

        return drop

    async def run() -> None:
        async with (
            simulated.Claude() as server,
            Claude(api_key=server.api_key, base_url=server.base_url) as claude,
        ):
            server.answers(WORDS)
            server.chunk = 2
            server.faults.extend(map(cut_at, cuts))
            for _ in cuts:
                text, failure = await attempted(claude)
                assert WORDS.startswith(text)
                assert isinstance(failure, Failure)
                assert failure.retryable

    asyncio.run(run())
