from typing import Any

import pytest

from sandbox.slack import File, Person, Slack
from tests.sandbox.slack.wire import Client

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
MARK = {"event_type": "mark", "event_payload": {"turn": "1"}}


def markdown(text: str) -> list[dict[str, str]]:
    return [{"type": "markdown", "text": text}]


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


@pytest.mark.parametrize(
    ("method", "kind", "error"),
    [
        ("auth.test", "none", "not_authed"),
        ("auth.test", "wrong", "invalid_auth"),
        ("auth.test", "app", "not_allowed_token_type"),
        ("apps.connections.open", "bot", "not_allowed_token_type"),
        ("apps.connections.open", "wrong", "invalid_auth"),
        ("chat.shout", "bot", "unknown_method"),
    ],
)
async def test_a_wrong_token_is_refused_by_name(
    client: Client, slack: Slack, method: str, kind: str, error: str
) -> None:
    tokens = {"none": "", "wrong": "xoxb-0", "app": slack.app_token, "bot": slack.bot_token}
    assert await client.call(method, token=tokens[kind]) == {"ok": False, "error": error}


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


async def test_a_post_stands_where_a_person_sees_it(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    root = await slack.say(ana, general, f"<@{slack.bot_user}> 1 &lt; 2")
    reply = await client.call(
        "chat.postMessage",
        channel=general,
        thread_ts=root,
        text="a &lt;b&gt;",
        blocks=markdown("**a** &lt;b>"),
        metadata=MARK,
        **QUIET,
    )
    question, answer = slack.thread(general, root)
    assert (question.text, question.name) == ("@Claude 1 < 2", "Ana")
    assert (answer.ts, answer.user, answer.thread_ts) == (reply["ts"], slack.bot_user, root)
    assert (answer.text, answer.fallback) == ("**a** <b>", "a &lt;b&gt;")
    assert (answer.metadata, answer.edits, answer.history) == (MARK, 0, ("**a** <b>",))
    assert slack.channel_view(general) == [question]
    assert slack.messages(general) == [question, answer]
    assert f"{answer.ts} Claude: '**a** <b>'" in slack.screen()


async def test_a_form_is_understood_like_json(client: Client, slack: Slack, general: str) -> None:
    answer = await client.form(
        "chat.postMessage",
        channel=general,
        text="x https://a.example",
        blocks='[{"type": "markdown", "text": "y"}]',
        metadata='{"event_type": "a", "event_payload": {}}',
        unfurl_links="0",
        unfurl_media="0",
    )
    shown = slack.channel_view(general)[0]
    assert answer["ok"]
    assert (shown.text, shown.metadata, shown.unfurled) == (
        "y",
        {"event_type": "a", "event_payload": {}},
        (),
    )


async def test_a_body_that_is_no_json_object_holds_no_arguments(
    client: Client, slack: Slack
) -> None:
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {slack.bot_token}",
    }
    for body in ("{", "[]", ""):
        async with client.session.post(
            f"{slack.api_url}users.info", data=body, headers=headers
        ) as response:
            assert (await response.json())["error"] == "invalid_arguments"


async def test_links_are_fetched_and_people_pinged_unless_the_app_takes_care(
    client: Client, slack: Slack, general: str
) -> None:
    careless = await client.post(general, "see https://evil.example/?d=1 <!here>")
    await client.post(general, "see https://evil.example/ &lt;!here&gt;", **QUIET)
    await client.call("chat.update", channel=general, ts=careless, text="https://b.example <@U1>")
    first, second = slack.channel_view(general)
    assert first.unfurled == ("https://evil.example/?d=1",)
    assert first.pinged == ("<!here>", "<@U1>")
    assert (second.unfurled, second.pinged) == ((), ())


async def test_an_update_replaces_text_and_blocks_and_keeps_metadata(
    client: Client, slack: Slack, general: str
) -> None:
    ts = await client.post(general, "a", blocks=markdown("a"), metadata=MARK)
    answer = await client.call("chat.update", channel=general, ts=ts, text="b")
    shown = slack.channel_view(general)[0]
    assert (answer["ts"], answer["text"]) == (ts, "b")
    assert (shown.text, shown.blocks, shown.metadata) == ("b", (), MARK)
    assert (shown.edits, shown.history) == (1, ("a", "b"))
    await client.call("chat.update", channel=general, ts=ts, blocks=markdown("c"), metadata={})
    shown = slack.channel_view(general)[0]
    assert (shown.text, shown.metadata, shown.history) == ("c", None, ("a", "b", "c"))


async def test_a_post_too_long_becomes_several_messages(
    client: Client, slack: Slack, general: str
) -> None:
    await client.post(general, "x" * 4_001)
    assert [len(shown.text) for shown in slack.channel_view(general)] == [4_000, 1]


