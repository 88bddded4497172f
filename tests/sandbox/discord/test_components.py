import pytest

from sandbox.discord import Discord, NotOffered, Person, Sort
from tests.sandbox.discord.commanding import App
from tests.sandbox.discord.wire import Client, Json

BUTTON: Json = {"type": 2, "custom_id": "stop:1", "style": 2, "label": "Stop"}
ROWS: list[Json] = [{"type": 1, "components": [BUTTON]}]
MODAL: Json = {
    "custom_id": "prompt",
    "title": "Prompt",
    "components": [
        {"type": 18, "label": "Text", "component": {"type": 4, "custom_id": "text"}},
        {"type": 1, "components": [{"type": 4, "custom_id": "old", "value": "kept"}]},
        {"type": 10, "content": "Just words"},
    ],
}


@pytest.fixture
async def app(client: Client, general: str) -> App:
    assert general
    app = App(client)
    await app.begin()
    return app


async def test_a_message_is_asked_about_with_its_words_in_any_case(
    discord: Discord, app: App, ana: Person, general: str
) -> None:
    discord.message_content = False
    message = await discord.say(ana, general, "between us")
    used = await discord.context_menu(ana, general, "Ask Claude", message)
    data = (await app.hear())["data"]
    assert (data["name"], data["type"], data["target_id"]) == ("Ask Claude", 3, message)
    assert data["resolved"]["messages"][message]["content"] == "between us"
    assert used.sort is Sort.CONTEXT_MENU


async def test_a_button_answers_by_changing_its_message_or_by_a_new_one(
    client: Client, discord: Discord, app: App, ana: Person, general: str
) -> None:
    message = await client.posted(general, "writing", components=ROWS)
    await discord.press(ana, general, message, "stop:1")
    heard = await app.hear()
    assert (heard["type"], heard["data"]["custom_id"]) == (3, "stop:1")
    assert (heard["message"]["id"], heard["data"]["component_type"]) == (message, 2)
    assert "message" not in (await app.reply(heard, 6)).said["resource"]
    await app.response(heard, content="stopped")
    assert discord.message(general, message).text == "stopped"
    pressed = await discord.press(ana, general, message, "stop:1")
    await app.reply(await app.hear(), 4, {"content": "Only Ana may", "flags": 64})
    assert [shown.text for shown in pressed.responses] == ["Only Ana may"]
    off = [{"type": 1, "components": [BUTTON | {"disabled": True}]}]
    await client.edit(general, message, components=off)
    with pytest.raises(NotOffered):
        await discord.press(ana, general, message, "stop:1")


async def test_a_modal_is_filled_in_and_submitted(
    discord: Discord, app: App, ana: Person, general: str
) -> None:
    used = await discord.slash(ana, general, "claude ask", text="hi")
    with pytest.raises(NotOffered, match="modal"):
        await discord.submit(used, {})
    await app.reply(await app.hear(), 9, MODAL)
    assert used.modal == MODAL
    sent = await discord.submit(used, {"text": "Be brief"})
    heard = await app.hear()
    assert (heard["type"], heard["data"]["custom_id"]) == (5, "prompt")
    assert heard["data"]["components"] == [
        {
            "type": 18,
            "id": 1,
            "component": {"type": 4, "id": 1, "custom_id": "text", "value": "Be brief"},
        },
        {
            "type": 1,
            "id": 1,
            "components": [{"type": 4, "id": 1, "custom_id": "old", "value": "kept"}],
        },
        {"type": 10, "id": 1},
    ]
    assert (await app.reply(heard, 9, MODAL)).code == 50035
    assert (await app.reply(heard, 7, {"content": "x"})).code == 50035
    await app.reply(heard, 4, {"content": "Kept"})
    assert [shown.text for shown in sent.responses] == ["Kept"]


async def test_interactions_that_go_elsewhere_do_not_come_here(
    discord: Discord, app: App, ana: Person, general: str
) -> None:
    assert discord.interactions_endpoint_url is None
    discord.interactions_endpoint_url = "https://elsewhere.example"
    await discord.slash(ana, general, "claude ask", text="lost")
    await discord.say(ana, general, "told")
    assert (await app.socket.event())["t"] == "MESSAGE_CREATE"
