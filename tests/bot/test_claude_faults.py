import asyncio
import time
from collections.abc import AsyncIterator
from email.utils import formatdate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.claude import AttemptFailed, Claude
from bot.model import Ending
from bot.retry import Failure, Trouble
from sandbox import claude as simulated
from sandbox.claude import (
    Fault,
    body,
    cut,
    eof,
    error_event,
    nameless,
    pings,
    raw,
    stall,
    status,
    stop_reason,
)
from tests.bot.test_claude import TIER, asking

WORDS = "one two three four — fünf, 六, 🙂"
SILENCE = 0.2
PROMISE = "\u2028 NUL \0 and more"


@pytest.fixture
async def server() -> AsyncIterator[simulated.Claude]:
    async with simulated.Claude() as server:
        server.answers(WORDS)
        server.chunk = 4
        yield server


@pytest.fixture
async def claude(server: simulated.Claude) -> AsyncIterator[Claude]:
    async with Claude(api_key=server.api_key, base_url=server.base_url, silence=SILENCE) as claude:
        yield claude


async def attempted(claude: Claude) -> tuple[str, Ending | Failure]:
    """The text that was said, and how it ended."""
    said: list[str] = []
    try:
        async for piece in claude.attempt(asking(), None):
            if isinstance(piece, Ending):
                return "".join(said), piece
            said.append(piece)
    except AttemptFailed as error:
        return "".join(said), error.failure
    raise AssertionError("neither an Ending nor a failure")


async def failed(server: simulated.Claude, claude: Claude, fault: Fault) -> tuple[str, Failure]:
    server.faults.append(fault)
    text, failure = await attempted(claude)
    assert isinstance(failure, Failure), failure
    assert (await attempted(claude))[0] == WORDS, "the next attempt is whole"
    return text, failure


@pytest.mark.parametrize(
    ("code", "trouble", "retryable"),
    [
        (400, Trouble.REFUSED, False),
        (401, Trouble.REFUSED, False),
        (402, Trouble.REFUSED, False),
        (403, Trouble.REFUSED, False),
        (404, Trouble.REFUSED, False),
        (408, Trouble.BROKEN, True),
        (409, Trouble.BROKEN, True),
        (413, Trouble.REFUSED, False),
        (418, Trouble.REFUSED, False),
        (422, Trouble.REFUSED, False),
        (429, Trouble.RATE_LIMITED, True),
        (500, Trouble.BROKEN, True),
        (502, Trouble.BROKEN, True),
        (503, Trouble.BROKEN, True),
        (504, Trouble.BROKEN, True),
        (520, Trouble.BROKEN, True),
        (529, Trouble.OVERLOADED, True),
    ],
)
@pytest.mark.parametrize("typed", [True, False])
async def test_a_status_before_the_stream_is_told_apart(  # noqa: PLR0917  - a table
    server: simulated.Claude,
    claude: Claude,
    code: int,
    trouble: Trouble,
    retryable: bool,  # noqa: FBT001  - a table
    typed: bool,  # noqa: FBT001  - a table
) -> None:
    kinds = {408: "api_error", 409: "conflict_error", 418: "teapot", 422: "invalid_request_error"}
    fault = status(code, type=kinds.get(code)) if typed else _page(code)
    text, failure = await failed(server, claude, fault)
    assert (text, failure.trouble, failure.retryable) == ("", trouble, retryable)
    assert f"status={code}" in failure.detail
    assert len(server.requests) == 2, "one attempt is one request"


def _page(code: int) -> Fault:
    """What stands before the API says, in HTML."""
    return simulated.faults.Reply(code, b"<h1>sorry</h1>", {"content-type": "text/html"})


@pytest.mark.parametrize(
    ("fault", "trouble", "retryable"),
    [
        (status(500, type="overloaded_error"), Trouble.OVERLOADED, True),
        (status(429, error_code="enforced_spend_limit_reached"), Trouble.REFUSED, False),
        (status(429, error_code="contract_spend_limit_reached"), Trouble.REFUSED, False),
        (status(429, error_code="ramp_limit_exceeded"), Trouble.RATE_LIMITED, True),
        (status(529, headers={"x-should-retry": "false"}), Trouble.OVERLOADED, False),
        (status(418, type="x", headers={"x-should-retry": "true"}), Trouble.BROKEN, True),
        (status(401, headers={"x-should-retry": "true"}), Trouble.REFUSED, False),
        (status(403, type="overloaded_error"), Trouble.REFUSED, False),
    ],
)
async def test_code_then_type_then_status_decide_and_the_server_may_forbid_or_allow(
    server: simulated.Claude,
    claude: Claude,
    fault: Fault,
    trouble: Trouble,
    retryable: bool,  # noqa: FBT001  - a table
) -> None:
    _, failure = await failed(server, claude, fault)
    assert (failure.trouble, failure.retryable) == (trouble, retryable)


