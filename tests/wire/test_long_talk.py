"""A conversation that grows beyond its window, and an answer that is stopped."""

import asyncio
from functools import partial

from bot.model import Conversation
from bot.store import Conversations
from tests.wire.test_talk import said
from tests.world import World


def answers(there: World, thread: str, number: int) -> bool:
    return len(there.answers(thread)) == number


async def test_the_window_moves_in_big_steps_and_the_person_is_told_once(there: World) -> None:
    there.claude.answers(lambda body: f"Answer {len(body['messages'])}.")
    async with there.bot("[claude]\nwindow_tokens = 2000\n"):
        thread = await there.ask("x" * 900)
        for number in range(2, 12):
            await there.slack.until(partial(answers, there, thread, number - 1))
            await there.slack.say(there.ana, there.general, "x" * 900, thread)
        await there.slack.until(lambda: len(there.answers(thread)) == 11, timeout=20)
    lengths = [len(request.body["messages"]) for request in there.claude.requests]
    moves = [n for n in range(1, len(lengths)) if lengths[n] < lengths[n - 1]]
    assert 2 <= len(moves) <= 4
    told = [n for n, m in enumerate(there.answers(thread)) if "no longer read" in m.text]
    assert told == moves
    for number in range(1, len(lengths)):
        if number not in moves:
            before, after = there.asked(number - 1), there.asked(number)
            assert after[: len(before)] == before


async def test_a_stop_ends_the_answer_that_it_names_and_keeps_what_was_visible(
    there: World, store: Conversations
) -> None:
    there.claude.answers(["word " * 400 + "end.", "Next."])
    there.claude.pace = 10
    async with there.bot():
        thread = await there.ask("talk")
        await there.slack.until(lambda: bool(there.answers(thread)))
        key = Conversation("slack", there.slack.team, there.general, thread)
        assert not await store.stop(key, "1.000001")
        assert await store.stop(key, thread)
        await there.slack.until(
            lambda: there.answers(thread)[0].text.endswith("> Stopped."), timeout=8
        )
        assert there.claude.disconnects == 1
        there.claude.pace = 0
        await there.slack.say(there.ana, there.general, "next", thread)
        await there.slack.until(lambda: len(there.answers(thread)) == 2)
        await asyncio.sleep(0)
    remembered = said(there.asked())[1]
    assert remembered[0] == "assistant"
    assert there.answers(thread)[0].text.startswith(remembered[1].strip()[:20])
    assert "Stopped" not in str(there.asked())
