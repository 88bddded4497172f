import asyncio
import time

import aiohttp
import pytest

from sandbox.slack import NotSeen, Person, Shape, Slack
from tests.sandbox.slack.wire import Client


async def test_a_refusal_holds_as_often_as_ordered(client: Client, slack: Slack) -> None:
    slack.faults.refuse("auth.test", "internal_error", times=2)
    answers = [await client.call("auth.test") for _ in range(3)]
    assert [answer.get("error") for answer in answers] == ["internal_error"] * 2 + [None]
    assert [call.error for call in slack.calls] == ["internal_error"] * 2 + [None]


async def test_a_rate_limit_is_a_429_with_its_header_as_ordered(
    client: Client, slack: Slack, general: str
) -> None:
    slack.faults.refuse("chat.postMessage", "ratelimited", retry_after="abc")
    slack.faults.refuse("chat.postMessage", "ratelimited", status=200)
    async with client.request("chat.postMessage", channel=general, text="x") as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "abc")
        assert await response.json() == {"ok": False, "error": "ratelimited"}
    async with client.request("chat.postMessage", channel=general, text="x") as response:
        assert (response.status, "Retry-After" in response.headers) == (200, False)
    assert slack.messages(general) == []


@pytest.mark.parametrize(("processed", "texts"), [(True, ["x"]), (False, [])])
async def test_a_connection_is_cut_after_the_effect_or_before(
    client: Client, slack: Slack, general: str, *, processed: bool, texts: list[str]
) -> None:
    slack.faults.drop("chat.postMessage", processed=processed)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.post(general, "x")
    assert [shown.text for shown in slack.messages(general)] == texts
    assert slack.calls[0].status is None


async def test_a_tired_front_end_answers_with_html(
    client: Client, slack: Slack, general: str
) -> None:
    slack.faults.html("chat.postMessage")
    async with client.request("chat.postMessage", channel=general, text="x") as response:
        assert (response.status, response.content_type) == (502, "text/html")
    assert slack.messages(general) == []


async def test_a_delay_holds_one_call_back_before_its_effect(
    client: Client, slack: Slack, general: str
) -> None:
    slack.faults.delay("chat.postMessage", 0.1)
    slow = asyncio.ensure_future(client.post(general, "slow"))
    await slack.until(lambda: slack.count("chat.postMessage") == 1)
    await client.post(general, "quick")
    await slow
    assert [shown.text for shown in slack.messages(general)] == ["quick", "slow"]


async def test_a_slow_platform_takes_its_time_before_and_after_the_effect(
    client: Client, slack: Slack, general: str
) -> None:
    slack.latency = 0.1
    began = time.monotonic()
    post = asyncio.ensure_future(client.post(general, "x"))
    await slack.until(lambda: slack.messages(general))
    assert not post.done()
    await post
    assert time.monotonic() - began >= 0.1


async def test_a_burnt_ticket_fails_its_handshake_and_the_next_one_works(
    client: Client, slack: Slack
) -> None:
    slack.faults.burn_ticket()
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await client.connect()
    assert (await client.connect()).hello["type"] == "hello"


async def test_sockets_are_asked_to_leave_cut_and_closed(client: Client, slack: Slack) -> None:
    socket = await client.connect()
    await slack.faults.disconnect("warning")
    assert (await socket.receive())["reason"] == "warning"
    slack.faults.abort_sockets()
    await slack.until(lambda: slack.connections == 0)
    assert (await socket.raw.receive()).type is aiohttp.WSMsgType.CLOSED
    socket = await client.connect()
    closing = asyncio.ensure_future(slack.faults.close_sockets())
    assert (await socket.raw.receive()).type is aiohttp.WSMsgType.CLOSE
    await socket.raw.close()
    await closing


async def test_tokens_are_rejected_until_they_are_good_again(client: Client, slack: Slack) -> None:
    slack.faults.reject_auth("token_revoked")
    assert (await client.call("auth.test"))["error"] == "token_revoked"
    slack.faults.accept_auth()
    assert (await client.call("auth.test"))["ok"]


async def test_faults_that_did_not_happen_can_be_forgotten(client: Client, slack: Slack) -> None:
    slack.faults.refuse("auth.test", "internal_error")
    slack.faults.delay("auth.test", 60)
    slack.faults.reject_auth()
    slack.faults.silent = True
    slack.faults.burn_ticket()
    slack.faults.clear()
    assert (await client.call("auth.test"))["ok"]
    assert (await client.connect()).hello["type"] == "hello"
    assert not slack.faults.silent


async def test_who_calls_faster_than_documented_is_refused_and_counted() -> None:
    async with Slack(rates=True) as slack, aiohttp.ClientSession() as session:
        client, general = Client(slack, session), slack.channel("general")
        ts = await client.post(general)
        answers = [
            await client.call("chat.update", channel=general, ts=ts, text=str(n)) for n in range(25)
        ]
        refused = [answer for answer in answers if not answer["ok"]]
        assert slack.refused["chat.update"] == len(refused) >= 4
        assert refused[-1]["error"] == "ratelimited"
        assert slack.calls[-1].status == 429


async def test_the_shape_of_the_limits_can_be_chosen() -> None:
    async with Slack(rates=Shape.WINDOW) as slack, aiohttp.ClientSession() as session:
        client = Client(slack, session)
        for _ in range(50):
            await client.call("bots.info", bot="B404")
        async with client.request("bots.info", bot="B404") as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "60")


async def test_waiting_in_vain_shows_the_screen(slack: Slack, ana: Person, general: str) -> None:
    root = await slack.say(ana, general, "is anybody there?")
    with pytest.raises(NotSeen, match="is anybody there"):
        await slack.until(lambda: slack.thread(general, root)[1], timeout=0.05)


async def test_waiting_ends_with_the_change_that_was_waited_for(
    client: Client, slack: Slack, general: str
) -> None:
    waiting = asyncio.ensure_future(slack.until(lambda: slack.messages(general)[1]))
    change = asyncio.ensure_future(slack.changed())
    await client.post(general)
    assert not waiting.done()
    await client.post(general)
    await waiting
    await change


async def test_a_person_types_and_slack_makes_its_markup_of_it(slack: Slack) -> None:
    assert slack.typed("@Claude 1 < 2") == f"<@{slack.bot_user}> 1 &lt; 2"
