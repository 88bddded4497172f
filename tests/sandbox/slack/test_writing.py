from typing import Any

import pytest

from sandbox.slack import Person, Slack
from tests.sandbox.slack.wire import Client

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
MARK = {"event_type": "mark", "event_payload": {"turn": "1"}}


def markdown(text: str) -> list[dict[str, str]]:
    return [{"type": "markdown", "text": text}]


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
    (shown,) = slack.ephemerals
    assert (shown | said, slack.messages(general)) == (shown, [])
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
