import asyncio
import warnings
from contextlib import aclosing

import orjson
import pytest

from bot.claude import AttemptFailed, Claude
from bot.lineup import DEFAULT_TIERS
from bot.manners import Opened
from bot.model import Effort, Ending, Message, Request, Role, Tier, Usage
from bot.retry import Trouble
from sandbox import claude as simulated
from tests.bot.claude.asking import TIER, asking, whole


async def test_an_answer_comes_as_it_grows_and_then_its_ending(
    server: simulated.Claude, claude: Claude
) -> None:
    server.answers("Grüße, 日本語, 🙂!")
    server.chunk = 3
    pieces = [piece async for piece in claude.attempt(asking("12345678"), None)]
    assert pieces == [
        Opened(None, Usage(input=4, output=1)),
        *("Grü", "ße,", " 日本", "語, ", "🙂!"),
        Ending("end_turn", Usage(input=4, output=3), "req_000002"),
    ]


async def test_thinking_is_never_among_the_text(server: simulated.Claude, claude: Claude) -> None:
    server.answers("42")
    for server.thinking in ("Let me see: six times nine …", "", None):
        text, _ = await whole(claude)
        assert text == "42"


async def test_an_answer_without_a_word_still_ends(
    server: simulated.Claude, claude: Claude
) -> None:
    server.answers("")
    assert (await whole(claude))[0] == ""


async def test_pieces_are_handed_on_before_the_answer_is_whole(
    server: simulated.Claude, claude: Claude
) -> None:
    server.answers("one two three")
    server.chunk = 4
    server.faults.append(simulated.stall(1, seconds=30.0))
    async with aclosing(claude.attempt(asking(), None)) as said:
        opened, piece = await anext(said), await anext(said)
    assert isinstance(opened, Opened)
    assert piece == "one "


async def test_the_request_holds_what_the_api_takes_and_nothing_else(
    server: simulated.Claude, claude: Claude
) -> None:
    tier = Tier("t", "claude-opus-5-5", 4_000, Effort.MEDIUM, stop_sequences=("END",))
    messages = (
        Message(Role.USER, ("Ana: hi", "Bo: hi there")),
        Message(Role.ASSISTANT, ("Hello both.",)),
        Message(Role.USER, ("Ana: bye",)),
    )
    await _exhaust(claude, Request(tier, "Be brief.", messages), user="u-7")
    [seen] = server.requests
    assert seen.body == {
        "model": "claude-opus-5-5",
        "max_tokens": 4_000,
        "stream": True,
        "system": [
            {"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}},
        ],
        "cache_control": {"type": "ephemeral"},
        "output_config": {"effort": "medium"},
        "stop_sequences": ["END"],
        "metadata": {"user_id": "u-7"},
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Ana: hi"},
                    {"type": "text", "text": "Bo: hi there"},
                ],
            },
            {"role": "assistant", "content": [{"type": "text", "text": "Hello both."}]},
            {"role": "user", "content": [{"type": "text", "text": "Ana: bye"}]},
        ],
    }


async def test_what_a_request_lacks_is_not_sent(server: simulated.Claude, claude: Claude) -> None:
    await whole(claude, asking(system=""))
    [seen] = server.requests
    assert seen.body.keys() == {
        *("model", "max_tokens", "stream", "messages", "cache_control", "output_config")
    }


async def test_equal_requests_have_equal_bytes(server: simulated.Claude, claude: Claude) -> None:
    await whole(claude, asking("Grüße 🙂"))
    await whole(claude, asking("Grüße 🙂"))
    first, second = server.requests
    assert first.raw == second.raw
    assert orjson.loads(first.raw) == first.body


async def test_a_conversation_that_goes_on_keeps_the_bytes_of_its_beginning(
    server: simulated.Claude, claude: Claude
) -> None:
    said = [Message(Role.USER, ("one",))]
    for text in ("two", "three"):
        await whole(claude, Request(TIER, "s", tuple(said)))
        said += [Message(Role.ASSISTANT, ("ok",)), Message(Role.USER, (text,))]
    first, second = (seen.raw for seen in server.requests)
    messages = first.index(b'"messages":[')
    shared = first[messages : first.index(b"]}]", messages) + 3]
    assert shared.endswith(b'"one"}]}]')
    assert shared[:-1] in second


async def test_the_default_tiers_are_served_without_a_warning(
    server: simulated.Claude, claude: Claude
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for tier in DEFAULT_TIERS.values():
            await whole(claude, asking(tier=tier))
    assert [seen.body["model"] for seen in server.requests] == [
        tier.model for tier in DEFAULT_TIERS.values()
    ]


async def test_answers_one_after_another_share_a_connection(
    server: simulated.Claude, claude: Claude
) -> None:
    for _ in range(3):
        await whole(claude)
    assert len({seen.port for seen in server.requests}) == 1


async def test_cancelling_the_reader_closes_the_connection(
    server: simulated.Claude, claude: Claude
) -> None:
    server.pace = 20
    server.answers("word " * 500)

    async def read() -> None:
        async for _ in claude.attempt(asking(), None):
            pass

    reader = asyncio.create_task(read())
    await server.until(lambda: server.open == 1)
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    await server.until(lambda: server.open == 0 and server.disconnects == 1, timeout=1.0)


async def test_closing_an_attempt_half_way_closes_the_connection(
    server: simulated.Claude, claude: Claude
) -> None:
    server.pace = 20
    server.answers("word " * 500)
    async with aclosing(claude.attempt(asking(), None)) as said:
        await anext(said)
    await server.until(lambda: server.open == 0 and server.disconnects == 1, timeout=1.0)


async def test_a_proxy_in_the_environment_does_not_capture_loopback(
    server: simulated.Claude, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://192.0.2.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for host in ("127.0.0.1", "localhost"):
        address = server.base_url.replace("127.0.0.1", host)
        async with Claude(api_key=server.api_key, base_url=address, connect=1.0) as claude:
            assert (await whole(claude))[0]


async def test_a_proxy_in_the_environment_serves_all_other_hosts(
    server: simulated.Claude, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The simulated Claude takes a proxied request too: it looks at the path alone.
    monkeypatch.setenv("HTTP_PROXY", server.base_url)
    monkeypatch.setenv("http_proxy", server.base_url)
    async with Claude(api_key=server.api_key, base_url="http://gateway.example") as claude:
        await whole(claude)
    assert server.requests[0].headers["host"] == "gateway.example"


async def test_key_and_address_in_the_environment_do_not_take_over(
    server: simulated.Claude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-stray")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "stray")
    monkeypatch.setenv("ANTHROPIC_PROFILE", "stray")
    async with Claude(api_key=server.api_key, base_url=server.base_url) as claude:
        await whole(claude)


async def test_without_an_address_anthropics_own_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    # Both a proxy that refuses at once and the stray address: whichever is asked tells its name.
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    async with Claude(api_key="sk-ant-none") as claude:
        with pytest.raises(AttemptFailed) as caught:
            await whole(claude)
    assert caught.value.failure.trouble is Trouble.BROKEN
    assert "ClientProxyConnectionError" in caught.value.failure.detail


async def _exhaust(claude: Claude, request: Request, *, user: str | None) -> None:
    async for _ in claude.attempt(request, user):
        pass
