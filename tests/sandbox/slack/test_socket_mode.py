import asyncio
from typing import Any

import aiohttp
import pytest

from sandbox.slack import File, Person, Slack
from tests.sandbox.slack.wire import Client, Socket


async def test_a_connection_says_hello_and_how_many_there_are(client: Client, slack: Slack) -> None:
    first, second = await client.connect(), await client.connect()
    assert (first.hello["num_connections"], second.hello["num_connections"]) == (1, 2)
    assert second.hello["connection_info"]["app_id"] == slack.bot.app_id
    assert slack.connections == 2
    await first.raw.close()
    await slack.until(lambda: slack.connections == 1)


async def test_a_ticket_is_good_for_one_handshake(client: Client) -> None:
    address = await client.address()
    async with client.session.ws_connect(address):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await client.session.ws_connect(address)


async def test_the_eleventh_connection_is_sent_away(client: Client, slack: Slack) -> None:
    held = [await client.connect() for _ in range(10)]
    eleventh = await client.connect()
    assert eleventh.hello["reason"] == "too_many_websockets"
    assert slack.connections == len(held)


async def test_pings_are_answered_until_the_platform_falls_silent(
    client: Client, slack: Slack
) -> None:
    socket = await client.connect()
    await socket.raw.ping(b"sdk-ping-pong:1")
    pong = await socket.raw.receive(timeout=1)
    assert (pong.type, pong.data) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1")
    slack.faults.silent = True
    await socket.raw.ping(b"2")
    with pytest.raises(TimeoutError):
        await socket.raw.receive(timeout=0.05)
    assert slack.faults.silent