@pytest.mark.parametrize(
    ("asked", "headers", "seconds"),
    [
        ("7", {}, 7.0),
        ("86400", {}, 86400.0),
        ("9", {"retry-after-ms": "250"}, 0.25),
        (None, {}, None),
        ("0", {}, None),
        ("-1", {}, None),
        ("soon", {}, None),
        ("nan", {}, None),
        ("inf", {}, None),
    ],
)
async def test_what_the_server_asks_for_is_reported_and_nonsense_is_not(
    server: simulated.Claude,
    claude: Claude,
    asked: str | None,
    headers: dict[str, str],
    seconds: float | None,
) -> None:
    fault = status(429, retry_after=asked, headers=headers)
    _, failure = await failed(server, claude, fault)
    assert failure.retry_after == seconds


async def test_a_date_to_come_back_at_is_reported_in_seconds(
    server: simulated.Claude, claude: Claude
) -> None:
    at = formatdate(time.time() + 60, usegmt=True)
    _, failure = await failed(server, claude, status(529, retry_after=at))
    assert failure.retry_after is not None
    assert 55 < failure.retry_after <= 60


@pytest.mark.parametrize("after_deltas", [0, 1, 5])
@pytest.mark.parametrize(
    ("type_", "trouble", "retryable"),
    [
        ("overloaded_error", Trouble.OVERLOADED, True),
        ("rate_limit_error", Trouble.RATE_LIMITED, True),
        ("api_error", Trouble.BROKEN, True),
        ("timeout_error", Trouble.BROKEN, True),
        ("brand_new_error", Trouble.BROKEN, True),
        ("invalid_request_error", Trouble.REFUSED, False),
    ],
)
async def test_an_error_within_the_stream_is_known_by_its_type(  # noqa: PLR0917  - a table
    server: simulated.Claude,
    claude: Claude,
    after_deltas: int,
    type_: str,
    trouble: Trouble,
    retryable: bool,  # noqa: FBT001  - a table
) -> None:
    text, failure = await failed(server, claude, error_event(after_deltas, type_))
    assert text == WORDS[: 4 * after_deltas]
    assert (failure.trouble, failure.retryable) == (trouble, retryable)
    assert failure.detail == f"StreamErred type={type_} request=req_000002"


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
        raw(b'data: {"type":"message_delta","usage":{"output_tokens":-1}}\n\n', 1),
        raw(b'data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"!"}}\n\n', None),
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
    assert ending.usage.output == len(WORDS) // 4


async def test_text_that_a_block_begins_with_is_text(
    server: simulated.Claude, claude: Claude
) -> None:
    block = b'{"type":"content_block_start","content_block":{"type":"text","text":"And: "}}'
    server.faults.append(raw(b"data: " + block + b"\n\n", 0))
    assert (await attempted(claude))[0] == f"And: {WORDS}"


async def test_carriage_returns_end_lines_too(server: simulated.Claude, claude: Claude) -> None:
    def with_returns(script: simulated.Script) -> simulated.Script:
        return [
            simulated.script.Raw(simulated.script.encode(step).replace(b"\n", b"\r\n"))
            if isinstance(step, simulated.script.Event)
            else step
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
    assert SILENCE <= time.monotonic() - began < SILENCE + 0.5
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
    server: simulated.Claude, claude: Claude
) -> None:
    began = time.monotonic()
    server.faults.append(lambda script: [*script, simulated.script.Pause(30.0)])
    text, ending = await attempted(claude)
    assert text == WORDS
    assert isinstance(ending, Ending)
    assert time.monotonic() - began < 1.0


async def test_nobody_there_is_a_failure_that_may_pass() -> None:
    async with Claude(api_key="sk", base_url="http://127.0.0.1:9") as claude:
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


async def test_an_overload_lasts_until_it_is_switched_off(
    server: simulated.Claude, claude: Claude
) -> None:
    server.overloaded = True
    for _ in range(3):
        _, failure = await attempted(claude)
        assert isinstance(failure, Failure)
        assert failure.trouble is Trouble.OVERLOADED
    server.overloaded = False
    assert (await attempted(claude))[0] == WORDS


async def test_a_wrong_key_and_a_retired_model_are_refused(server: simulated.Claude) -> None:
    async with Claude(api_key="sk-ant-wrong", base_url=server.base_url) as claude:
        _, failure = await attempted(claude)
    assert isinstance(failure, Failure)
    assert (failure.trouble, failure.retryable) == (Trouble.REFUSED, False)
    assert "AuthenticationError status=401 type=authentication_error" in failure.detail


async def test_what_a_failure_tells_holds_no_word_of_prompt_answer_or_server(
    server: simulated.Claude, claude: Claude
) -> None:
    server.answers("SECRET answer")
    for fault in (
        status(400, type="SECRET type\nforged line", message="SECRET message"),
        raw(b'event: content_block_delta\ndata: {"text": "SECRET\n\n', 1),
        error_event(1, type="SECRET error\n"),
        eof(after_deltas=1),
    ):
        server.faults.append(fault)
        _, failure = await attempted(claude)
        assert isinstance(failure, Failure)
        assert "SECRET" not in failure.detail
        assert "\n" not in failure.detail
        assert "request=req_" in failure.detail


@settings(max_examples=12, deadline=None)
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
    def cut_at(share: float) -> Fault:
        def drop(script: simulated.Script) -> simulated.Script:
            script = simulated.nameless()(script) if nameless_too else script
            sent = b"".join(
                simulated.script.encode(step)
                for step in script
                if isinstance(step, simulated.script.Event)
            )
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
