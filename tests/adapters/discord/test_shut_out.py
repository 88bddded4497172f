"""Where we may not even look: what answers a command is ours to take away all the same."""

import asyncio

from adapters.discord import DiscordAdapter
from bot.ports import Kind, Mark
from sandbox.discord import Discord, Person
from sandbox.discord.permissions import NOTHING
from tests.adapters.desk import KeptDesk
from tests.adapters.discord.keeper import Keeper, until


async def test_all_that_answers_a_command_is_taken_away_where_we_may_not_look(
    adapter: DiscordAdapter, ear: Keeper, discord: Discord, ana: Person, general: str
) -> None:
    discord.permit(general, NOTHING)
    desk = KeptDesk()
    running = asyncio.ensure_future(adapter.run(ear, desk))
    await until(lambda: adapter.connected)
    used = await discord.slash(ana, general, "claude ask", text="why?")
    await until(lambda: desk.asked)
    said, thread = desk.asked[0], adapter.open(desk.asked[0].conversation)
    await thread.post("One", Mark(said.id, 0, Kind.ANSWER))
    second = await thread.post("Two", Mark(said.id, 1, Kind.ANSWER))
    assert [one.text for one in used.responses] == ["One", "Two"]
    await thread.delete(second)
    assert [one.text for one in used.responses] == ["One"]
    await thread.dismiss(said.id)
    assert not used.responses
    running.cancel()
    await asyncio.wait([running])