async def test_a_mention_comes_twice_with_one_ts_and_two_ids(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    socket = await client.connect()
    ts = await slack.say(ana, general, f"<@{slack.bot_user}> hi")
    first, second = await socket.receive(), await socket.receive()
    message, mention = first["payload"]["event"], second["payload"]["event"]
    assert (message["type"], message["channel_type"]) == ("message", "channel")
    assert (mention["type"], "channel_type" in mention) == ("app_mention", False)
    assert message["ts"] == mention["ts"] == ts
    assert message["client_msg_id"] == mention["client_msg_id"]
    assert first["payload"]["event_id"] != second["payload"]["event_id"]
    assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
    assert first["payload"]["authorizations"][0]["user_id"] == slack.bot_user


@pytest.mark.parametrize(
    ("twins", "kinds"),
    [
        ("both", ["message", "app_mention"]),
        ("mention_first", ["app_mention", "message"]),
        ("message", ["message"]),
        ("app_mention", ["app_mention"]),
    ],
)
async def test_which_twin_comes_and_when_can_be_chosen(
    slack: Slack, ana: Person, general: str, twins: Any, kinds: list[str]
) -> None:
    await slack.say(ana, general, f"<@{slack.bot_user}> hi", twins=twins)
    await slack.say(ana, general, "no mention")
    assert [d.event["type"] for d in slack.deliveries] == [*kinds, "message"]


async def test_a_dm_and_a_private_channel_say_what_they_are(slack: Slack, ana: Person) -> None:
    await slack.say(ana, slack.dm(ana), f"<@{slack.bot_user}> hi")
    await slack.say(ana, slack.channel("den", private=True), "hi")
    await slack.say(ana, slack.group_dm(ana), "hi")
    assert [d.event["channel_type"] for d in slack.deliveries] == ["im", "group", "mpim"]


async def test_nothing_is_told_of_channels_that_we_are_not_in(slack: Slack, ana: Person) -> None:
    await slack.say(ana, slack.channel("away", member=False), f"<@{slack.bot_user}> hi")
    assert slack.deliveries == []


async def test_replies_files_and_broadcasts_have_their_shapes(
    slack: Slack, ana: Person, general: str
) -> None:
    root = slack.backfill(ana, general, "root")
    await slack.say(ana, general, "see", root, files=[File("a.png", "image/png", 7)])
    await slack.say(ana, general, "aloud", root, broadcast=True)
    shared, aloud = (delivery.event for delivery in slack.deliveries)
    assert (shared["thread_ts"], shared["parent_user_id"]) == (root, ana.id)
    file = shared["files"][0]
    assert (shared["subtype"], file["name"], file["mimetype"], file["size"]) == (
        "file_share",
        "a.png",
        "image/png",
        7,
    )
    assert aloud["subtype"] == "thread_broadcast"


async def test_authors_are_known_for_what_they_are(slack: Slack, general: str) -> None:
    stranger = slack.person("Cem", external=True)
    app = slack.person("Jira", bot=True)
    await slack.say(stranger, general, "hi")
    await slack.say(app, general, "hi")
    first, second = slack.deliveries
    assert first.payload["is_ext_shared_channel"]
    assert first.event["user_team"] == stranger.team
    assert second.event["bot_profile"]["name"] == "Jira"
    assert not second.payload["is_ext_shared_channel"]


async def test_our_own_posts_edits_and_deletions_come_back(
    client: Client, slack: Slack, general: str
) -> None:
    ts = await client.post(general, "a")
    await client.call("chat.update", channel=general, ts=ts, text="b")
    await client.call("chat.delete", channel=general, ts=ts)
    posted, changed, deleted = (delivery.event for delivery in slack.deliveries)
    assert (posted["bot_id"], posted["text"]) == (slack.bot.bot_id, "a")
    assert (changed["subtype"], changed["hidden"]) == ("message_changed", True)
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("b", "a")
    assert changed["message"]["ts"] == ts != changed["ts"]
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


async def test_an_edit_tells_of_the_mention_once_more(
    slack: Slack, ana: Person, general: str
) -> None:
    ts = await slack.say(ana, general, f"<@{slack.bot_user}> helo")
    await slack.edit_as_person(general, ts, f"<@{slack.bot_user}> hello")
    plain = await slack.say(ana, general, "plain")
    await slack.edit_as_person(general, plain, "plainer")
    events = [delivery.event for delivery in slack.deliveries]
    changed, again = events[2:4]
    assert (changed["subtype"], changed["message"]["edited"]["user"]) == ("message_changed", ana.id)
    assert (again["type"], again["ts"], "edited" in again) == ("app_mention", ts, True)
    assert [event.get("subtype") for event in events[4:]] == [None, "message_changed"]
    assert slack.thread(general, ts)[0].history == ("@Claude helo", "@Claude hello")


async def test_a_deletion_and_a_join_are_told(slack: Slack, ana: Person) -> None:
    away = slack.channel("away", member=False)
    await slack.join(slack.bot, away)
    ts = await slack.say(ana, away, "hi")
    await slack.delete_as_person(away, ts)
    kinds = [(d.event["type"], d.event.get("subtype")) for d in slack.deliveries]
    assert kinds == [
        ("message", "channel_join"),
        ("member_joined_channel", None),
        ("message", None),
        ("message", "message_deleted"),
    ]
    assert [shown.text for shown in slack.channel_view(away)] == ["@Claude has joined the channel"]


async def test_an_event_is_unacked_until_it_is_acknowledged(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    socket = await client.connect()
    ts = await slack.say(ana, general, "hi")
    envelope = await socket.receive()
    assert not slack.acked(ts)
    assert [delivery.event["ts"] for delivery in slack.unacked] == [ts]
    await socket.raw.send_json({"envelope_id": "unknown"})
    await socket.ack(envelope)
    await slack.until(lambda: slack.acked(ts))
    assert slack.unacked == []
    assert [delivery.acked for delivery in slack.deliveries] == [True]
    assert not slack.acked("1.000001")


async def test_what_is_not_acknowledged_comes_again_and_again(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    slack.redelivery_after = 0.05
    assert slack.redelivery_after == 0.05
    socket = await client.connect()
    ts = await slack.say(ana, general, "hi")
    sent = [await socket.receive() for _ in range(3)]
    assert [envelope["retry_attempt"] for envelope in sent] == [0, 1, 2]
    assert sent[1]["retry_reason"] == "timeout"
    assert len({envelope["payload"]["event_id"] for envelope in sent}) == 1
    assert len({envelope["envelope_id"] for envelope in sent}) == 3
    await socket.ack(sent[0])
    await slack.until(lambda: slack.acked(ts))


async def test_events_wait_for_a_connection_and_come_again_on_the_next(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    ts = await slack.say(ana, general, "hi")
    first = await client.connect()
    assert (await first.receive())["retry_attempt"] == 0
    await first.raw.close()
    await slack.until(lambda: slack.connections == 0)
    second = await client.connect()
    again = await second.receive()
    assert (again["payload"]["event"]["ts"], again["retry_attempt"]) == (ts, 1)


async def test_a_new_connection_does_not_repeat_what_waits_on_another(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    first = await client.connect()
    await slack.say(ana, general, "waits")
    await first.receive()
    second = await client.connect()
    await slack.say(ana, general, "comes")
    await slack.say(ana, general, "comes too")
    texts = {(await socket.event())["text"] for socket in (first, second)}
    assert texts == {"comes", "comes too"}


async def test_an_event_can_be_sent_again_though_it_was_acknowledged(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    socket = await client.connect()
    ts = await slack.say(ana, general, f"<@{slack.bot_user}> hi")
    before = {str(await socket.event()) for _ in range(2)}
    await slack.until(lambda: slack.acked(ts))
    await slack.redeliver(ts)
    assert not slack.acked(ts)
    envelopes = [await socket.receive() for _ in range(2)]
    assert {str(envelope["payload"]["event"]) for envelope in envelopes} == before
    assert [envelope["retry_attempt"] for envelope in envelopes] == [1, 1]


async def test_events_are_spread_over_all_connections(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    sockets: list[Socket] = [await client.connect(), await client.connect()]
    await slack.say(ana, general, "a")
    await slack.say(ana, general, "b")
    async with asyncio.timeout(2):
        events = [await socket.event() for socket in sockets]
    assert {event["text"] for event in events} == {"a", "b"}
