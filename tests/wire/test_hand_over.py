"""An answer that changes hands, and a thread that cannot be read."""

import asyncio

from bot.store import Server
from tests.wire.test_talk import said
from tests.world import World, world

TEXT = " ".join(f"word{n}" for n in range(80))


async def test_a_bot_that_ends_hands_its_answer_over_at_once(there: World) -> None:
    there.claude.answers(TEXT)
    there.claude.pace = 20
    async with there.bot(drain=0.1):
        thread = await there.ask("talk")
        await there.slack.until(lambda: bool(there.answers(thread)))
    (begun,) = there.answers(thread)
    assert begun.text != TEXT
    there.claude.pace = 0
    async with there.bot():
        await there.answered(thread, TEXT)
    (whole,) = there.answers(thread)
    assert whole.ts == begun.ts
    assert len(there.claude.requests) == 2


async def test_a_bot_that_ends_before_the_first_word_hands_the_question_over(
    there: World,
) -> None:
    there.claude.answers(TEXT)
    there.claude.pace = 0.1
    async with there.bot(drain=0.1):
        thread = await there.ask("talk")
        await there.claude.until(lambda: there.claude.open == 1)
    there.claude.pace = 0
    async with there.bot():
        await there.answered(thread, TEXT)


async def test_of_two_bots_on_one_store_one_answers(there: World) -> None:
    there.claude.answers(TEXT)
    async with there.bot(), there.bot():
        await there.slack.until(lambda: there.slack.connections == 2)
        threads = [await there.ask(f"talk {n}") for n in range(6)]
        for thread in threads:
            await there.answered(thread, TEXT)
        for thread in threads:
            await there.slack.redeliver(thread)
        await there.slack.until(lambda: not there.slack.unacked)
        await asyncio.sleep(0.2)
    assert len(there.claude.requests) == 6
    assert all(len(there.answers(thread)) == 1 for thread in threads)


async def test_a_store_that_is_away_while_an_answer_is_written_gets_it_afterwards(
    tmp_path_factory: object, there: World
) -> None:
    folder = there.folder / "store"
    server = Server(folder)
    async with world(await server.start(), there.folder) as other:
        other.claude.answers([TEXT, "Next."])
        other.claude.pace = 15
        async with other.bot():
            thread = await other.ask("talk")
            await other.slack.until(lambda: bool(other.answers(thread)))
            await server.stop()
            await asyncio.sleep(1)
            await server.start()
            await other.answered(thread, TEXT)
            other.claude.pace = 0
            await other.slack.say(other.ana, other.general, "next", thread)
            await other.answered(thread, TEXT, "Next.")
        assert said(other.asked())[1] == ("assistant", TEXT)
    await server.stop()
    assert tmp_path_factory


async def test_a_thread_is_read_again_when_slack_asks_for_patience(there: World) -> None:
    there.claude.answers("Summary.")
    root = there.slack.backfill(there.ana, there.general, "The plan")
    there.slack.faults.refuse("conversations.replies", "ratelimited", retry_after=1)
    async with there.bot():
        await there.ask("summarise", root)
        await there.answered(root, "Summary.")
    assert said(there.asked())[0] == ("user", "The plan")


async def test_a_thread_that_may_not_be_read_is_told(there: World) -> None:
    there.claude.answers("What plan?")
    root = there.slack.backfill(there.ana, there.general, "The plan")
    there.slack.faults.refuse("conversations.replies", "missing_scope")
    async with there.bot():
        await there.ask("summarise", root)
        await there.answered(
            root, "What plan?\n\n> I could not read what stood in this thread before."
        )
        await there.slack.say(there.ana, there.general, "that plan", root)
        await there.slack.until(lambda: len(there.answers(root)) == 2)
    assert [text for role, text in said(there.asked()) if role == "user"] == [
        "The plan",
        "summarise",
        "that plan",
    ]
