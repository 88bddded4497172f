"""What Discord's answers tell of its limits, and what the pacer hears of that."""

import math
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import DiscordAdapter
from adapters.discord.limits import ASSUMED, Limits, Remainder, Window, learnt, remainder, spec
from bot.model import Conversation
from bot.ports import Call, Kind, Mark, Told
from sandbox.discord import Discord, Rate

EDIT: Final = "/api/v10/channels/77/messages/1"
WINDOWS = st.builds(Window, st.integers(1, 50), st.floats(0.5, 60))
STANDINGS = st.integers(1, 10_000).flatmap(
    lambda limit: st.builds(
        Remainder, st.just(limit), st.integers(0, limit), st.floats(0, 1e6, allow_nan=False)
    )
)


def headers(limit: object, left: object, rest: object) -> Mapping[str, str]:
    names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset-After")
    return dict(zip(names, map(str, (limit, left, rest)), strict=True))


class Heard:
    """A meter that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Told] = []

    def heed(self, told: Told) -> None:
        """Keep it."""
        self.told.append(told)


@given(WINDOWS, STANDINGS)
def test_what_is_learnt_stays_within_bounds_and_leaves_the_last_call(
    known: Window, told: Remainder
) -> None:
    window = learnt(known, told)
    assert 1 <= window.calls <= 50
    assert 0.5 <= window.seconds <= 60
    bucket = spec("b", window)
    assert bucket.burst == max(1, window.calls - 1)
    assert bucket.window is not None
    assert bucket.window > window.seconds


def test_limits_are_learnt_upwards_and_downwards() -> None:
    assert learnt(ASSUMED, Remainder(10, 9, 2.0)) == Window(10, 2.0)
    assert learnt(ASSUMED, Remainder(2, 1, 30.0)) == Window(2, 30.0)
    # A later call of a window tells only that it is no shorter.
    assert learnt(ASSUMED, Remainder(5, 2, 1.0)) == ASSUMED
    assert learnt(ASSUMED, Remainder(5, 2, 9.0)) == Window(5, 9.0)


@pytest.mark.parametrize(
    "said",
    [
        {},
        headers(5, 4, "soon"),
        headers("", 4, 5),
        headers(5, 6, 5),
        headers(0, 0, 5),
        headers(5, 4, -1),
        headers(5, 4, math.inf),
        headers(5, 4, math.nan),
    ],
)
def test_headers_without_sense_leave_what_was_assumed(said: Mapping[str, str]) -> None:
    heard = Heard()
    limits = Limits(heard.heed)
    limits.hear("PATCH", EDIT, 200, said)
    assert remainder(said) is None
    assert limits.bucket(Call.EDIT, "77") == spec("discord.edit:77", ASSUMED)
    assert heard.told == []


def test_what_one_place_tells_is_believed_of_the_others_until_they_tell() -> None:
    limits = Limits()
    limits.hear("PATCH", EDIT, 200, headers(10, 9, 5))
    assert limits.bucket(Call.EDIT, "78").burst == 9
    limits.hear("PATCH", EDIT.replace("77", "78"), 200, headers(3, 2, 5))
    assert [limits.bucket(Call.EDIT, place).burst for place in ("77", "78", "79")] == [9, 2, 2]
    assert limits.bucket(Call.POST, "77").burst == 4
    for number in range(2_001):
        limits.hear("PATCH", EDIT.replace("77", f"5{number}"), 200, headers(2, 1, 5))
    assert limits.bucket(Call.EDIT, "77").burst == 1  # is forgotten by then


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v10/channels/77/messages/1"),
        ("PATCH", "/api/v10/channels/77"),
        ("POST", "/api/v10/channels/77/messages/1/threads"),
        ("POST", "/api/v10/webhooks/1/token/messages/1"),
        ("PUT", "/api/v10/channels/77/messages/1"),
    ],
)
def test_the_limits_of_other_routes_are_none_of_these(method: str, path: str) -> None:
    heard = Heard()
    Limits(heard.heed).hear(method, path, 429, headers(5, 4, 5))
    assert heard.told == []


def test_a_refusal_closes_the_bucket_that_it_is_of() -> None:
    heard = Heard()
    limits = Limits(heard.heed)
    limits.hear("PATCH", EDIT, 429, {"Retry-After": "3"})
    limits.hear("PATCH", EDIT, 429, {**headers(5, 0, 2.5), "Retry-After": "3"})
    limits.hear("PATCH", EDIT, 429, {"Retry-After": "soon"})
    limits.hear("GET", "/gateway", 429, {"Retry-After": "4", "X-RateLimit-Scope": "global"})
    assert [(one.bucket.name, one.pause) for one in heard.told] == [
        ("discord.edit:77", 3.0),
        ("discord.edit:77", 2.5),
        ("discord.edit:77", 1.0),
        ("discord", 4.0),
    ]


@asynccontextmanager
async def telling(
    discord: Discord, heard: Heard
) -> AsyncGenerator[tuple[DiscordAdapter, Conversation]]:
    channel = discord.channel("general")
    adapter = DiscordAdapter(bot_token=discord.bot_token, api_url=discord.api_url, meter=heard)
    await adapter.check()
    yield adapter, Conversation("discord", "1", channel, None)
    await adapter.close()


async def test_on_the_wire_the_real_limit_is_learnt_and_others_calls_are_noticed() -> None:
    heard, other = Heard(), Heard()
    rates = {"create_message": Rate(8, 2.0)}
    async with (
        Discord(rates=rates) as discord,
        telling(discord, heard) as (adapter, there),
        telling(discord, other) as (second, _),
    ):
        thread = adapter.open(there)
        await thread.post("one", Mark("1", 0, Kind.ANSWER))
        learned = thread.buckets[Call.POST][0]
        assert (learned.burst, learned.window) == (7, 2.25)
        await second.open(there).post("two", Mark("2", 0, Kind.ANSWER))
        await thread.post("three", Mark("3", 0, Kind.ANSWER))
    assert [told.left for told in heard.told] == [6, 4]
    assert [told.left for told in other.told] == [5]


async def test_on_the_wire_a_refusal_is_heard_though_discord_py_asks_again() -> None:
    heard = Heard()
    async with Discord() as discord, telling(discord, heard) as (adapter, there):
        discord.faults.refuse("create_message", 429, retry_after=0.2)
        await adapter.open(there).post("one", Mark("1", 0, Kind.ANSWER))
        assert discord.count("create_message") == 2
    assert [(told.bucket.name, told.pause) for told in heard.told] == [
        (f"discord.post:{there.channel}", 1.0)
    ]


@pytest.mark.parametrize("rest", ["1e9", "inf", "1e400", "nan", "-1", "60.1", "soon"])
def test_a_window_that_makes_no_sense_is_not_believed(rest: str) -> None:
    assert remainder(headers(5, 0, rest)) is None
    assert remainder(headers(5, 0, "60")) == Remainder(5, 0, 60.0)
