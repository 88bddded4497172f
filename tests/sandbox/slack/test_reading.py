from typing import Any

import pytest

from sandbox.slack import File, Person, Slack
from tests.sandbox.slack.wire import Client

MARK = {"event_type": "mark", "event_payload": {"turn": "1"}}


async def test_auth_test_says_who_we_are_and_what_we_may(client: Client, slack: Slack) -> None:
    async with client.request("auth.test") as response:
        answer = await response.json()
        assert "chat:write" in response.headers["x-oauth-scopes"]
    assert (answer["ok"], answer["user_id"], answer["team_id"], answer["bot_id"]) == (
        True,
        slack.bot_user,
        slack.team,
        slack.bot.bot_id,
    )


async def test_people_are_told_apart_by_what_users_info_says(client: Client, slack: Slack) -> None:
    bea = slack.person("Bea Novak", display_name="", guest=True, locale="ja-JP", admin=True)
    cem = slack.person("Cem", external=True)
    app = slack.person("Jira", bot=True)

    async def info(person: Person, **args: Any) -> dict[str, Any]:
        user: dict[str, Any] = (await client.call("users.info", user=person.id, **args))["user"]
        return user

    user = await info(bea, include_locale=True)
    assert (user["real_name"], user["profile"]["display_name"]) == ("Bea Novak", "")
    assert (user["is_restricted"], user["is_admin"], user["locale"]) == (True, True, "ja-JP")
    assert bea.called == "Bea Novak"
    assert "locale" not in await info(bea)
    stranger = await info(cem)
    assert stranger["is_stranger"]
    assert stranger["team_id"] != slack.team
    bot = await info(app)
    assert (bot["is_bot"], bot["profile"]["bot_id"]) == (True, app.bot_id)
    assert (await client.call("users.info", user="U404"))["error"] == "user_not_found"
    assert (await client.call("users.info"))["error"] == "invalid_arguments"


async def test_bots_info_names_the_app(client: Client, slack: Slack) -> None:
    answer = await client.call("bots.info", bot=slack.bot.bot_id)
    assert (answer["bot"]["user_id"], answer["bot"]["app_id"]) == (slack.bot.id, slack.bot.app_id)
    assert (await client.call("bots.info", bot="B404"))["error"] == "bot_not_found"


async def test_conversations_info_tells_what_a_channel_is(
    client: Client, slack: Slack, ana: Person
) -> None:
    async def info(channel: str) -> dict[str, Any]:
        answer = await client.call("conversations.info", channel=channel)
        found: dict[str, Any] = answer.get("channel", answer)
        return found

    assert (await info(slack.channel("open", member=False)))["is_member"] is False
    assert (await info(slack.channel("den", private=True)))["is_group"]
    hidden = slack.channel("hidden", member=False, private=True)
    assert (await info(hidden))["error"] == "channel_not_found"
    assert (await info(slack.dm(ana)))["user"] == ana.id
    assert (await info(slack.group_dm(ana, slack.person("Bea"))))["is_mpim"]
    assert slack.dm(ana) == slack.dm(ana)


async def test_a_thread_is_read_page_by_page_root_first(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    root = slack.backfill(ana, general, "root")
    for number in range(1_199):
        slack.backfill(ana, general, str(number), root)
    whole = await client.call("conversations.replies", channel=general, ts=root)
    assert (len(whole["messages"]), whole["has_more"]) == (1_000, True)
    assert whole["messages"][0]["reply_count"] == 1_199
    cursor = whole["response_metadata"]["next_cursor"]
    rest = await client.call("conversations.replies", channel=general, ts=root, cursor=cursor)
    assert (len(rest["messages"]), rest["has_more"]) == (200, False)
    assert rest["response_metadata"]["next_cursor"] == ""
    texts = [message["text"] for message in whole["messages"] + rest["messages"]]
    assert texts == ["root", *map(str, range(1_199))]
    for bad in ("!", "bmV4dF90czoxLjE="):
        page = await client.call("conversations.replies", channel=general, ts=root, cursor=bad)
        assert page["error"] == "invalid_cursor"


async def test_a_thread_can_be_read_between_two_times_and_keeps_its_root(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    root = slack.backfill(ana, general, "root", ts="1700000000.000100")
    slack.backfill(ana, general, "a", root, "1700000001.000100")
    slack.backfill(ana, general, "b", root, "1700000002.000100")
    slack.backfill(ana, general, "c", root, "1700000003.000100")

    async def texts(**args: Any) -> list[str]:
        page = await client.call("conversations.replies", channel=general, ts=root, **args)
        return [message["text"] for message in page["messages"]]

    assert await texts(oldest="1700000001.000100") == ["root", "b", "c"]
    ends: dict[str, Any] = {"oldest": "1700000001.000100", "latest": "1700000002.000100"}
    assert await texts(inclusive=True, **ends) == ["root", "a", "b"]
    assert await texts(latest="1700000002") == ["root", "a"]
    refused = await client.call("conversations.replies", channel=general, ts=root, oldest="soon")
    assert not refused["ok"]
    with pytest.raises(ValueError, match="is taken"):
        slack.backfill(ana, general, "again", ts=root)


async def test_metadata_is_told_only_to_who_asks_and_markdown_only_as_its_fallback(
    client: Client, slack: Slack, general: str
) -> None:
    rich = [{"type": "markdown", "text": "**rich**"}]
    ts = await client.post(general, "plain", blocks=rich, metadata=MARK)
    page = await client.call("conversations.replies", channel=general, ts=ts)
    message = page["messages"][0]
    assert (message["text"], message["bot_id"]) == ("plain", slack.bot.bot_id)
    assert "metadata" not in message
    assert {block["type"] for block in message["blocks"]} == {"rich_text"}
    asked: dict[str, Any] = {"channel": general, "ts": ts, "include_all_metadata": True}
    page = await client.call("conversations.replies", **asked)
    assert page["messages"][0]["metadata"] == MARK


async def test_an_edit_leaves_its_mark_only_where_it_brought_no_blocks(
    client: Client, general: str
) -> None:
    async def is_marked(**args: Any) -> bool:
        await client.call("chat.update", channel=general, ts=ts, **args)
        page = await client.call("conversations.replies", channel=general, ts=ts)
        return "edited" in page["messages"][0]

    ts = await client.post(general)
    assert await is_marked(text="a")
    assert not await is_marked(text="b", blocks=[{"type": "markdown", "text": "b"}])


async def test_a_thread_that_is_not_there_is_refused(
    client: Client, slack: Slack, general: str
) -> None:
    away = slack.channel("away", member=False)
    missing = await client.call("conversations.replies", channel=general, ts="1.000001")
    outside = await client.call("conversations.replies", channel=away, ts="1.000001")
    assert (missing["error"], outside["error"]) == ("thread_not_found", "not_in_channel")


async def test_history_is_read_newest_first_without_replies_but_with_broadcasts(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    root = slack.backfill(ana, general, "root", files=[File("a.txt")])
    slack.backfill(ana, general, "reply", root)
    await slack.say(ana, general, "aloud", root, broadcast=True)
    page = await client.call("conversations.history", channel=general, limit=1)
    assert [message["text"] for message in page["messages"]] == ["aloud"]
    cursor = page["response_metadata"]["next_cursor"]
    page = await client.call("conversations.history", channel=general, cursor=cursor)
    assert [message["text"] for message in page["messages"]] == ["root"]
    assert page["messages"][0]["reply_count"] == 2
    assert page["messages"][0]["files"][0]["name"] == "a.txt"
    assert [shown.text for shown in slack.channel_view(general)] == ["root", "aloud"]
