"""Where no thread may be opened, an answer stands in the channel, as a reply to its question."""

from collections.abc import Callable

import pytest

from adapters.discord import DiscordAdapter
from bot.errors import Denied, EditRefused, MessageGone
from bot.model import Conversation
from bot.ports import Call, Found, Kind, Mark, Thread
from sandbox.discord import Discord, Permission, Person
from sandbox.discord.permissions import INVITED
from tests.adapters.discord.conftest import Serve
from tests.adapters.discord.keeper import Keeper, until

Bound = Callable[[str], Thread]


@pytest.fixture
def bound(adapter: DiscordAdapter, discord: Discord, general: str) -> Bound:
    """The thread of that id below #general, where none may be opened."""
    discord.permit(general, INVITED & ~Permission.CREATE_PUBLIC_THREADS)
    return lambda thread: adapter.open(Conversation("discord", "1", general, thread))


@pytest.fixture
def question(discord: Discord, ana: Person, general: str) -> str:
    """A message of Ana in #general, without a thread."""
    return discord.backfill(ana, general, "why is the sky blue?")


def part(turn: str, number: int = 0) -> Mark:
    return Mark(turn, number, Kind.ANSWER)


async def test_each_part_replies_to_the_question_and_pings_nobody(
    discord: Discord, bound: Bound, question: str, general: str
) -> None:
    thread = bound(question)
    await thread.edit(await thread.post("Air.", part(question)), "Blue air.", part(question))
    await thread.post("More.", part(question, 1))
    first, second = discord.answers(general)
    assert (first.text, first.reference, first.pinged) == ("Blue air.", question, ())
    assert (second.text, second.reference) == ("More.", question)
    assert thread.buckets[Call.EDIT][0].name == f"discord.edit:{general}"


async def test_a_question_that_was_deleted_is_answered_below_it(
    discord: Discord, bound: Bound, question: str, general: str
) -> None:
    thread = bound(question)
    await thread.post("Air.", part(question))
    await discord.delete_as_person(general, question)
    await thread.post("Blue.", part("78"))
    assert [shown.text for shown in discord.answers(general)] == ["Air.", "Blue."]


async def test_who_takes_over_finds_edits_and_deletes_it_there(
    discord: Discord, bound: Bound, question: str, general: str
) -> None:
    first = await bound(question).post("half", part(question))
    taken_over = bound(question)
    assert await taken_over.find(question) == (Found(first, part(question)),)
    await taken_over.edit(first, "the whole", part(question))
    again = bound(question)
    assert await again.post("the whole again", part(question)) == first
    assert [shown.text for shown in discord.answers(general)] == ["the whole again"]
    await bound(question).delete(first)
    assert discord.answers(general) == []


async def test_a_thread_that_was_deleted_takes_its_answer_with_it(
    discord: Discord, adapter: DiscordAdapter, question: str, general: str
) -> None:
    thread = adapter.open(Conversation("discord", "1", general, question))
    posted = await thread.post("half", part(question))
    discord.delete_channel(question)
    with pytest.raises(MessageGone):
        await thread.edit(posted, "whole", part(question))
    assert await thread.find(question) == ()
    assert discord.answers(general) == []


async def test_nobody_tries_again_for_a_minute_to_open_a_thread(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, bound: Bound, general: str
) -> None:
    async with serve(ear):
        for number in range(2):
            asked = await discord.say(ana, general, f"<@{discord.bot_user}> hi {number}")
            await until(lambda: len(ear.threads) == number + 1)  # noqa: B023  - waited for within the turn
            await ear.threads[-1].post("Hi.", part(asked))
    assert discord.count("start_thread_from_message") == 1
    assert len(discord.answers(general)) == 2
    names = [spec.name for spec in ear.threads[-1].buckets[Call.POST]]
    assert names == [f"discord.post:{general}", "discord"]


@pytest.mark.parametrize("code", [50005, 50021])
async def test_a_message_that_stays_as_it_is_is_told_from_a_place_out_of_reach(
    discord: Discord, bound: Bound, question: str, general: str, code: int
) -> None:
    thread = bound(question)
    posted = await thread.post("half", part(question))
    discord.faults.refuse("edit_message", 403, code)
    with pytest.raises(EditRefused):
        await thread.edit(posted, "whole", part(question))
    assert await thread.post("whole", part(question)) != posted
    discord.faults.refuse("edit_message", 403, 50001)
    with pytest.raises(Denied):
        await thread.edit(posted, "whole", part(question))


async def test_what_another_worker_cannot_change_is_posted_anew(
    discord: Discord, bound: Bound, question: str, general: str
) -> None:
    posted = await bound(question).post("half", part(question))
    discord.faults.refuse("edit_message", 403, 50005)
    assert await bound(question).post("whole", part(question)) != posted
    assert [shown.text for shown in discord.answers(general)] == ["half", "whole"]


async def test_a_thread_in_which_we_may_not_write_leaves_the_answer_in_the_channel(
    adapter: DiscordAdapter, discord: Discord, question: str, general: str
) -> None:
    discord.permit(general, INVITED & ~Permission.SEND_MESSAGES_IN_THREADS)
    thread = adapter.open(Conversation("discord", "1", general, question))
    await thread.post("Air.", part(question))
    (answer,) = discord.answers(general)
    assert (answer.text, answer.reference) == ("Air.", question)
