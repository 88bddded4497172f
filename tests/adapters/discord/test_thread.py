"""A thread's calls as Discord gets them, and what its refusals become."""

from collections.abc import Callable

import pytest

from adapters.discord import DiscordAdapter
from bot.errors import Denied, MessageGone, PlatformError, RateLimited, TooLong, Unreachable
from bot.model import Conversation, History
from bot.ports import Call, Found, Kind, Mark, Thread
from sandbox.discord import Discord, Permission, Person
from tests.adapters.discord.conftest import Serve
from tests.adapters.discord.keeper import Keeper, until

Bound = Callable[[str | None], Thread]


@pytest.fixture
def bound(adapter: DiscordAdapter, discord: Discord, general: str) -> Bound:
    """The thread of that id below #general."""
    return lambda thread: adapter.open(Conversation("discord", "1", general, thread))


@pytest.fixture
def question(discord: Discord, ana: Person, general: str) -> str:
    """A message of Ana in #general, without a thread."""
    return discord.backfill(ana, general, "why is the sky blue?")


def part(turn: str, number: int = 0) -> Mark:
    return Mark(turn, number, Kind.ANSWER)


async def test_the_first_post_opens_the_thread_and_names_it(
    discord: Discord, bound: Bound, question: str, general: str
) -> None:
    thread = bound(question)
    posted = await thread.post("Air.", part(question))
    await thread.edit(posted, "Air scatters blue.", part(question))
    assert discord.threads(general) == [question]
    assert discord.name(question) == "why is the sky blue?"
    (shown,) = discord.answers(question)
    assert (shown.id, shown.history) == (posted, ("Air.", "Air scatters blue."))


async def test_a_message_of_ours_is_found_by_its_turn(
    discord: Discord, bound: Bound, question: str, ana: Person
) -> None:
    thread = bound(question)
    assert await thread.find(question) == ()
    second = await thread.post("two", part(question, 1))
    first = await thread.post("one", part(question, 0))
    await thread.post("another", part("77", 0))
    await discord.say(ana, question, "thanks")
    found = (Found(first, part(question, 0)), Found(second, part(question, 1)))
    assert await thread.find(question) == found


async def test_a_post_that_stands_there_already_is_made_to_show_the_text(
    discord: Discord, bound: Bound, question: str
) -> None:
    first = await bound(question).post("half", part(question))
    again = await bound(question).post("the whole", part(question))
    assert again == first
    assert [shown.text for shown in discord.answers(question)] == ["the whole"]


async def test_a_part_that_was_deleted_is_posted_anew(
    discord: Discord, bound: Bound, question: str
) -> None:
    thread = bound(question)
    gone = await thread.post("one", part(question))
    await thread.delete(gone)
    await thread.delete(gone)  # is no error
    assert await thread.post("two", part(question)) != gone
    other = bound(question)  # another process does not know of the deletion
    last = await other.post("three", part(question))
    assert [shown.id for shown in discord.answers(question)][-1] == last
    assert discord.answers(question)[-1].text == "three"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, 50013, Denied),
        (403, 50001, Denied),
        (404, 10008, MessageGone),
        (503, 0, Unreachable),
        (400, 30046, RateLimited),
    ],
)
async def test_what_discord_refuses_is_told_in_our_words(
    discord: Discord, bound: Bound, question: str, status: int, code: int, kind: type[PlatformError]
) -> None:
    thread = bound(question)
    posted = await thread.post("one", part(question))
    discord.faults.refuse("edit_message", status, code)
    with pytest.raises(kind):
        await thread.edit(posted, "two", part(question))


async def test_a_ban_and_a_long_penalty_are_not_waited_for(
    discord: Discord, bound: Bound, question: str
) -> None:
    thread = bound(question)
    posted = await thread.post("one", part(question))
    discord.faults.html("edit_message", status=429)
    with pytest.raises(RateLimited):
        await thread.edit(posted, "two", part(question))
    discord.faults.refuse("edit_message", 429, retry_after=600)
    with pytest.raises(RateLimited) as caught:
        await thread.edit(posted, "two", part(question))
    assert caught.value.retry_after == 600


async def test_a_message_of_that_length_is_too_long(bound: Bound, question: str) -> None:
    with pytest.raises(TooLong):
        await bound(question).post("x" * 2001, part(question))


