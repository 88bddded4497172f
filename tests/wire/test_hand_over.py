"""An answer that changes hands, and a thread that cannot be read."""

import asyncio

from redis import Redis
from structlog.testing import capture_logs

from bot.store import Ledger, Server, connect
from bot.usage import TOTAL
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
        other.claude.pace = 40
        with capture_logs() as lines:
            async with other.bot():
                thread = await other.ask("talk")
                await other.slack.until(lambda: bool(other.answers(thread)))
                await server.stop()
                while "usage_owed" not in [line["event"] for line in lines]:  # noqa: ASYNC110  - a log tells nobody
                    await asyncio.sleep(0.05)
                await server.start()
                await other.answered(thread, TEXT)
                other.claude.pace = 0
                await other.slack.say(other.ana, other.general, "next", thread)
                await other.answered(thread, TEXT, "Next.")
        assert said(other.asked())[1] == ("assistant", TEXT)
        async with connect(other.environ["REDIS_URL"], name="oracle") as client:
            used = (await Ledger(client).report(TOTAL, 1)).over(1)
        assert used.answers == len(other.claude.requests) == 2
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


async def test_what_claude_has_ended_is_only_shown_by_whoever_takes_over(there: World) -> None:
    there.claude.answers(TEXT)
    there.slack.faults.refuse("chat.update", "ratelimited", retry_after=3, times=3)
    async with there.bot(drain=0.1):
        thread = await there.ask("talk")
        await there.claude.until(lambda: there.claude.open == 0 and bool(there.claude.requests))
        await there.slack.until(lambda: there.slack.count("chat.update") == 1)
    there.slack.faults.clear()
    async with there.bot():
        await there.answered(thread, TEXT)
    assert len(there.claude.requests) == 1


async def test_a_store_that_was_emptied_leaves_no_half_answer_that_looks_whole(
    there: World, store_url: str
) -> None:
    there.claude.answers([TEXT, "Again."])
    there.claude.pace = 10
    async with there.bot():
        thread = await there.ask("talk")
        await there.slack.until(lambda: bool(there.answers(thread)))
        with Redis.from_url(store_url) as client:  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
            client.execute_command("FLUSHALL")  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
        await there.slack.until(
            lambda: "Something went wrong" in there.answers(thread)[-1].text, timeout=12
        )
        there.claude.pace = 0
        await there.ask("again", thread)
        await there.slack.until(lambda: there.answers(thread)[-1].text == "Again.")
    assert "word1" not in str(there.asked())


async def test_garbage_among_what_is_due_stops_nobody(there: World, store_url: str) -> None:
    with Redis.from_url(store_url) as client:  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
        client.zadd("bot:due", {"garbage": 1})
        there.claude.answers(TEXT)
        async with there.bot():
            while client.zcard("bot:due"):  # noqa: ASYNC110  - a server tells nobody
                await asyncio.sleep(0.1)
            thread = await there.ask("still there?")
            await there.answered(thread, TEXT)


async def test_claude_is_shown_its_own_message_that_a_dm_thread_stands_below(
    there: World,
) -> None:
    there.claude.answers(["The answer above.", "Below it."])
    dm = there.slack.dm(there.ana)
    async with there.bot():
        await there.slack.say(there.ana, dm, "hi")
        await there.slack.until(lambda: len(there.slack.channel_view(dm)) == 2)
        root = there.slack.channel_view(dm)[-1].ts
        await asyncio.sleep(0.2)
        await there.slack.say(there.ana, dm, "explain that", root)
        await there.slack.until(lambda: there.slack.thread(dm, root)[-1].text == "Below it.")
    assert ("assistant", "The answer above.") in said(there.asked())
