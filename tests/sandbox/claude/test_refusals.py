import io
from typing import Any

import aiohttp
import pytest

from sandbox.claude import Claude
from sandbox.claude.rules import Refused, check
from tests.sandbox.claude.asking import asking, post

KEEP = {"type": "ephemeral"}
FOUR_BREAKPOINTS = [
    {"role": "user", "content": [{"type": "text", "text": "a", "cache_control": KEEP}] * 4}
]
FIVE_BREAKPOINTS = [*FOUR_BREAKPOINTS, *FOUR_BREAKPOINTS]


@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
async def test_the_key_may_come_either_way_and_a_wrong_one_is_refused(
    claude: Claude, header: str
) -> None:
    prefix = "Bearer " if header == "authorization" else ""
    async with aiohttp.ClientSession(
        claude.base_url, headers={"anthropic-version": "2026-10-21"}
    ) as line:
        code, _ = await post(line, asking(), **{header: prefix + claude.api_key})
        assert code == 200
        for wrong in (prefix + "sk-ant-other", prefix):
            code, told = await post(line, asking(), **{header: wrong})
            assert (code, told["error"]["type"]) == (401, "authentication_error")
    assert len(claude.requests) == 1
    assert header not in claude.requests[0].headers


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ([], 400, "not a JSON object"),
        (asking(temperature=1.0), 400, "temperature: this parameter is no longer"),
        (asking(top_p=1.0), 400, "top_p: this parameter is no longer"),
        (asking(top_k=1), 400, "top_k: this parameter is no longer"),
        (asking(messages=FIVE_BREAKPOINTS), 400, "A maximum of 4 blocks with cache_control"),
        (asking(messages=FOUR_BREAKPOINTS, cache_control=KEEP), 400, "Found 5."),
        (asking(colour="red"), 400, "Extra inputs"),
        (asking(model=None), 400, "model: Field required"),
        (asking(model="claude-opus-4-20250514"), 404, "claude-opus-4-20250514"),
        (asking(model="claude-haiku-3-5-20241022"), 404, "claude-haiku-3-5-20241022"),
        (asking(max_tokens=None), 400, "max_tokens: Field required"),
        (asking(max_tokens=True), 400, "max_tokens: Field required"),
        (asking(max_tokens=0), 400, "greater than or equal to 1"),
        (asking(max_tokens=128_001), 400, "128001 > 128000"),
        (asking(output_config={"effort": "huge"}), 400, "effort"),
        (asking(cache_control={"type": "eternal"}), 400, "cache_control"),
        (asking(stop_sequences=["  "]), 400, "stop_sequences"),
        (asking(messages=[]), 400, "at least one"),
        (asking(messages=["hi"]), 400, "valid"),
        (asking(messages=[{"role": "robot", "content": "hi"}]), 400, "role"),
        (asking(messages=[{"role": "user"}]), 400, "content"),
        (asking(messages=[{"role": "user", "content": []}]), 400, "non-empty"),
        (asking(messages=[{"role": "user", "content": ["hi"]}]), 400, "list of blocks"),
        (asking(messages=[{"role": "user", "content": [{"type": "text"}]}]), 400, "list of blocks"),
        (asking(messages=[{"role": "user", "content": ""}]), 400, "non-empty"),
        (asking(" \n"), 400, "non-whitespace"),
        (asking(system=" "), 400, "non-whitespace"),
        (
            asking(messages=[{"role": "user", "content": [{"type": "text", "text": ""}]}]),
            400,
            "non-empty",
        ),
        (asking(messages=[{"role": "assistant", "content": "hi"}]), 400, "first message"),
        (asking("hi", "you"), 400, "prefill"),
    ],
)
async def test_what_the_api_refuses_is_refused_in_its_words(
    line: aiohttp.ClientSession, body: Any, code: int, words: str
) -> None:
    got, told = await post(line, body)
    assert got == code
    assert told["type"] == "error"
    assert told["error"]["type"] == {400: "invalid_request_error", 404: "not_found_error"}[code]
    assert words in told["error"]["message"]
    assert told["request_id"].startswith("req_")


async def test_a_request_that_is_no_json_or_too_large_or_lost_is_refused(
    claude: Claude, line: aiohttp.ClientSession
) -> None:
    async with line.post("/v1/messages", data=b"{") as response:
        assert response.status == 400
    async with line.post(
        "/v1/messages", data=io.BytesIO(b" " * (32 * 1024 * 1024 + 1))
    ) as response:
        assert (response.status, (await response.json())["error"]["type"]) == (
            413,
            "request_too_large",
        )
    async with line.post("/v1/nothing") as response:
        assert (response.status, (await response.json())["error"]["type"]) == (
            404,
            "not_found_error",
        )
    async with (
        aiohttp.ClientSession(claude.base_url) as bare,
        bare.post("/v1/messages", headers={"x-api-key": claude.api_key}) as response,
    ):
        assert "anthropic-version" in (await response.json())["error"]["message"]


def test_a_prompt_that_exceeds_the_window_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        check(asking("word" * 1_000_001))
    assert refused.value == Refused(400, "prompt is too long: 1000001 tokens > 1000000 maximum")


async def test_tokens_are_counted_without_an_answer(line: aiohttp.ClientSession) -> None:
    body = asking("12345678", system="1234")
    del body["max_tokens"]
    assert await post(line, body, "/v1/messages/count_tokens") == (200, {"input_tokens": 3})
    code, _ = await post(line, body | {"model": "x"}, "/v1/messages/count_tokens")
    assert code == 404


async def test_the_models_can_be_listed_and_looked_up(line: aiohttp.ClientSession) -> None:
    async with line.get("/v1/models") as response:
        listed = await response.json()
    assert listed["data"][0]["id"] == listed["first_id"]
    async with line.get(f"/v1/models/{listed['last_id']}") as response:
        assert await response.json() == listed["data"][-1]
    async with line.get("/v1/models/claude-opus-4-20250514") as response:
        assert response.status == 404


def test_an_older_api_takes_what_the_present_one_refuses() -> None:
    check(asking(temperature=1.0, top_p=0.5, top_k=3), "2023-06-01")
    check(asking(messages=FOUR_BREAKPOINTS))
