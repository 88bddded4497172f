import asyncio
from typing import Any

import pytest

from sandbox.discord import (
    INVITED,
    Discord,
    Flag,
    NotOffered,
    Permission,
    Person,
    Reply,
    Sort,
    Trigger,
)
from tests.sandbox.discord.commanding import App
from tests.sandbox.discord.wire import Client, Json

BUTTON: Json = {"type": 2, "custom_id": "stop:1", "style": 2, "label": "Stop"}
ROWS: list[Json] = [{"type": 1, "components": [BUTTON]}]


@pytest.fixture
async def app(client: Client, general: str) -> App:
    assert general
    app = App(client)
    await app.begin()
    return app


async def test_an_interaction_tells_who_did_what_where(
    discord: Discord, app: App, general: str
) -> None:
    ben = discord.person("Ben", locale="ja", manage_channels=True)
    used = await discord.slash(ben, general, "claude ask", text="hi")
    heard = await app.hear()
    assert (heard["id"], heard["token"], heard["type"]) == (used.id, used.token, Trigger.COMMAND)
    assert (heard["application_id"], heard["version"]) == (discord.application, 1)
    assert (heard["channel_id"], heard["channel"]["type"], heard["context"]) == (general, 0, 0)
    assert (heard["member"]["user"]["id"], heard["locale"]) == (ben.id, "ja")
    assert int(heard["member"]["permissions"]) & Permission.MANAGE_CHANNELS
    assert not int(heard["app_permissions"]) & Permission.MANAGE_CHANNELS
    assert heard["attachment_size_limit"] == 10 << 20
    assert heard["data"]["guild_id"] == heard["guild_id"] == heard["guild"]["id"]


async def test_a_deferred_answer_is_thinking_until_it_is_edited(
    discord: Discord, app: App, ana: Person, general: str
) -> None:
    used = await discord.slash(ana, general, "claude ask", text="hi")
    heard = await app.hear()
    answer = await app.reply(heard, 5, {"flags": 4096})
    assert answer.said["interaction"]["response_message_loading"]
    assert answer.said["resource"]["type"] == 5
    assert (used.reply, used.thinking, used.failed) == (Reply.DEFERRED, True, False)
    assert (used.responses[0].text, used.responses[0].history) == ("", ())
    assert (await app.socket.data("MESSAGE_CREATE"))["flags"] == Flag.LOADING
    await app.response(heard, content="one")
    await app.response(heard, content="two")
    [shown] = used.responses
    assert (shown.text, shown.edits, shown.history) == ("two", 1, ("one", "two"))
    assert (shown.sort, shown.flags, used.thinking) == (Sort.COMMAND, Flag(0), False)
    assert discord.messages(general) == [shown]
    got = await app.response(heard, "GET")
    assert (got.said["content"], got.said["webhook_id"]) == ("two", discord.application)
    assert got.said["interaction_metadata"]["user"]["id"] == ana.id
    assert got.said["interaction"]["name"] == "claude ask"


async def test_what_is_for_one_person_stands_in_no_channel(
    client: Client, discord: Discord, app: App, ana: Person, general: str
) -> None:
    used = await discord.slash(ana, general, "claude ask", text="hi", private=True)
    heard = await app.hear()
    answer = await app.reply(heard, 5, {"flags": 64})
    assert answer.said["interaction"]["response_message_ephemeral"]
    await app.response(heard, content="psst", flags=0, components=ROWS)
    [shown] = used.responses
    assert (shown.text, shown.ephemeral) == ("psst", True)
    assert discord.messages(general) == []
    assert (await client.edit(general, shown.id, content="x")).code == 10008
    pressed = await discord.press(ana, general, shown.id, "stop:1")
    heard = await app.hear()
    assert heard["message"]["content"] == "psst"
    await app.reply(heard, 7, {"content": "stopped", "components": []})
    assert used.responses[0].text == "stopped"
    assert pressed.responses == used.responses
    with pytest.raises(NotOffered):
        await discord.press(ana, general, shown.id, "stop:1")
    with pytest.raises(NotOffered):
        await discord.press(ana, general, "404", "stop:1")


async def test_an_answer_can_be_given_at_once_and_followed_up(
    discord: Discord, app: App, ana: Person, general: str
) -> None:
    used = await discord.slash(ana, general, "claude ask", text="hi")
    heard = await app.hear()
    await app.reply(heard, 4, {"content": "at once", "flags": 4})
    more = (await app.follow_up(heard, content="@everyone more")).said
    private = (await app.follow_up(heard, content="psst", flags=64)).said
    assert [shown.text for shown in used.responses] == ["at once", "@everyone more", "psst"]
    assert [shown.text for shown in discord.messages(general)] == ["at once", "@everyone more"]
    assert used.responses[1].pinged == ("@everyone",)
    assert used.responses[0].sort is Sort.COMMAND
    assert (used.responses[1].sort, used.responses[1].reference) == (
        Sort.REPLY,
        used.responses[0].id,
    )
    await app.response(heard, message=private["id"], content="PSST")
    assert (await app.response(heard, "GET", private["id"])).said["content"] == "PSST"
    assert (await app.response(heard, "DELETE", more["id"])).status == 204
    assert (await app.response(heard, "DELETE")).status == 204
    assert [shown.text for shown in used.responses] == ["PSST"]
    assert discord.messages(general) == []
    for gone in ("@original", more["id"], "404"):
        assert (await app.response(heard, message=gone, content="x")).code == 10008
    assert (await app.response(heard, content="")).code == 10008
    assert discord.messages(general) == []


