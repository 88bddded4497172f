"""Commands, forms and the menu of a message on Slack, as a visitor meets them; a bare client."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.house.session import Session
from sandbox.house.stage import Stage
from tests.sandbox.house.test_session import said, type_in
from tests.sandbox.slack.test_interacting import VIEW
from tests.sandbox.slack.wire import Client, Socket


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(stage.slack.slack, http)


@pytest.fixture
async def socket(client: Client) -> Socket:
    return await client.connect()


@pytest.fixture
def visit(stage: Stage) -> Session:
    return Session(stage, "")


async def test_what_one_person_is_told_alone_stands_where_it_was_told(
    stage: Stage, visit: Session, client: Client, socket: Socket
) -> None:
    await type_in(visit, "one")
    await socket.event()
    await type_in(visit, "/claude tier complex")
    payload = (await socket.receive())["payload"]
    assert (payload["command"], payload["text"]) == ("/claude", "tier complex")
    await client.session.post(payload["response_url"], json={"text": "Only *you*."})
    root = stage.slack.slack.messages(stage.slack.general)[0].ts
    place = {"channel": stage.slack.general, "user": payload["user_id"], "thread_ts": root}
    assert (await client.call("chat.postEphemeral", **place, text="psst"))["ok"]
    await type_in(visit, "/thread 1 two", "/channel")
    assert said(visit) == ["one", "psst", "two", "Only *you*."]
    await type_in(visit, "/as Ben")
    assert said(visit) == ["one", "two"]


async def test_a_form_is_shown_filled_in_and_gone(
    visit: Session, client: Client, socket: Socket
) -> None:
    await type_in(visit, "/claude prompt set")
    payload = (await socket.receive())["payload"]
    assert (await client.call("views.open", trigger_id=payload["trigger_id"], view=VIEW))["ok"]
    assert said(visit) == ["A form is open: Prompt. /fill TEXT fills in: What"]
    await type_in(visit, "/fill Be brief.")
    sent = (await socket.receive())["payload"]["view"]["state"]["values"]
    assert sent["text"]["text"]["value"] == "Be brief."
    assert said(visit) == ["Nothing was said here so far."]


async def test_the_menu_of_a_message_offers_what_the_app_has(
    visit: Session, socket: Socket
) -> None:
    await type_in(visit, "one")
    await socket.event()
    await type_in(visit, "/menu")
    payload = (await socket.receive())["payload"]
    assert (payload["callback_id"], payload["message"]["text"]) == ("ask_claude", "one")
