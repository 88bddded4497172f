"""Mention, follow-up, DM: what a person gets, read from the screen and from Claude's requests."""

import asyncio
import re
from typing import Any

from bot.model import Role
from sandbox.slack import File
from tests.world import World


def said(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Role and text of each block, without the tags and dates round what people say."""
    return [
        (message["role"], re.sub(r"^<message.*>\n|\n?</message>$", "", block["text"]))
        for message in messages
        for block in message["content"]
    ]


async def test_a_mention_is_answered_in_its_thread(there: World) -> None:
    there.claude.answers("Hello Ana.")
    async with there.bot():
        thread = await there.ask("hello")
        await there.answered(thread, "Hello Ana.")
    assert said(there.asked()) == [("user", "hello")]
    assert 'from="Ana"' in there.asked()[0]["content"][0]["text"]


async def test_a_thread_goes_on_without_a_mention_and_is_remembered(there: World) -> None:
    there.claude.answers(["First.", "Second."])
    async with there.bot():
        thread = await there.ask("one")
        await there.answered(thread, "First.")
        await there.slack.say(there.ana, there.general, "two", thread)
        await there.answered(thread, "First.", "Second.")
    assert said(there.asked()) == [("user", "one"), ("assistant", "First."), ("user", "two")]


async def test_a_dm_is_one_conversation_answered_in_line(there: World) -> None:
    there.claude.answers(["Hi.", "Still here."])
    dm = there.slack.dm(there.ana)
    async with there.bot():
        await there.slack.say(there.ana, dm, "hi")
        await there.slack.until(lambda: len(there.slack.channel_view(dm)) == 2)
        await there.slack.say(there.ana, dm, "there?")
        await there.slack.until(lambda: len(there.slack.channel_view(dm)) == 4)
        await there.claude.until(lambda: there.claude.open == 0)
    view = there.slack.channel_view(dm)
    assert [shown.thread_ts for shown in view] == [None] * 4
    assert said(there.asked()) == [("user", "hi"), ("assistant", "Hi."), ("user", "there?")]


async def test_people_are_told_apart_by_the_name_that_others_see(there: World) -> None:
    there.claude.answers("Hello.")
    ben = there.slack.person("bkurz", display_name="Ben K.")
    async with there.bot():
        thread = await there.ask("one")
        await there.answered(thread, "Hello.")
        await there.slack.say(ben, there.general, f"what did <@{there.ana.id}> say?", thread)
        await there.answered(thread, "Hello.", "Hello.")
    newest = there.asked()[-1]["content"][0]["text"]
    assert 'from="Ben K."' in newest
    assert "what did @Ana say?" in newest


async def test_ten_turns_ask_for_exactly_what_was_said_and_change_no_byte_of_it(
    there: World,
) -> None:
    there.claude.answers([f"Answer {n}." for n in range(10)])
    async with there.bot():
        thread = await there.ask("question 0")
        for number in range(1, 10):
            await there.answered(thread, *(f"Answer {n}." for n in range(number)))
            await there.slack.say(there.ana, there.general, f"question {number}", thread)
        await there.answered(thread, *(f"Answer {n}." for n in range(10)))
    for number in range(10):
        turns = [
            turn
            for n in range(number)
            for turn in (("user", f"question {n}"), ("assistant", f"Answer {n}."))
        ]
        assert said(there.asked(number)) == [*turns, ("user", f"question {number}")]
        roles = [message["role"] for message in there.asked(number)]
        assert roles == [(Role.USER, Role.ASSISTANT)[n % 2].value for n in range(len(roles))]
        if number:
            before, after = there.asked(number - 1), there.asked(number)
            assert after[: len(before)] == before
            raw_before, raw_after = (there.claude.requests[n].raw for n in (number - 1, number))
            shared = raw_before[: raw_before.index(b"question %d" % (number - 1))]
            assert raw_after.startswith(shared)


async def test_questions_asked_during_an_answer_are_answered_in_order(there: World) -> None:
    there.claude.answers(["Answer one.", "Answer two.", "Answer three."])
    there.claude.pace = 20
    async with there.bot():
        thread = await there.ask("one")
        await there.claude.until(lambda: len(there.claude.requests) == 1)
        await there.slack.say(there.ana, there.general, "two", thread)
        await there.slack.say(there.ana, there.general, "three", thread)
        await there.answered(thread, "Answer one.", "Answer two.", "Answer three.")
    assert [said(there.asked(n))[-1] for n in range(3)] == [
        ("user", "one"),
        ("user", "two"),
        ("user", "three"),
    ]
    assert said(there.asked(2)) == [
        ("user", "one"),
        ("assistant", "Answer one."),
        ("user", "two"),
        ("assistant", "Answer two."),
        ("user", "three"),
    ]


async def test_with_merge_what_waits_is_answered_together(there: World) -> None:
    there.claude.answers(["Answer one.", "Both."])
    there.claude.pace = 20
    async with there.bot('[defaults]\npending = "merge"\n'):
        thread = await there.ask("one")
        await there.claude.until(lambda: len(there.claude.requests) == 1)
        file = File("plan.pdf")
        await there.slack.say(there.ana, there.general, "two", thread, files=[file])
        await there.slack.say(there.ana, there.general, "three", thread)
        unread = "> I did not read plan.pdf: files are not supported yet."
        await there.answered(thread, "Answer one.", f"Both.\n\n{unread}")
    (_, two), three = said(there.asked())[-2:]
    assert two.startswith("two\n")
    assert three == ("user", "three")
    assert len(there.claude.requests) == 2


async def test_a_message_that_slack_tells_us_of_often_is_answered_once(there: World) -> None:
    there.claude.answers("Once.")
    async with there.bot():
        thread = await there.ask("hello")
        await there.answered(thread, "Once.")
        for _ in range(3):
            await there.slack.redeliver(thread)
        await there.slack.until(lambda: not there.slack.unacked)
        await asyncio.sleep(0.2)
    assert len(there.claude.requests) == 1
    assert len(there.answers(thread)) == 1


async def test_what_is_not_for_us_is_left_alone(there: World) -> None:
    ben, robot = there.slack.person("Ben"), there.slack.person("Robot", bot=True)
    async with there.bot():
        root = await there.slack.say(ben, there.general, "lunch?")
        await there.slack.say(there.ana, there.general, "yes", root)
        await there.slack.say(robot, there.general, f"<@{there.slack.bot_user}> hi")
        await there.slack.join(there.slack.person("Cleo"), there.general)
        await there.slack.edit_as_person(there.general, root, f"<@{there.slack.bot_user}> lunch?")
        await there.slack.until(lambda: not there.slack.unacked)
        await asyncio.sleep(0.2)
    assert there.claude.requests == []


async def test_a_message_to_somebody_else_in_our_thread_is_heard_and_not_answered(
    there: World,
) -> None:
    there.claude.answers("Yes.")
    ben = there.slack.person("Ben")
    async with there.bot():
        thread = await there.ask("one")
        await there.answered(thread, "Yes.")
        await there.slack.say(there.ana, there.general, f"<@{ben.id}> see?", thread)
        await there.slack.say(ben, there.general, "I see", thread)
        await there.answered(thread, "Yes.", "Yes.")
    assert len(there.claude.requests) == 2
    assert said(there.asked())[-2:] == [("user", "@Ben see?"), ("user", "I see")]


async def test_a_file_is_told_as_not_read(there: World) -> None:
    there.claude.answers("I cannot see it.")
    async with there.bot():
        thread = await there.slack.say(
            there.ana,
            there.general,
            f"<@{there.slack.bot_user}> look",
            files=[File("plan.pdf", "application/pdf", 1200)],
        )
        await there.answered(
            thread, "I cannot see it.\n\n> I did not read plan.pdf: files are not supported yet."
        )
    assert "[file that you cannot read: plan.pdf" in there.asked()[0]["content"][0]["text"]


async def test_a_first_mention_in_a_thread_reads_the_thread_first(there: World) -> None:
    there.claude.answers("Summary.")
    ben, robot = there.slack.person("Ben"), there.slack.person("Robot", bot=True)
    root = there.slack.backfill(ben, there.general, "The plan")
    for number in range(1200):
        who = robot if number % 100 == 0 else ben
        there.slack.backfill(who, there.general, f"note {number}", root)
    async with there.bot():
        begun = asyncio.get_running_loop().time()
        await there.ask("summarise this", root)
        await there.slack.until(lambda: bool(there.answers(root)), timeout=10)
        assert asyncio.get_running_loop().time() - begun < 10
    texts = [text for _, text in said(there.asked())]
    assert texts[0] == "The plan"
    assert texts[-1] == "summarise this"
    assert texts[-2] == "note 1199"
    assert any("messages between these two are not shown" in text for text in texts)
    assert 'from="Robot"' in str(there.asked())


async def test_the_date_is_told_and_the_system_prompt_is_the_same_for_all(there: World) -> None:
    there.claude.answers("Yes.")
    async with there.bot('[channels."slack:C9"]\nprompt = "Other."\n'):
        for thread in [await there.ask("one"), await there.ask("two")]:
            await there.answered(thread, "Yes.")
    systems = {str(request.body["system"]) for request in there.claude.requests}
    assert len(systems) == 1
    assert re.search(r'sent="\d{4}-\d\d-\d\d \d\d:\d\d UTC"', str(there.asked()))