async def test_what_may_not_be_written_is_refused(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    theirs = slack.backfill(ana, general, "hers")
    ours = await client.post(general)
    reply = await client.post(general, thread_ts=theirs)
    closed = slack.channel("closed")
    slack.archive(closed)
    left = slack.channel("left")
    slack.remove_bot(left)

    async def error(method: str, **args: Any) -> str:
        return str(
            (await client.call(method, **{"channel": general, "text": "x", **args}))["error"]
        )

    assert await error("chat.postMessage", channel="C404") == "channel_not_found"
    assert await error("chat.postMessage", channel=left) == "not_in_channel"
    assert await error("chat.postMessage", channel=closed) == "is_archived"
    assert await error("chat.postMessage", thread_ts="1.000001") == "thread_not_found"
    assert await error("chat.postMessage", thread_ts=reply) == "thread_not_found"
    assert await error("chat.update", ts="1.000001") == "message_not_found"
    assert await error("chat.update", ts=theirs) == "cant_update_message"
    assert await error("chat.update", ts=ours, text="") == "no_text"
    assert await error("chat.update", ts=ours, text="x" * 4_001) == "msg_too_long"
    assert await error("chat.delete", ts=theirs) == "cant_delete_message"
    assert [shown.edits for shown in slack.messages(general)] == [0, 0, 0]


async def test_a_user_id_stands_for_the_dm_with_them(
    client: Client, slack: Slack, ana: Person
) -> None:
    answer = await client.call("chat.postMessage", channel=ana.id, text="hi")
    assert answer["channel"] == slack.dm(ana)
    bot = slack.person("Jira", bot=True)
    refused = await client.call("chat.postMessage", channel=bot.id, text="hi")
    assert refused["error"] == "channel_not_found"


async def test_a_deleted_message_is_gone_and_a_deleted_root_leaves_a_stone(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    root = await client.post(general, "root")
    slack.backfill(ana, general, "reply", root)
    alone = await client.post(general, "alone")
    assert (await client.call("chat.delete", channel=general, ts=alone))["ok"]
    await client.call("chat.delete", channel=general, ts=root)
    assert [shown.text for shown in slack.gone] == ["alone", "root"]
    stone, reply = slack.thread(general, root)
    assert (stone.subtype, stone.user, reply.text) == ("tombstone", "USLACKBOT", "reply")
    again = await client.call("chat.delete", channel=general, ts=alone)
    assert again["error"] == "message_not_found"


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
    ts = await client.post(general, "plain", blocks=markdown("**rich**"), metadata=MARK)
    page = await client.call("conversations.replies", channel=general, ts=ts)
    message = page["messages"][0]
    assert (message["text"], message["bot_id"]) == ("plain", slack.bot.bot_id)
    assert "metadata" not in message
    assert {block["type"] for block in message["blocks"]} == {"rich_text"}
    asked: dict[str, Any] = {"channel": general, "ts": ts, "include_all_metadata": True}
    page = await client.call("conversations.replies", **asked)
    assert page["messages"][0]["metadata"] == MARK


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


async def test_a_status_stands_until_it_is_cleared_or_something_is_posted(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    root = slack.backfill(ana, general, "root")
    place: dict[str, Any] = {"channel_id": general, "thread_ts": root}
    await client.call("assistant.threads.setStatus", status="is thinking", **place)
    assert slack.status(general, root) == "is thinking"
    await client.post(general, thread_ts=root)
    assert slack.status(general, root) is None
    await client.call("assistant.threads.setStatus", status="is thinking", **place)
    await client.call("assistant.threads.setStatus", status="", **place)
    assert slack.status(general, root) is None
    missing: dict[str, Any] = {"channel_id": general, "thread_ts": "1.000001", "status": "x"}
    assert (await client.call("assistant.threads.setStatus", **missing))["error"]


async def test_an_ephemeral_message_is_shown_to_one_and_kept_nowhere(
    client: Client, slack: Slack, ana: Person, general: str
) -> None:
    said: dict[str, Any] = {"channel": general, "user": ana.id, "text": "only you"}
    assert (await client.call("chat.postEphemeral", **said))["message_ts"]
    assert (slack.ephemerals, slack.messages(general)) == ([said], [])
    refused = await client.call("chat.postEphemeral", **said | {"user": "U404"})
    assert refused["error"] == "user_not_in_channel"


async def test_every_call_is_written_down(client: Client, slack: Slack, general: str) -> None:
    await client.post(general)
    await client.call("chat.update", channel=general, ts="1.000001", text="x")
    post, update = slack.calls
    assert (post.method, post.args["text"], post.token) == (
        "chat.postMessage",
        "hello",
        slack.bot_token,
    )
    assert (post.status, post.error) == (200, None)
    assert (update.error, slack.count("chat.update")) == ("message_not_found", 1)
    assert post.at <= update.at