async def test_an_answer_without_sense_leaves_the_outcome_open(
    discord: Discord, bound: Bound, question: str
) -> None:
    thread = bound(question)
    await thread.post("one", part(question))
    discord.faults.html("create_message", status=200)
    with pytest.raises(Unreachable):
        await thread.post("two", part(question, 1))
    discord.faults.drop("create_message", processed=False)
    with pytest.raises(Unreachable):
        await thread.post("two", part(question, 1))


async def test_a_locked_thread_is_out_of_reach(
    discord: Discord, bound: Bound, question: str
) -> None:
    thread = bound(question)
    posted = await thread.post("one", part(question))
    discord.archive(question)
    await thread.edit(posted, "two", part(question))
    assert not discord.is_archived(question)
    discord.archive(question, locked=True)
    with pytest.raises(Denied, match=r"discord\.locked"):
        await thread.edit(posted, "three", part(question))
    with pytest.raises(Denied, match=r"discord\.locked"):
        await thread.post("more", part(question, 1))


async def test_where_nothing_may_be_written_it_is_denied(
    discord: Discord, bound: Bound, question: str, general: str
) -> None:
    discord.permit(general, Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY)
    with pytest.raises(Denied):
        await bound(question).post("one", part(question))
    discord.permit(general, None)
    await bound(question).post("one", part(question))
    discord.permit(general, Permission(0))
    with pytest.raises(Denied):
        await bound(question).find(question)


async def test_typing_never_fails(
    discord: Discord, bound: Bound, question: str, adapter: DiscordAdapter, general: str
) -> None:
    await bound(question).busy()  # there is no such thread yet
    assert discord.typing == []
    await bound(question).post("one", part(question))
    await bound(question).busy()
    await bound(question).busy()  # is shown already
    assert discord.typing == [question]
    discord.faults.delay("trigger_typing", 3)
    await adapter.open(Conversation("discord", "1", general, None)).busy()
    assert discord.typing == [question]
    assert adapter.open(Conversation("discord", "dm", "5", None)).settings_place == "discord:5"


async def test_history_is_what_people_said_and_our_own(
    discord: Discord, bound: Bound, question: str, ana: Person, general: str
) -> None:
    thread = bound(question)
    ours = await thread.post("Air.", part(question))
    later = await discord.say(ana, question, f"<@{discord.bot_user}> is it <@{ana.id}>'s?")
    asked = await discord.say(ana, question, "and now?")
    told = (await thread.history(asked)).messages
    assert [(one.id, one.author and one.author.name, one.text) for one in told] == [
        (question, "Ana", "why is the sky blue?"),
        (ours, None, "Air."),
        (later, "Ana", "is it @Ana's?"),
    ]
    assert await bound(None).history(asked) == History(())


async def test_history_without_a_root_is_told_without_it(
    discord: Discord, bound: Bound, ana: Person, general: str
) -> None:
    thread = await discord.thread(general, "Bare", by=ana)
    said = await discord.say(ana, thread, "one")
    asked = await discord.say(ana, thread, "two")
    told = (await bound(thread).history(asked)).messages
    assert [one.id for one in told] == [said]
    discord.faults.refuse("get_message", 503)
    assert len((await bound(thread).history(asked)).messages) == 1


def test_no_bucket_lets_more_go_than_discord_py_has_room_for(bound: Bound) -> None:
    # Four of five: the last of Discord's would have discord.py sleep in the call.
    for call in Call:
        own, everything, *_ = bound("77").buckets[call]
        assert (own.burst, own.window) == (4, 5.25)
        assert everything.burst + everything.rate <= 47
        assert (own.name, everything.name) == (f"discord.{call.value}:77", "discord")


async def test_opening_a_thread_counts_as_a_call_of_the_whole_bots(
    discord: Discord, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear):
        asked = await discord.say(ana, general, f"<@{discord.bot_user}> hi")
        await until(lambda: ear.threads)
        (thread,) = ear.threads
        names = [spec.name for spec in thread.buckets[Call.POST]]
        assert names == [f"discord.post:{asked}", "discord", "discord"]
        await thread.post("Hi.", part(asked))
        names = [spec.name for spec in thread.buckets[Call.POST]]
        assert names == [f"discord.post:{asked}", "discord"]
