import asyncio
from typing import Any

import aiohttp
import pytest

from sandbox.discord import INVITED, Discord, Flag, Permission, Person, Sort
from tests.sandbox.discord.wire import Client, Json


async def test_a_message_is_posted_and_shown_as_it_was_written(
    client: Client, discord: Discord, general: str
) -> None:
    button = {"type": 1, "components": [{"type": 2, "label": "Stop", "custom_id": "s", "style": 2}]}
    answer = await client.post(general, " hello \n", nonce="n1", flags=4100, components=[button])
    shown = discord.messages(general)[0]
    assert answer.status == 200
    assert answer.headers["Via"]
    assert (answer.said["id"], answer.said["content"]) == (shown.id, "hello")
    assert (shown.author, shown.name, shown.text) == (discord.bot_user, "Claude", "hello")
    assert (shown.nonce, shown.flags) == ("n1", Flag.SUPPRESS_EMBEDS | Flag.SILENT)
    assert (shown.buttons, shown.edits, shown.history) == (("s",), 0, ("hello",))
    assert (shown.loading, shown.ephemeral, shown.sort) == (False, False, Sort.DEFAULT)
    assert discord.answers(general) == [shown]


async def test_an_edit_changes_what_it_speaks_of_and_keeps_the_rest(
    client: Client, discord: Discord, general: str
) -> None:
    row = {"type": 1, "components": [{"type": 2, "custom_id": "s"}]}
    message = await client.posted(general, "one", components=[row], embeds=[{"title": "t"}])
    answer = await client.edit(general, message, content="two")
    shown = discord.message(general, message)
    assert (shown.text, shown.edits, shown.history) == ("two", 1, ("one", "two"))
    assert (shown.buttons, shown.embeds) == (("s",), ({"title": "t"},))
    assert answer.said["edited_timestamp"] is not None
    await client.edit(general, message, components=[], embeds=None)
    shown = discord.message(general, message)
    assert (shown.text, shown.buttons, shown.embeds) == ("two", (), ())


@pytest.mark.parametrize(
    ("edit", "suppressed"), [({}, True), ({"flags": 0}, False), ({"flags": 4}, True)]
)
async def test_embeds_stay_suppressed_unless_an_edit_speaks_of_flags(
    client: Client, discord: Discord, general: str, edit: dict[str, Any], *, suppressed: bool
) -> None:
    message = await client.posted(general, "https://a.example", flags=4)
    await client.edit(general, message, content="https://a.example more", **edit)
    shown = discord.message(general, message)
    assert (Flag.SUPPRESS_EMBEDS in shown.flags) == suppressed
    assert shown.unfurled == (() if suppressed else ("https://a.example",))


async def test_mentions_ping_where_nobody_said_otherwise_on_edits_too(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    nobody: dict[str, Any] = {"parse": []}
    text = f"@everyone <@{ana.id}> <@&5>"
    quiet = await client.posted(general, text, allowed_mentions=nobody)
    assert discord.message(general, quiet).pinged == ()
    answer = await client.edit(general, quiet, content=text)
    assert discord.message(general, quiet).pinged == ("@everyone", f"<@{ana.id}>", "<@&5>")
    assert answer.said["mention_everyone"]
    assert [user["id"] for user in answer.said["mentions"]] == [ana.id]
    assert answer.said["mention_roles"] == ["5"]
    await client.edit(general, quiet, content="calm", allowed_mentions=nobody)
    assert len(discord.message(general, quiet).pinged) == 3
    everybody = {"parse": ["users", "roles", "everyone"]}
    loud = await client.posted(general, text, allowed_mentions=everybody)
    assert len(discord.message(general, loud).pinged) == 3
    some = {"parse": ["roles"], "users": [ana.id]}
    loud = await client.posted(general, text, allowed_mentions=some)
    assert discord.message(general, loud).pinged == (f"<@{ana.id}>", "<@&5>")


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [(None, True), ({"parse": []}, False), ({"parse": [], "replied_user": True}, True)],
)
async def test_a_reply_pings_its_author_unless_told_otherwise(
    client: Client, discord: Discord, ana: Person, general: str, allowed: Any, *, pinged: bool
) -> None:
    asked = await discord.say(ana, general, "hi")
    body = {} if allowed is None else {"allowed_mentions": allowed}
    answer = await client.post(general, message_reference={"message_id": asked}, **body)
    shown = discord.messages(general)[-1]
    assert (shown.sort, shown.reference) == (Sort.REPLY, asked)
    assert (shown.pinged == (f"<@{ana.id}>",)) == pinged
    assert answer.said["referenced_message"]["content"] == "hi"
    assert answer.said["message_reference"]["message_id"] == asked


