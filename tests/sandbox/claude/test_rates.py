"""The rates of the simulated Claude: buckets that fill in a minute, told in each response."""

from dataclasses import dataclass

import aiohttp
import pytest

from sandbox.claude import Claude, Meter, Rates
from tests.sandbox.claude.asking import asking, post

MODEL = "claude-haiku-5-5"


@dataclass
class Clock:
    """Seconds that pass when they are told to."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("rates", "taken", "wait"),
    [
        (Rates(requests=60, input=10**6, output=10**6), 60, 1.0),
        (Rates(requests=10**6, input=600, output=10**6), 6, 10.0),
        (Rates(requests=10**6, input=60, output=10**6), 1, 60.0),  # each is more than the limit
    ],
)
def test_what_a_minute_allows_is_taken_and_fills_again_evenly(
    rates: Rates, taken: int, wait: float
) -> None:
    clock = Clock()
    meter = Meter(rates, clock)
    waits = [meter.take(MODEL, 100) for _ in range(taken + 1)]
    assert waits[:-1] == [0.0] * taken
    assert waits[-1] >= wait
    assert meter.refused == 1
    clock.now = waits[-1]
    assert meter.take(MODEL, 100) == 0.0
    assert meter.take("another", 100) == 0.0


def test_output_is_charged_once_it_is_written_and_may_be_more_than_was_left() -> None:
    clock = Clock()
    meter = Meter(Rates(requests=60, input=600, output=600), clock)
    meter.take(MODEL, 1)
    meter.write(MODEL, 700)
    assert meter.take(MODEL, 1) == pytest.approx(10.1)
    clock.now = 20.0
    assert meter.take(MODEL, 1) == 0.0


async def test_the_api_tells_its_limits_with_each_answer_and_refuses_beyond_them(
    claude: Claude, line: aiohttp.ClientSession
) -> None:
    claude.meter = Meter(Rates(requests=2, input=60_000, output=8_000))
    async with line.post("/v1/messages", json=asking("word " * 4000)) as response:
        told = response.headers
        assert told["anthropic-ratelimit-requests-limit"] == "2"
        assert told["anthropic-ratelimit-requests-remaining"] == "1"
        assert told["anthropic-ratelimit-input-tokens-remaining"] == "55000"
        assert told["anthropic-ratelimit-output-tokens-limit"] == "8000"
        assert told["anthropic-ratelimit-requests-reset"].endswith("Z")
    await post(line, asking())
    async with line.post("/v1/messages", json=asking()) as response:
        assert response.status == 429
        assert 25 <= int(response.headers["retry-after"]) <= 30
        assert response.headers["anthropic-ratelimit-requests-remaining"] == "0"
    assert claude.meter.refused == 1


async def test_without_rates_nothing_is_told(line: aiohttp.ClientSession) -> None:
    async with line.post("/v1/messages", json=asking()) as response:
        assert not [name for name in response.headers if "ratelimit" in name]
