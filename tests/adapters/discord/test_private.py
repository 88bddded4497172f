"""The thread of a private answer, for as long as its token lives and beyond."""

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

import pytest

from adapters.discord import DiscordAdapter
from bot.errors import Denied, EditRefused
from bot.model import History, Role, Turn
from bot.ports import Button, Call, Control, Kind, Mark, Thread
from sandbox.discord import Discord, Person
from sandbox.discord.interactions import Interaction
from tests.adapters.desk import KeptDesk
from tests.adapters.discord.keeper import Keeper, until

STOP = (Button(Control.STOP, "Stop"),)


@dataclass
class Asked:
    """A question that was asked privately: what its asker sees, and the thread that answers it."""

    used: Interaction
    thread: Thread
    question: Turn

    def mark(self, part: int = 0, *buttons: Button) -> Mark:
        return Mark(self.question.id, part, Kind.ANSWER, buttons)

    def texts(self) -> list[str]:
        assert all(one.ephemeral for one in self.used.responses)
        return [one.text for one in self.used.responses]

    def age(self) -> None:
        """Let it have been asked 14 minutes ago."""
        asked_at = int((time.time() - 14 * 60) * 1_000_000)
        self.thread.take_up(replace(self.question, sent_at=asked_at))


@pytest.fixture
async def asked(
    adapter: DiscordAdapter, ear: Keeper, discord: Discord, ana: Person, general: str
) -> AsyncGenerator[Asked]:
    desk = KeptDesk()
    running = asyncio.ensure_future(adapter.run(ear, desk))
    await until(lambda: adapter.connected)
    used = await discord.slash(ana, general, "claude ask", text="why?", private=True)
    await until(lambda: desk.asked)
    said, thread = desk.asked[0], adapter.open(desk.asked[0].conversation)
    question = Turn(said.id, Role.USER, said.sent_at, said.text, said.author, ticket=said.ticket)
    thread.take_up(question)
    yield Asked(used, thread, question)
    running.cancel()
    await asyncio.wait([running])


async def test_it_is_of_its_channel_and_goes_on_from_nowhere(asked: Asked, general: str) -> None:
    thread = asked.thread
    assert thread.settings_place == f"discord:{general}"
    assert thread.conversation.channel == general
    assert await thread.history(asked.question.id) == History(())
    assert thread.controls == frozenset(Control)
    assert not thread.whispers
    assert thread.dialect.limit == 2000
    (bucket,) = thread.buckets[Call.EDIT]
    assert bucket.name == f"discord.private:{thread.conversation.thread}"
    await thread.dismiss(asked.question.id)
    await thread.busy()
    with pytest.raises(NotImplementedError):
        await thread.whisper("1", "psst")


async def test_it_is_posted_changed_and_taken_back_for_its_asker_alone(asked: Asked) -> None:
    thread = asked.thread
    first = await thread.post("One", asked.mark(0, *STOP))
    second = await thread.post("Two", asked.mark(1))
    assert asked.texts() == ["One", "Two"]
    await thread.edit(first, "1 @everyone", asked.mark())
    await thread.edit(second, "2", asked.mark(1))
    assert asked.texts() == ["1 @everyone", "2"]
    assert [found.message_id for found in await thread.find(asked.question.id)] == [first]
    for message in (second, second, first):
        await thread.delete(message)
    assert asked.texts() == []


async def test_near_the_end_of_its_token_it_goes_over_to_a_direct_message(
    asked: Asked, discord: Discord, ana: Person
) -> None:
    thread, dm = asked.thread, discord.dm(ana)
    first = await thread.post("One", asked.mark(0, *STOP))
    asked.age()
    with pytest.raises(EditRefused):
        await thread.edit(first, "One and two", asked.mark())
    with pytest.raises(EditRefused):
        await thread.delete(first)
    whole = await thread.post("One and two", asked.mark(0, *STOP))
    await thread.edit(whole, "One, two", asked.mark())
    more = await thread.post("Three", asked.mark(1))
    said = [one.text for one in discord.answers(dm)]
    assert said == ["menu.private_answer", "One, two", "Three"]
    assert not any(one.buttons for one in discord.answers(dm))
    assert asked.texts() == ["One", "menu.goes_on_in_dm"]
    await thread.delete(more)
    assert len(discord.answers(dm)) == 2
    assert len(thread.buckets[Call.EDIT]) == 2


async def test_who_takes_no_direct_message_is_told_that_it_ends_there(
    asked: Asked, discord: Discord
) -> None:
    discord.faults.refuse("create_dm", 403, code=50007)
    first = await asked.thread.post("One", asked.mark())
    asked.age()
    with pytest.raises(EditRefused):
        await asked.thread.edit(first, "One and two", asked.mark())
    assert asked.texts() == ["One", "menu.no_dm"]


async def test_without_its_token_it_is_shown_in_a_direct_message(
    asked: Asked, discord: Discord, ana: Person
) -> None:
    asked.thread.take_up(replace(asked.question, ticket=None))
    await asked.thread.post("One", asked.mark())
    assert [one.text for one in discord.answers(discord.dm(ana))] == ["One"]
    assert asked.texts() == [""]


async def test_what_discord_refuses_of_it_is_refused(asked: Asked, discord: Discord) -> None:
    first = await asked.thread.post("One", asked.mark())
    for refused, code in ((Denied, 50001), (EditRefused, 30000)):
        discord.faults.refuse("edit_original_response", 403, code=code)
        with pytest.raises(refused):
            await asked.thread.edit(first, "Two", asked.mark())
    discord.faults.refuse("create_followup", 403, code=50001)
    with pytest.raises(Denied):
        await asked.thread.post("Two", asked.mark(1))
    assert asked.texts() == ["One"]