async def test_a_reply_to_what_is_gone_is_refused_unless_that_is_fine(
    client: Client, discord: Discord, general: str
) -> None:
    gone = {"message_id": "404"}
    assert (await client.post(general, message_reference=gone)).code == 50035
    fine = gone | {"fail_if_not_exists": False}
    assert (await client.post(general, message_reference=fine)).status == 200
    assert discord.messages(general)[0].reference is None


async def test_the_same_nonce_makes_one_message_where_it_is_enforced(
    client: Client, discord: Discord, general: str
) -> None:
    first = await client.posted(general, "a", nonce="n", enforce_nonce=True)
    assert await client.posted(general, "b", nonce="n", enforce_nonce=True) == first
    assert await client.posted(general, "c", nonce="n") != first
    assert await client.posted(general, "d", enforce_nonce=True) != first
    assert [shown.text for shown in discord.messages(general)] == ["a", "c", "d"]
    assert (await client.post(general, nonce="n" * 26)).code == 50035


async def test_a_file_comes_as_a_form(client: Client, discord: Discord, general: str) -> None:
    form = aiohttp.FormData()
    form.add_field("payload_json", '{"content": "see"}', content_type="application/json")
    form.add_field("files[0]", b"12345", filename="a.txt", content_type="text/plain")
    url = f"{discord.api_url}/channels/{general}/messages"
    headers = {"Authorization": f"Bot {discord.bot_token}"}
    async with client.session.post(url, data=form, headers=headers) as response:
        said = await response.json()
    file = discord.messages(general)[0].files[0]
    assert (file.name, file.content_type, file.size) == ("a.txt", "text/plain", 5)
    assert (said["attachments"][0]["filename"], said["content"]) == ("a.txt", "see")
    await client.edit(general, said["id"], content="still")
    assert discord.messages(general)[0].files == (file,)
    await client.edit(general, said["id"], attachments=[])
    assert discord.messages(general)[0].files == ()


