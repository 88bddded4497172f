"""What Slack does where a person uses a command, an item or a form, and what it refuses."""

import time

import pytest

from sandbox.slack import NotOffered, Person, Slack
from sandbox.slack.markup import Json
from tests.sandbox.slack.wire import Client

VIEW: Json = {
    "type": "modal",
    "callback_id": "parley",
    "private_metadata": "kept",
    "title": {"type": "plain_text", "text": "Prompt"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "text",
            "label": {"type": "plain_text", "text": "What"},
            "element": {
                "type": "plain_text_input",
                "action_id": "text",
                "initial_value": "Be kind.",
            },
        }
    ],
}
FIELD: Json = VIEW["blocks"][0]


async def test_a_command_comes_once_with_what_was_typed(
    slack: Slack, client: Client, ana: Person, general: str
) -> None:
    slack.redelivery_after = 0.01
    socket = await client.connect()
    used = await slack.slash(ana, general, "tier <b> @Ana")
    frame = await socket.receive()
    assert (frame["type"], frame["accepts_response_payload"]) == ("slash_commands", True)
    assert "retry_attempt" not in frame
    payload = frame["payload"]
    assert payload["text"] == f"tier &lt;b&gt; <@{ana.id}>"
    assert (payload["user_id"], payload["channel_id"]) == (ana.id, general)
    with pytest.raises(TimeoutError):
        await socket.raw.receive(timeout=0.1)
    assert not used.failed
    await socket.ack(frame)
    await slack.until(lambda: not slack.unacked)
    used.at -= 4  # as if its acknowledgement had come too late
    await slack.until(lambda: used.failed)
    with pytest.raises(NotOffered):
        await slack.slash(ana, general, command="/gpt")


async def test_an_app_that_never_acknowledges_has_failed(
    slack: Slack, ana: Person, general: str
) -> None:
    used = await slack.slash(ana, general)
    assert not used.failed
    used.at = time.monotonic() - 3.1
    await slack.until(lambda: used.failed)


async def test_a_response_url_is_good_for_five_times_in_half_an_hour(
    slack: Slack, client: Client, ana: Person, general: str
) -> None:
    used = await slack.slash(ana, general)

    async def respond(**said: str) -> int:
        async with client.session.post(used.response_url, json=said) as response:
            return int(response.status)

    assert await respond(markdown_text="no") == 404
    assert await respond(text=" ") == 404
    assert [await respond(text="hi") for _ in range(6)] == [200] * 5 + [404]
    assert [one.text for one in slack.private(ana, general)] == ["hi"] * 5
    assert slack.private(slack.person("Ben"), general) == []
    used.told.clear()
    used.at -= 1801
    assert await respond(text="late") == 404


async def test_a_form_is_opened_once_in_time_and_sent_back_filled_in(
    slack: Slack, client: Client, ana: Person, general: str
) -> None:
    socket = await client.connect()
    used = await slack.slash(ana, general)
    with pytest.raises(NotOffered):
        await slack.submit(used)
    opened = await client.call("views.open", trigger_id=used.trigger, view=VIEW)
    assert opened["view"]["private_metadata"] == "kept"
    again = await client.call("views.open", trigger_id=used.trigger, view=VIEW)
    assert again["error"] == "exchanged_trigger_id"
    with pytest.raises(NotOffered):
        await slack.submit(used, other="x")
    await slack.submit(used)
    await socket.receive()
    frame = await socket.receive()
    assert frame["type"] == "interactive"
    view = frame["payload"]["view"]
    assert view["state"]["values"]["text"]["text"]["value"] == "Be kind."
    late = await slack.slash(ana, general)
    late.at -= 3.1
    assert (await client.call("views.open", trigger_id=late.trigger, view=VIEW))[
        "error"
    ] == "expired_trigger_id"
    assert (await client.call("views.open", trigger_id="x", view=VIEW))[
        "error"
    ] == "invalid_trigger"


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "home"},
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"title": "Prompt"},
        {"submit": None},
        {"private_metadata": "x" * 3001},
        {"blocks": []},
        {"blocks": [FIELD | {"label": {"type": "mrkdwn", "text": "What"}}]},
        {"blocks": [FIELD | {"element": None}]},
        {"blocks": [FIELD | {"element": FIELD["element"] | {"max_length": 3001}}]},
        {"blocks": [FIELD | {"element": FIELD["element"] | {"initial_value": "x" * 3001}}]},
    ],
)
async def test_a_form_that_slack_would_not_open_is_refused(
    slack: Slack, client: Client, ana: Person, general: str, changed: Json
) -> None:
    used = await slack.slash(ana, general)
    answer = await client.call("views.open", trigger_id=used.trigger, view=VIEW | changed)
    assert answer["error"] == "invalid_arguments"


@pytest.mark.parametrize("view", ["no JSON", "[]"])
async def test_what_is_no_form_is_refused(
    slack: Slack, client: Client, ana: Person, general: str, view: str
) -> None:
    used = await slack.slash(ana, general)
    answer = await client.call("views.open", trigger_id=used.trigger, view=view)
    assert answer["error"] == "invalid_arguments"


async def test_an_item_in_the_menu_of_a_message_tells_which_message(
    slack: Slack, client: Client, ana: Person, general: str
) -> None:
    socket = await client.connect()
    ts = slack.backfill(ana, general, "a plan")
    await slack.shortcut(ana, general, ts)
    payload = (await socket.receive())["payload"]
    assert (payload["type"], payload["message_ts"]) == ("message_action", ts)
    assert payload["message"]["text"] == "a plan"
    with pytest.raises(NotOffered):
        await slack.shortcut(ana, general, ts, "other")


async def test_what_is_posted_under_another_name_is_told_of_without_a_user(
    slack: Slack, client: Client, general: str
) -> None:
    socket = await client.connect()
    block = {
        "type": "section",
        "block_id": "mine",
        "text": {"type": "plain_text", "text": "<!here>"},
    }
    await client.post(general, username="Ana", blocks=[block])
    event = await socket.event()
    assert (event["subtype"], event["username"]) == ("bot_message", "Ana")
    assert "user" not in event
    assert event["bot_id"] == slack.bot.bot_id
    assert event["blocks"] == [block]
    assert slack.messages(general)[0].name == "Ana"
    slack.scopes = slack.scopes.replace("chat:write.customize,", "")
    refused = await client.call("chat.postMessage", channel=general, text="x", username="Ana")
    assert refused["error"] == "missing_scope"
