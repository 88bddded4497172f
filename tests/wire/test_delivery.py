"""What goes wrong on the way to Slack, and what is too long for one message."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from bot.fences import TOP, after
from tests.world import UNLIMITED, World, world

LONG = "\n\n".join(
    f"## Part {n}\n\nSome **bold** words, と日本語 too.\n\n```python\n"
    + "\n".join(f"print({n}, {line}, 'x' * 40)" for line in range(50))
    + "\n```"
    for n in range(25)
)


def balanced(markdown: str) -> bool:
    outline = TOP
    for line in markdown.split("\n"):
        outline = after(outline, line)
    return outline.fence is None


async def test_thirty_thousand_characters_arrive_whole_and_in_order(there: World) -> None:
    assert len(LONG) > 30_000
    there.claude.answers(LONG)
    there.claude.chunk = 200
    async with there.bot():
        thread = await there.ask("write a book")
        await there.slack.until(
            lambda: "24, 49" in "".join(m.text for m in there.answers(thread)[-1:]), timeout=40
        )
    messages = there.answers(thread)
    assert all(balanced(message.text) and message.text.strip() for message in messages)
    assert all(len(message.fallback) <= 4000 for message in messages)
    code = "\n".join(message.text for message in messages)
    shown = [line for line in code.split("\n") if line.startswith(("print", "## "))]
    assert shown == [line for line in LONG.split("\n") if line.startswith(("print", "## "))]
    assert [m.metadata["event_payload"]["part"] for m in messages if m.metadata] == list(
        range(len(messages))
    )


async def test_no_shown_text_ever_moves_to_another_message(there: World) -> None:
    text = "".join(f"Sentence number {n} of many. " for n in range(400)).strip()
    there.claude.answers(text)
    there.claude.pace, there.claude.chunk = 60, 40
    async with there.bot():
        thread = await there.ask("talk")
        await there.slack.until(
            lambda: "number 399" in "".join(m.text for m in there.answers(thread)[-1:]), timeout=40
        )
    for message in there.answers(thread):
        for earlier, later in pairwise(message.history):
            assert later.startswith(earlier)
    assert re.sub(r"\s+", " ", " ".join(m.text for m in there.answers(thread))) == text


async def test_a_rate_limit_of_slack_delays_and_loses_nothing(there: World) -> None:
    there.claude.answers("All of the words arrive in the end.")
    there.slack.faults.refuse("chat.postMessage", "ratelimited", retry_after=1)
    there.slack.faults.refuse("chat.update", "ratelimited", retry_after=1)
    async with there.bot():
        thread = await there.ask("hello")
        await there.answered(thread, "All of the words arrive in the end.")
    assert there.slack.count("chat.postMessage") == 2


async def test_a_post_whose_reply_was_lost_is_found_and_not_repeated(there: World) -> None:
    there.claude.answers("Posted only once, whatever happens.")
    there.slack.faults.drop("chat.postMessage", processed=True)
    async with there.bot():
        thread = await there.ask("hello")
        await there.answered(thread, "Posted only once, whatever happens.")


async def test_a_post_that_did_not_arrive_is_repeated(there: World) -> None:
    there.claude.answers("Posted in the end.")
    there.slack.faults.drop("chat.postMessage", processed=False)
    there.slack.faults.html("chat.update")
    async with there.bot():
        thread = await there.ask("hello")
        await there.answered(thread, "Posted in the end.")


async def test_a_message_that_is_refused_as_too_long_is_cut_smaller(there: World) -> None:
    text = "\n\n".join(f"Paragraph {n}: " + "word " * 50 for n in range(12)).strip()
    there.claude.answers(text)
    there.slack.faults.refuse("chat.postMessage", "msg_too_long")
    async with there.bot():
        thread = await there.ask("hello")
        await there.slack.until(
            lambda: "Paragraph 11" in "".join(m.text for m in there.answers(thread)[-1:])
        )
    shown = "\n".join(m.text for m in there.answers(thread))
    assert re.findall(r"Paragraph \d+", shown) == [f"Paragraph {n}" for n in range(12)]


async def test_an_answer_that_somebody_deletes_is_not_posted_again(there: World) -> None:
    there.claude.answers(["word " * 200, "Next."])
    there.claude.pace = 20
    async with there.bot():
        thread = await there.ask("hello")
        await there.slack.until(lambda: bool(there.answers(thread)))
        (message,) = there.answers(thread)
        await there.slack.delete_as_person(there.general, message.ts)
        await there.claude.until(lambda: there.claude.disconnects == 1)
        await there.slack.say(there.ana, there.general, "next", thread)
        await there.answered(thread, "Next.")
    assert "word word" not in str(there.asked())


@pytest.mark.parametrize(("code", "refusals"), [("restricted_action", 1), ("msg_too_long", 4)])
async def test_where_the_bot_may_not_write_the_question_is_closed(
    there: World, code: str, refusals: int
) -> None:
    there.claude.answers(["Nobody sees this.", "Seen."])
    # And the excuse for it, which is tried once.
    there.slack.faults.refuse("chat.postMessage", code, times=refusals + 1)
    async with there.bot():
        thread = await there.ask("hello")
        await there.slack.until(lambda: there.slack.count("chat.postMessage") > refusals)
        await there.slack.say(there.ana, there.general, "again", thread)
        await there.answered(thread, "Seen.")


@pytest.mark.parametrize("code", ["edit_window_closed", "cant_update_message", "is_inactive"])
async def test_where_slack_refuses_edits_the_answer_is_whole_in_the_end(
    there: World, code: str
) -> None:
    text = "Word after word. " * 30 + "End."
    there.claude.answers([text, "Next."])
    there.claude.pace = 60
    there.slack.faults.refuse("chat.update", code, times=99)
    async with there.bot():
        thread = await there.ask("hello")
        await there.answered(thread, text)
        assert there.slack.count("chat.update") == 1
        there.slack.faults.clear()
        await there.ask("and now?", thread)
        await there.answered(thread, text, "Next.")
    assert text in str(there.asked())


async def test_an_answer_goes_on_when_a_token_that_was_refused_is_good_again(there: World) -> None:
    text = "Word after word. " * 40 + "End."
    there.claude.answers(text)
    there.claude.pace = 60
    async with there.bot():
        thread = await there.ask("hello")
        await there.slack.until(lambda: bool(there.answers(thread)))
        there.slack.faults.reject_auth("token_revoked")
        await there.claude.until(lambda: there.claude.open == 0)
        there.slack.faults.accept_auth()
        await there.answered(thread, text)
    assert len(there.claude.requests) == 1


async def test_twelve_threads_at_once_cause_no_refusal(store_url: str, tmp_path: Path) -> None:
    text = "Word after word after word. " * 20 + "End."
    async with world(store_url, tmp_path, rates=True) as there:
        there.claude.answers(text)
        there.claude.pace = 15
        channels = [there.slack.channel(f"team-{n}") for n in range(4)]
        mention = f"<@{there.slack.bot_user}> talk"
        async with there.bot(UNLIMITED):
            threads = [
                (channel, await there.slack.say(there.ana, channel, mention))
                for channel in channels * 3
            ]
            await there.slack.until(
                lambda: all(
                    "".join(shown.text for shown in there.answers(thread, channel)) == text
                    for channel, thread in threads
                ),
                timeout=30,
            )
        assert [call for call in there.slack.calls if call.status == 429] == []
        updates = [call.at for call in there.slack.calls if call.method == "chat.update"]
        assert max(sum(at <= each < at + 60 for each in updates) for at in updates) <= 50


async def test_an_answer_that_may_not_go_on_says_that_it_stops_here(there: World) -> None:
    there.claude.answers(["word " * 60 + "end.", "Next."])
    there.claude.pace = 20
    there.slack.faults.refuse("chat.update", "restricted_action")
    async with there.bot():
        thread = await there.ask("hello")
        await there.slack.until(
            lambda: there.answers(thread)[0].text.endswith("could not be posted.")
        )
        there.claude.pace = 0
        await there.slack.say(there.ana, there.general, "next", thread)
        await there.slack.until(lambda: there.answers(thread)[-1].text == "Next.")
    assert "could not be posted" not in str(there.asked())