TOO_MUCH: list[tuple[Json, int | None]] = [
    ({"content": "x" * 2000}, None),
    ({"content": "x" * 2001}, 50035),
    ({"content": "😀" * 1000}, None),
    ({"content": "😀" * 1001}, 50035),
    ({"content": " \n "}, 50006),
    ({}, 50006),
    ({"embeds": [{"description": "x"}] * 10}, None),
    ({"embeds": [{"description": "x"}] * 11}, 50035),
    ({"embeds": [{"description": "x" * 4097}]}, 50035),
    ({"embeds": [{"title": "x" * 3001, "footer": {"text": "x" * 3000}}]}, 50035),
    ({"embeds": [{"fields": [{"name": "x" * 3000, "value": "x" * 3001}]}]}, 50035),
    ({"embeds": "x"}, 50035),
    ({"content": "x", "allowed_mentions": {"parse": ["all"]}}, 50035),
    ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, 50035),
    ({"content": "x", "components": [{"type": 1, "components": []}] * 6}, 50035),
    ({"content": "x", "components": [{"components": []}]}, 50035),
    ({"content": "x", "components": [{"type": 2, "custom_id": "x" * 101}]}, 50035),
    ({"content": "x", "components": [{"type": 2, "custom_id": "a"}] * 2}, 50035),
    (
        {"components": [{"type": 1, "components": [{"type": 2, "style": 5}] * 6}]},
        50035,
    ),
    ({"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 40}, None),
    ({"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41}, 50035),
    ({"flags": 1 << 15, "content": "x"}, 50035),
]


@pytest.mark.parametrize(("body", "code"), TOO_MUCH)
async def test_what_is_too_much_or_nothing_is_refused(
    client: Client, discord: Discord, general: str, body: dict[str, Any], code: int | None
) -> None:
    answer = await client.call("POST", f"/channels/{general}/messages", body)
    assert (answer.said.get("code"), len(discord.messages(general))) == (code, int(code is None))
    assert answer.status == (200 if code is None else 400)
    assert ("errors" in answer.said) == (code == 50035)
    assert discord.calls[-1].code == code


@pytest.mark.parametrize(
    ("body", "code"), [({"content": ""}, 50006), ({"content": "x" * 2001}, 50035)]
)
async def test_an_edit_is_held_to_the_same_limits(
    client: Client, discord: Discord, general: str, body: dict[str, Any], code: int
) -> None:
    message = await client.posted(general, "kept")
    assert (await client.edit(general, message, **body)).code == code
    assert discord.message(general, message).history == ("kept",)


async def test_only_ones_own_messages_can_be_edited_and_others_deleted_by_moderators(
    client: Client, discord: Discord, ana: Person, general: str
) -> None:
    hers, ours = await discord.say(ana, general, "hers"), await client.posted(general, "ours")
    path = f"/channels/{general}/messages"
    answer = await client.edit(general, hers, content="x")
    assert (answer.status, answer.code) == (403, 50005)
    assert (await client.edit(general, "404", content="x")).code == 10008
    assert (await client.call("DELETE", f"{path}/{hers}")).code == 50013
    assert (await client.call("DELETE", f"{path}/{ours}")).status == 204
    discord.permit(general, INVITED | Permission.MANAGE_MESSAGES)
    assert (await client.call("DELETE", f"{path}/{hers}")).status == 204
    assert [shown.text for shown in discord.gone] == ["ours", "hers"]
    assert discord.messages(general) == []


@pytest.mark.parametrize(
    ("missing", "code", "body"),
    [
        (Permission.VIEW_CHANNEL, (403, 50001), {}),
        (Permission.SEND_MESSAGES, (403, 50013), {}),
        (Permission.EMBED_LINKS, (403, 50013), {"embeds": [{"title": "x"}]}),
        (
            Permission.READ_MESSAGE_HISTORY,
            (400, 160002),
            {"message_reference": {"message_id": "1"}},
        ),
    ],
)
async def test_what_is_not_permitted_is_refused(
    client: Client,
    discord: Discord,
    missing: Permission,
    code: tuple[int, int],
    body: dict[str, Any],
) -> None:
    channel = discord.channel("ops", permissions=INVITED & ~missing)
    answer = await client.post(channel, **body)
    assert (answer.status, answer.code) == code
    discord.permit(channel, None)
    assert (await client.post(channel)).status == 200


async def test_files_need_their_permission(client: Client, discord: Discord) -> None:
    channel = discord.channel("ops", permissions=INVITED & ~Permission.ATTACH_FILES)
    form = aiohttp.FormData()
    form.add_field("files[0]", b"x", filename="a.txt")
    url = f"{discord.api_url}/channels/{channel}/messages"
    headers = {"Authorization": f"Bot {discord.bot_token}"}
    async with client.session.post(url, data=form, headers=headers) as response:
        assert (await response.json())["code"] == 50013


async def test_typing_is_seen_where_one_may_write(
    client: Client, discord: Discord, general: str
) -> None:
    assert (await client.call("POST", f"/channels/{general}/typing")).status == 204
    mute = discord.channel("mute", permissions=INVITED & ~Permission.SEND_MESSAGES)
    assert (await client.call("POST", f"/channels/{mute}/typing")).code == 50013
    assert (await client.call("POST", "/channels/404/typing")).code == 10003
    assert discord.typing == [general]


async def test_in_a_forum_nobody_writes_but_in_posts(client: Client, discord: Discord) -> None:
    assert (await client.post(discord.forum("ask"))).code == 50008


async def test_a_bot_that_calls_too_fast_is_told_so_and_counted() -> None:
    async with Discord(rates=True) as discord, aiohttp.ClientSession() as session:
        client, general = Client(discord, session), discord.channel("general")
        answers = [await client.post(general, str(number)) for number in range(6)]
        first, last = answers[0], answers[-1]
        assert [answer.status for answer in answers] == [200] * 5 + [429]
        assert first.headers["X-RateLimit-Remaining"] == "4"
        assert last.headers["X-RateLimit-Remaining"] == "0"
        assert (last.headers["X-RateLimit-Scope"], last.headers["Retry-After"]) == ("user", "5")
        assert 4 < last.said["retry_after"] <= 5.001
        assert (last.said["global"], "Via" in last.headers) == (False, True)
        assert len(discord.messages(general)) == 5
        assert discord.refused == {("create_message", general): 1}


async def test_a_slow_platform_takes_its_time_before_and_after_the_effect(
    client: Client, discord: Discord, general: str
) -> None:
    discord.latency = 0.1
    post = asyncio.ensure_future(client.post(general))
    await discord.until(lambda: discord.messages(general))
    assert not post.done()
    assert discord.calls[0].status is None
    await post
