"""What only Discord has, as a visitor meets it; the app is a bare client of the wire."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.house.platform import Button, Fill, NotThere, Place, Seen, Slash
from sandbox.house.session import Session
from sandbox.house.stage import Stage
from tests.sandbox.discord.commanding import App
from tests.sandbox.discord.test_components import MODAL
from tests.sandbox.discord.wire import Client, Json
from tests.sandbox.house.test_session import said, type_in

STOP: Json = {"type": 2, "custom_id": "stop:1", "style": 2, "label": "Stop"}
OFF: Json = {"type": 2, "custom_id": "off", "style": 2, "label": "Off", "disabled": True}
WAVE: Json = {"type": 2, "custom_id": "wave", "style": 2, "emoji": {"name": "👋"}}
ROWS: list[Json] = [{"type": 1, "components": [STOP, OFF, WAVE]}]


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(stage.discord.discord, http)


@pytest.fixture
async def app(client: Client) -> App:
    app = App(client)
    await app.begin()
    return app


@pytest.fixture
def visit(stage: Stage) -> Session:
    session = Session(stage, "")
    session.switch()
    return session


def newest(stage: Stage) -> Seen:
    return stage.discord.threads("Ana", Place())[-1].seen[-1]


async def test_buttons_are_shown_and_pressed_by_their_words(
    stage: Stage, visit: Session, client: Client, app: App
) -> None:
    general = stage.discord.general
    message = await client.posted(general, "writing", components=ROWS)
    assert newest(stage).buttons == (Button("stop:1", "Stop"), Button("wave", "👋"))
    assert said(visit) == ["writing", "[Stop] [👋]"]
    await type_in(visit, "/press stop")
    heard = await app.hear()
    assert (heard["data"]["custom_id"], heard["message"]["id"]) == ("stop:1", message)
    await app.reply(heard, 7, {"content": "stopped", "components": []})
    assert said(visit) == ["stopped"]
    await type_in(visit, "/press 1 Stop")
    assert visit.note == "There is no button [Stop] to press here."


async def test_a_button_in_a_thread_is_pressed_from_the_channel(
    stage: Stage, visit: Session, client: Client, app: App
) -> None:
    await type_in(visit, "one", "/thread 1 two", "/channel")
    thread = stage.discord.threads("Ana", Place())[0].id
    await client.posted(thread, "old", components=ROWS)
    message = await client.posted(thread, "writing", components=ROWS)
    await type_in(visit, "/press [👋]")
    assert (await app.hear())["message"]["id"] == message
    await type_in(visit, "/press 1.2 Stop")
    assert (await app.hear())["message"]["content"] == "old"


async def test_a_slash_command_is_answered_for_one_person_alone(
    stage: Stage, visit: Session, app: App
) -> None:
    await type_in(visit, "/claude ask Why? private: true")
    heard = await app.hear()
    options = heard["data"]["options"][0]["options"]
    assert [(one["name"], one["value"]) for one in options] == [("text", "Why?"), ("private", True)]
    await app.reply(heard, 5, {"flags": 64})
    assert said(visit) == ["Ana used /claude ask", "is thinking..."]
    await app.response(heard, content="psst")
    seen = newest(stage)
    assert (seen.text, seen.private, seen.app, seen.about) == (
        "psst",
        True,
        True,
        "Ana used /claude ask",
    )
    await type_in(visit, "/thread 1")
    assert "whose thread one could go to" in visit.note
    await type_in(visit, "/menu 1")
    assert visit.note.endswith("has no such menu.")
    await type_in(visit, "/as Ben")
    assert said(visit) == ["Nothing was said here so far."]


async def test_what_discord_would_not_send_is_told(visit: Session, app: App) -> None:
    for line, told in {
        "/claude ask": "/claude ask is not sent without text",
        "/claude ask hi most: many": "takes no 'many' as most",
        "/claude": "/claude goes on with one of",
    }.items():
        await type_in(visit, line)
        assert told in visit.note
    assert app.socket is not None


async def test_without_any_command_that_is_told(visit: Session) -> None:
    await type_in(visit, "one", "/claude ask hi")
    assert visit.note == "Discord offers no /claude: the bot has registered no such command."
    await type_in(visit, "/menu 1")
    assert visit.note.startswith("Discord offers nothing in that menu")


async def test_the_menu_of_a_message_asks_about_it(stage: Stage, visit: Session, app: App) -> None:
    await type_in(visit, "one", "/menu")
    heard = await app.hear()
    assert (heard["data"]["name"], heard["data"]["target_id"]) == ("Ask Claude", newest(stage).id)
    await app.reply(heard, 4, {"content": "It says one."})
    assert said(visit) == ["one", "Ana used Ask Claude", "It says one."]


async def test_a_form_is_filled_in_once(stage: Stage, visit: Session, app: App) -> None:
    await type_in(visit, "/claude ask hi")
    await app.reply(await app.hear(), 9, MODAL)
    (form,) = said(visit)
    assert "/fill TEXT fills in: " in form
    with pytest.raises(NotThere):
        await stage.discord.act("Ben", Place(), Fill("not his"))
    await type_in(visit, "/fill Be brief")
    heard = await app.hear()
    assert heard["data"]["components"][0]["component"]["value"] == "Be brief"
    await type_in(visit, "/fill Again")
    assert visit.note == "The bot opened no form that waits to be filled in."


async def test_an_app_that_does_not_answer_in_time_is_told(
    stage: Stage, visit: Session, app: App
) -> None:
    stage.discord.discord.interactions.ack_within = 0.0
    await stage.discord.act("Ana", Place(), Slash("claude ask hi"))
    assert await app.hear()
    assert said(visit) == ["The application did not respond"]


async def test_text_is_read_as_it_was_written(stage: Stage, client: Client) -> None:
    ana = stage.discord.discord.person("Ana Lima")
    text = rf"\_\_init\_\_ of <@{ana.id}>, **`\_`** <https://a.example>"
    await client.posted(stage.discord.general, text)
    seen = newest(stage)
    assert seen.text == r"__init__ of @Ana Lima, **`\_`** https://a.example"
    assert seen.history == (seen.text,)


async def test_who_replies_to_what_is_gone_is_told(stage: Stage, visit: Session) -> None:
    await type_in(visit, "one", "/reply 1 two")
    discord, general = stage.discord.discord, stage.discord.general
    await discord.delete_as_person(general, discord.messages(general)[0].id)
    assert said(visit) == ["to a message that is gone", "two"]


async def test_a_thread_whose_message_is_gone_stays(stage: Stage, visit: Session) -> None:
    await type_in(visit, "one", "/thread 1 two", "/channel")
    discord, general = stage.discord.discord, stage.discord.general
    await discord.delete_as_person(general, discord.messages(general)[0].id)
    assert said(visit) == ["[1] Thread: one", "two"]
    await type_in(visit, "/thread 1 three")
    assert said(visit) == ["[1] Thread: one", "two", "three"]


async def test_it_types_until_it_has_posted(stage: Stage, visit: Session, client: Client) -> None:
    await type_in(visit, "@claude one")
    general = stage.discord.general
    await client.call("POST", f"/channels/{general}/typing")
    assert said(visit) == ["@Claude one", "Claude is typing..."]
    await type_in(visit, "/thread 1 two")
    thread = newest(stage)
    place = stage.discord.threads("Ana", Place())[0].id
    await client.call("POST", f"/channels/{place}/typing")
    assert said(visit)[-1] == "Claude is typing..."
    await client.posted(place, "three")
    assert said(visit)[-2:] == ["two", "three"]
    assert thread.text == "two"
