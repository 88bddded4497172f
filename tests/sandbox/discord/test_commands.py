from typing import Any

import pytest

from sandbox.discord import Discord, NotOffered, Person
from tests.sandbox.discord.commanding import ASK, MENU, App
from tests.sandbox.discord.wire import Client


@pytest.fixture
async def app(client: Client, general: str) -> App:
    assert general
    app = App(client)
    await app.begin()
    return app


async def test_a_sync_replaces_all_commands_and_keeps_their_ids(discord: Discord, app: App) -> None:
    before = {command["name"]: command["id"] for command in discord.commands}
    assert before.keys() == {"claude", "Ask Claude"}
    answer = await app.sync([MENU])
    assert [command["id"] for command in answer.said] == [before["Ask Claude"]]
    assert answer.said == discord.commands
    path = f"/applications/{discord.application}/commands"
    assert (await app.client.call("GET", path)).said == discord.commands


async def test_a_guild_has_commands_of_its_own(
    discord: Discord, app: App, ana: Person, general: str
) -> None:
    guild = discord.guild("Other")
    local = {"name": "local", "description": "Here"}
    assert (await app.sync([local], guild)).status == 200
    assert (await app.sync([local], "404")).code == 10004
    path = f"/applications/{discord.application}/guilds/{guild}/commands"
    assert [found["name"] for found in (await app.client.call("GET", path)).said] == ["local"]
    await discord.slash(ana, discord.channel("there", guild=guild), "local")
    assert (await app.hear())["data"].keys().isdisjoint({"options"})
    with pytest.raises(NotOffered, match="local"):
        await discord.slash(ana, general, "local")


def named(**more: Any) -> dict[str, Any]:
    """A command that is good but for *more*."""
    return {"name": "x", "description": "y", **more}


OPTION = {"type": 3, "name": "a", "description": "b"}


@pytest.mark.parametrize(
    "commands",
    [
        [named(name="Upper")],
        [named(name="has space")],
        [named(name="x" * 33)],
        [named(description="")],
        [named(description="x" * 101)],
        [named(options=[OPTION | {"name": "B"}])],
        [named(options=[OPTION | {"name": f"a{n}"} for n in range(26)])],
        [named(options=[OPTION, OPTION | {"name": "c", "required": True}])],
        [named(options=[OPTION | {"autocomplete": True, "choices": [{"name": "n", "value": 1}]}])],
        [named(options=[OPTION | {"choices": [{"name": "n" * 999, "value": "v"}] * 9}])],
        [named(type=3)],
        [{"name": f"menu {n}", "type": 3} for n in range(16)],
        [named(name=f"x{n}") for n in range(101)],
    ],
)
async def test_commands_that_cannot_be_are_refused_all_together(
    discord: Discord, app: App, commands: list[dict[str, Any]]
) -> None:
    before = discord.commands
    answer = await app.sync([named(), *commands])
    assert (answer.status, answer.code) == (400, 50035)
    assert discord.commands == before


async def test_as_many_commands_are_synced_as_discord_takes(app: App) -> None:
    full = named(
        name="x" * 32,
        description="y" * 100,
        options=[OPTION | {"name": f"a{number}"} for number in range(25)],
    )
    menus = [{"name": f"Menu {number}", "type": 3} for number in range(15)]
    chats = [named(name=f"c{number}") for number in range(99)]
    assert (await app.sync([full, *menus, *chats])).status == 200


async def test_what_a_person_chose_arrives_as_options(
    discord: Discord, app: App, ana: Person, general: str
) -> None:
    options = {"text": "hi", "private": True, "tier": "simple", "most": 9, "warmth": 0.5}
    await discord.slash(ana, general, "claude ask", **options)
    data = (await app.hear())["data"]
    assert (data["name"], data["type"], data["id"]) == ("claude", 1, discord.commands[0]["id"])
    [ask] = data["options"]
    assert (ask["name"], ask["type"]) == ("ask", 1)
    assert [(o["name"], o["type"], o["value"]) for o in ask["options"]] == [
        ("text", 3, "hi"),
        ("private", 5, True),
        ("tier", 3, "simple"),
        ("most", 4, 9),
        ("warmth", 10, 0.5),
    ]
    await discord.slash(ana, general, "claude prompt show")
    [group] = (await app.hear())["data"]["options"]
    assert group == {
        "name": "prompt",
        "type": 2,
        "options": [{"name": "show", "type": 1, "options": []}],
    }


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("other", {}),
        ("claude", {}),
        ("claude prompt", {}),
        ("claude say", {"text": "x"}),
        ("Ask Claude", {}),
        ("claude ask", {}),
        ("claude ask", {"text": "x", "loud": True}),
        ("claude ask", {"text": "x", "private": "yes"}),
        ("claude ask", {"text": 1}),
        ("claude ask", {"text": "x", "most": 1.5}),
        ("claude ask", {"text": "x", "warmth": "hot"}),
        ("claude ask", {"text": "x", "tier": "complex"}),
    ],
)
async def test_a_person_can_only_send_what_is_offered(
    discord: Discord, app: App, ana: Person, general: str, command: str, options: Any
) -> None:
    with pytest.raises(NotOffered):
        await discord.slash(ana, general, command, **options)
    assert app.socket.seq == 2


async def test_in_a_dm_only_what_is_meant_for_it_is_offered(
    discord: Discord, app: App, ana: Person
) -> None:
    dm = discord.dm(ana)
    message = discord.backfill(ana, dm, "hi")
    with pytest.raises(NotOffered):
        await discord.context_menu(ana, dm, "Ask Claude", message)
    await discord.slash(ana, dm, "claude ask", text="hi")
    heard = await app.hear()
    assert (heard["context"], heard["user"]["id"]) == (1, ana.id)
    assert heard["channel"]["recipients"][0]["id"] == ana.id
    assert heard["authorizing_integration_owners"] == {"0": "0"}
    assert heard.keys().isdisjoint({"guild_id", "member", "message"})
    assert ASK["name"] == heard["data"]["name"]


async def test_while_a_person_types_the_app_offers_choices(
    discord: Discord, app: App, ana: Person, general: str
) -> None:
    typing = await discord.autocomplete(ana, general, "claude prompt use", name="par")
    heard = await app.hear()
    assert heard["type"] == 4
    [focused] = heard["data"]["options"][0]["options"][0]["options"]
    assert focused == {"name": "name", "type": 3, "value": "par", "focused": True}
    long, many = [{"name": "x" * 101, "value": ""}], [{"name": "x", "value": "x"}] * 26
    for wrong in ([{"name": "", "value": ""}], long, many):
        assert (await app.reply(heard, 8, {"choices": wrong})).code == 50035
    choices = [{"name": "x" * 100, "value": f"parley {number}"} for number in range(25)]
    assert (await app.reply(heard, 4, {"content": "x"})).code == 50035
    assert (await app.reply(heard, 8, {"choices": choices})).status == 200
    assert typing.choices == tuple(choices)
    with pytest.raises(NotOffered, match="text"):
        await discord.autocomplete(ana, general, "claude ask", text="x")
