import json

import aiohttp
import pytest

from sandbox.claude import Claude, Seen, cut, raw, stall, status
from sandbox.claude.script import Answer, Event, encode, stream
from tests.sandbox.claude.asking import asking, events, post


async def test_a_stream_goes_from_message_start_over_thinking_and_text_to_message_stop(
    claude: Claude, line: aiohttp.ClientSession
) -> None:
    claude.answers("Hi there")
    claude.chunk = 5
    told = await events(line, asking("12345678"))
    assert [event["type"] for event in told] == [
        *("message_start", "ping"),
        *("content_block_start", "content_block_delta", "content_block_stop"),
        *("content_block_start", *["content_block_delta"] * 2, "content_block_stop"),
        *("message_delta", "message_stop"),
    ]
    assert [event["delta"] for event in told if event["type"] == "content_block_delta"] == [
        {"type": "signature_delta", "signature": "c2lt"},
        {"type": "text_delta", "text": "Hi th"},
        {"type": "text_delta", "text": "ere"},
    ]
    assert told[0]["message"]["stop_reason"] is None
    assert told[0]["message"]["usage"]["input_tokens"] == 2
    assert told[-2]["delta"] == {"stop_reason": "end_turn", "stop_sequence": None}
    assert told[-2]["usage"] == {"output_tokens": 2}


async def test_without_stream_the_same_answer_comes_as_one_message(
    claude: Claude, line: aiohttp.ClientSession
) -> None:
    claude.answers("Hi")
    code, told = await post(line, asking())
    assert code == 200
    assert told["role"] == "assistant"
    assert told["content"] == [
        {"type": "thinking", "thinking": "", "signature": "c2lt"},
        {"type": "text", "text": "Hi"},
    ]
    claude.thinking = None
    claude.answers("")
    assert (await post(line, asking()))[1]["content"] == []


async def test_the_wire_is_cut_within_characters(
    claude: Claude, line: aiohttp.ClientSession
) -> None:
    claude.answers("日本語" * 100)
    pieces: list[bytes] = []
    async with line.post("/v1/messages", json=asking() | {"stream": True}) as response:
        async for piece, _ in response.content.iter_chunks():
            pieces.append(piece)
    assert sum(piece[0] & 0xC0 == 0x80 for piece in pieces if piece) > 10


async def test_answers_come_from_a_text_a_list_or_a_function(
    line: aiohttp.ClientSession, claude: Claude
) -> None:
    async def said() -> str:
        _, told = await post(line, asking("Hello?"))
        return "".join(part["text"] for part in told["content"] if part["type"] == "text")

    claude.answers("same")
    assert [await said(), await said()] == ["same", "same"]
    claude.answers(["one", "two"])
    assert [await said(), await said()] == ["one", "two"]
    assert "simulated" in await said()
    claude.answers(lambda body: body["model"])
    assert await said() == "claude-haiku-5-5"


async def test_an_answer_ends_at_its_limits(claude: Claude, line: aiohttp.ClientSession) -> None:
    claude.answers("one STOP two END three")
    _, told = await post(line, asking(stop_sequences=["END", "STOP"]))
    assert (told["content"][1]["text"], told["stop_reason"], told["stop_sequence"]) == (
        "one ",
        "stop_sequence",
        "STOP",
    )
    _, told = await post(line, asking(stop_sequences=["END"], max_tokens=2))
    assert (told["content"][1]["text"], told["stop_reason"]) == ("one STOP", "max_tokens")


async def test_a_pace_is_kept(claude: Claude, line: aiohttp.ClientSession) -> None:
    claude.answers("0123456789")
    claude.chunk, claude.pace = 1, 100.0
    await events(line, asking())
    await events(line, asking())
    first, second = (seen.at for seen in claude.requests)
    assert second - first >= 0.1


async def test_each_request_is_remembered_whole(
    claude: Claude, line: aiohttp.ClientSession
) -> None:
    await post(line, asking("é"), "/v1/messages", **{"X-Trace": "7"})
    [seen] = claude.requests
    assert isinstance(seen, Seen)
    assert seen.body == json.loads(seen.raw) == asking("é")
    assert seen.path == "/v1/messages"
    assert seen.headers["x-trace"] == "7"


async def test_faults_are_played_in_their_order_and_none_stands_for_no_fault(
    claude: Claude, line: aiohttp.ClientSession
) -> None:
    claude.faults.extend([status(529, retry_after=2), None, status(429)])
    codes = [(await post(line, asking()))[0] for _ in range(4)]
    assert codes == [529, 200, 429, 200]


async def test_a_fault_may_stand_behind_the_last_delta_or_in_an_answer_without_any(
    claude: Claude, line: aiohttp.ClientSession
) -> None:
    note = b'event: note\ndata: {"type": "note"}\n\n'
    for text, before in (("abc", "content_block_delta"), ("", "message_start")):
        claude.answers(text)
        claude.faults.append(raw(note, after_deltas=99))
        kinds = [event["type"] for event in await events(line, asking())]
        assert kinds[kinds.index("note") - 1] == before


async def test_a_client_that_leaves_is_counted_and_the_end_of_the_server_is_not(
    claude: Claude, line: aiohttp.ClientSession
) -> None:
    claude.faults.extend([stall(0, 30.0), stall(0, 30.0)])
    async with line.post("/v1/messages", json=asking() | {"stream": True}) as response:
        await response.content.readuntil(b'{"type":"text","text":""}}\n\n')
        assert claude.open == 1
    await claude.until(lambda: claude.disconnects == 1, timeout=1.0)
    assert claude.open == 0
    async with line.post("/v1/messages", json=asking() | {"stream": True}):
        await claude.__aexit__(None, None, None)
    assert claude.disconnects == 1


async def test_waiting_for_what_does_not_happen_comes_to_an_end(claude: Claude) -> None:
    with pytest.raises(TimeoutError):
        await claude.until(lambda: False, timeout=0.01)


async def test_a_cut_stream_arrives_up_to_the_cut(
    claude: Claude, line: aiohttp.ClientSession
) -> None:
    claude.faults.append(cut(100))
    async with line.post("/v1/messages", json=asking() | {"stream": True}) as response:
        assert len(await response.content.readexactly(100)) == 100
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.content.read()


def test_an_events_text_is_on_the_wire_as_it_is_not_escaped() -> None:
    answer = Answer("m", "x", "é🙂", None, "end_turn", None, {"output_tokens": 1}, 9)
    sent = [encode(step) for step in stream(answer) if isinstance(step, Event)]
    assert "é🙂".encode() in b"".join(sent)