async def test_the_first_follow_up_takes_the_place_of_a_deferred_answer(
    discord: Discord, app: App, ana: Person, general: str
) -> None:
    used = await discord.slash(ana, general, "claude ask", text="hi")
    heard = await app.hear()
    await app.reply(heard, 5)
    await app.follow_up(heard, content="one")
    await app.follow_up(heard, content="two")
    assert [(shown.text, shown.sort) for shown in used.responses] == [
        ("one", Sort.COMMAND),
        ("two", Sort.REPLY),
    ]


async def test_an_answer_comes_once_in_time_and_to_the_right_address(
    discord: Discord, app: App, ana: Person, general: str
) -> None:
    discord.interactions.ack_within = 0.05
    late = await discord.slash(ana, general, "claude ask", text="hi")
    heard = await app.hear()
    assert (await app.reply(heard | {"token": "x"}, 5)).code == 10062
    assert (await app.reply(heard | {"id": "1"}, 5)).code == 10062
    assert (await app.response(heard, content="x")).code == 10015
    await asyncio.sleep(0.06)
    answer = await app.reply(heard, 5)
    assert (answer.status, answer.code) == (404, 10062)
    assert (late.failed, late.responses) == (True, [])
    discord.interactions.ack_within = 3
    await discord.slash(ana, general, "claude ask", text="hi")
    heard = await app.hear()
    assert (await app.reply(heard, 5)).status == 200
    answer = await app.reply(heard, 4, {"content": "again"})
    assert (answer.status, answer.code) == (400, 40060)


async def test_a_token_ends_and_the_channels_route_goes_on(
    client: Client, discord: Discord, app: App, ana: Person, general: str
) -> None:
    discord.interactions.token_lives = 0.1
    used = await discord.slash(ana, general, "claude ask", text="hi")
    heard = await app.hear()
    await app.reply(heard, 5)
    await asyncio.sleep(0.11)
    answer = await app.response(heard, content="late")
    assert (answer.status, answer.code, used.expired) == (401, 50027, True)
    assert (await app.follow_up(heard | {"token": "x"}, content="x")).code == 50027
    assert (await client.edit(general, used.responses[0].id, content="late")).status == 200
    assert used.responses[0].text == "late"


@pytest.mark.parametrize("kind", [1, 6, 7, 8, "4", None])
async def test_an_answer_must_fit_what_was_done(
    discord: Discord, app: App, ana: Person, general: str, kind: Any
) -> None:
    await discord.slash(ana, general, "claude ask", text="hi")
    answer = await app.reply(await app.hear(), kind)
    assert (answer.status, answer.code) == (400, 50035)


async def test_without_a_wish_for_more_the_first_answer_brings_nothing_back(
    client: Client, discord: Discord, app: App, ana: Person, general: str
) -> None:
    await discord.slash(ana, general, "claude ask", text="hi")
    heard = await app.hear()
    path = f"/interactions/{heard['id']}/{heard['token']}/callback"
    answer = await client.call("POST", path, {"type": 5}, token="")
    assert (answer.status, answer.said) == (204, None)


async def test_in_a_locked_thread_only_one_person_can_be_answered(
    discord: Discord, app: App, ana: Person, general: str
) -> None:
    thread = await discord.thread(general, "T", by=ana)
    await discord.slash(ana, thread, "claude ask", text="hi")
    begun = await app.hear()
    await app.reply(begun, 5)
    discord.lock(thread)
    answer = await app.response(begun, content="x")
    assert (answer.status, answer.code) == (403, 50083)
    used = await discord.slash(ana, thread, "claude ask", text="hi")
    heard = await app.hear()
    assert (await app.reply(heard, 5)).code == 50083
    assert used.reply is None
    await app.reply(heard, 5, {"flags": 64})
    assert (await app.response(heard, content="psst")).status == 200


async def test_answers_need_no_permission_in_the_channel(
    client: Client, discord: Discord, app: App, ana: Person
) -> None:
    hidden = discord.channel("ops", permissions=INVITED & ~Permission.VIEW_CHANNEL)
    used = await discord.slash(ana, hidden, "claude ask", text="hi")
    await app.reply(await app.hear(), 4, {"content": "here"})
    assert [shown.text for shown in used.responses] == ["here"]
    assert (await client.edit(hidden, used.responses[0].id, content="x")).code == 50001


async def test_a_reply_to_a_response_mentions_nobody(
    discord: Discord, app: App, ana: Person, general: str
) -> None:
    used = await discord.slash(ana, general, "claude ask", text="hi")
    await app.reply(await app.hear(), 4, {"content": "answer"})
    await discord.say(ana, general, "thanks", reply_to=used.responses[0].id)
    said = await app.socket.data("MESSAGE_CREATE")
    while said["content"] != "thanks":
        said = await app.socket.data("MESSAGE_CREATE")
    assert said["mentions"] == []
