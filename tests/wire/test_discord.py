"""Discord, from the mention to the last edit: read from the screen, and from Claude's requests."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.discord import Discord, Flag, Person, Shown
from tests.wire.test_talk import said
from tests.world import World, world

TEXT = " ".join(f"word{n}" for n in range(80))


@dataclass(frozen=True)
class Guild:
    """A world that is served on Discord alone: Ana in #general."""

    world: World
    discord: Discord
    ana: Person
    general: str

    async def ask(self, text: str, channel: str | None = None) -> str:
        """The id of a message that mentions the bot; so is called the thread that it opens."""
        mention = f"<@{self.discord.bot_user}> {text}"
        return await self.discord.say(self.ana, channel or self.general, mention)

    async def answered(self, channel: str, *texts: str, seconds: float = 10) -> list[Shown]:
        """Our messages in *channel*, once they show exactly *texts*."""
        await self.discord.until(
            lambda: [m.text for m in self.discord.answers(channel)] == list(texts), seconds
        )
        return self.discord.answers(channel)

    async def until(self, holds: Callable[[], object], seconds: float = 10) -> None:
        """Return once *holds*."""
        await self.discord.until(holds, seconds)


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord") as made:
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


async def test_a_mention_is_answered_in_a_thread_with_its_title(there: Guild) -> None:
    there.world.claude.answers("Hello Ana.")
    async with there.world.bot():
        thread = await there.ask("why is the **sky** blue?")
        await there.answered(thread, "Hello Ana.")
    assert there.discord.threads(there.general) == [thread]
    assert there.discord.name(thread) == "why is the sky blue?"
    assert said(there.world.asked()) == [("user", "why is the **sky** blue?")]
    assert 'from="Ana"' in there.world.asked()[0]["content"][0]["text"]


async def test_a_thread_goes_on_without_a_mention_and_is_remembered(there: Guild) -> None:
    there.world.claude.answers(["First.", "Second."])
    ben = there.discord.person("Ben", nick="Ben K.")
    async with there.world.bot():
        thread = await there.ask("one")
        await there.answered(thread, "First.")
        await there.discord.say(ben, thread, "two")
        await there.answered(thread, "First.", "Second.")
    asked = there.world.asked()
    assert said(asked) == [("user", "one"), ("assistant", "First."), ("user", "two")]
    assert 'from="Ben K."' in asked[-1]["content"][0]["text"]


async def test_a_dm_is_one_conversation_answered_in_line(there: Guild) -> None:
    there.world.claude.answers(["Hi.", "Still here."])
    dm = there.discord.dm(there.ana)
    async with there.world.bot():
        await there.discord.say(there.ana, dm, "hi")
        await there.answered(dm, "Hi.")
        await there.discord.say(there.ana, dm, "there?")
        await there.answered(dm, "Hi.", "Still here.")
    asked = there.world.asked()
    assert said(asked) == [("user", "hi"), ("assistant", "Hi."), ("user", "there?")]


async def test_a_forum_post_is_a_thread_that_is_read_first(there: Guild) -> None:
    there.world.claude.answers("Summary.")
    ben = there.discord.person("Ben")
    forum = there.discord.forum("help")
    async with there.world.bot():
        post = await there.discord.post(ben, forum, "The plan", "We build a boat.")
        await there.discord.say(ben, post, "of wood")
        await there.ask("summarise this", post)
        await there.answered(post, "Summary.")
    texts = [text for _, text in said(there.world.asked())]
    assert texts == ["We build a boat.", "of wood", "summarise this"]


async def test_a_first_mention_in_a_thread_reads_the_thread_first(there: Guild) -> None:
    there.world.claude.answers("Summary.")
    ben, robot = there.discord.person("Ben"), there.discord.person("Robot", bot=True)
    root = there.discord.backfill(ben, there.general, "The plan", ago=9000)
    thread = await there.discord.thread(there.general, "Plan", by=ben, from_message=root)
    for number in range(600):
        who = robot if number % 100 == 0 else ben
        there.discord.backfill(who, thread, f"note {number}", ago=8000 - number)
    async with there.world.bot():
        await there.ask("summarise this", thread)
        await there.answered(thread, "Summary.")
    texts = [text for _, text in said(there.world.asked())]
    assert texts[0] == "The plan"
    assert "200 messages between these two are not shown" in texts[1]
    assert texts[2:] == [*(f"note {n}" for n in range(200, 600)), "summarise this"]
    assert 'from="Robot"' in str(there.world.asked())


async def test_a_reply_to_our_answer_goes_on_in_its_thread(there: Guild) -> None:
    there.world.claude.answers("Yes.")
    ours = there.discord.backfill(there.discord.bot, there.general, "Good morning.", ago=60)
    async with there.world.bot():
        reply = await there.discord.say(there.ana, there.general, "why?", reply_to=ours, ping=False)
        await there.answered(reply, "Yes.")
        await there.discord.thread(there.general, "Morning", by=there.ana, from_message=ours)
        await there.discord.say(there.ana, there.general, "and now?", reply_to=ours)
        await there.answered(ours, "Yes.")
        (answer,) = there.discord.answers(reply)
        await there.discord.say(there.ana, reply, "thanks?", reply_to=answer.id)
        await there.answered(reply, "Yes.", "Yes.")


async def test_what_is_not_for_us_is_left_alone(there: Guild) -> None:
    ben, robot = there.discord.person("Ben"), there.discord.person("Robot", bot=True)
    us = f"<@{there.discord.bot_user}>"
    async with there.world.bot():
        root = await there.discord.say(ben, there.general, "lunch? @everyone")
        await there.discord.say(there.ana, there.general, "yes", reply_to=root)
        await there.discord.say(robot, there.general, f"{us} hi")
        await there.discord.edit_as_person(there.general, root, f"{us} lunch?")
        thread = await there.ask("ours")
        await there.until(lambda: there.discord.answers(thread))
    assert len(there.world.claude.requests) == 1


async def test_people_often_call_the_role_that_came_with_us(there: Guild) -> None:
    there.world.claude.answers("Here.")
    async with there.world.bot():
        thread = await there.discord.say(
            there.ana, there.general, f"<@&{there.discord.app_role()}> hello"
        )
        await there.answered(thread, "Here.")
    assert said(there.world.asked()) == [("user", "hello")]


async def test_nothing_that_the_model_writes_pings_or_unfurls(there: Guild) -> None:
    called = f"@everyone @here <@{there.ana.id}> <@&{there.discord.app_role()}>"
    text = f"{called} see https://evil.example/?d=1 "
    there.world.claude.answers(text * 12 + "end")
    there.world.claude.pace = 60
    async with there.world.bot():
        thread = await there.ask("ping them")
        await there.until(lambda: there.discord.answers(thread)[0].text.endswith("end"))
    (shown,) = there.discord.answers(thread)
    assert shown.edits > 0
    assert (shown.pinged, shown.unfurled) == ((), ())
    assert Flag.SUPPRESS_EMBEDS in shown.flags
    calls = [c for c in there.discord.calls if c.route in {"create_message", "edit_message"}]
    assert all(call.args["allowed_mentions"]["parse"] == [] for call in calls)


async def test_a_long_answer_arrives_whole_and_in_order(there: Guild) -> None:
    text = "\n\n".join(
        f"## Part {n}\n\n```python\nx_{n} = __init__ || {n}\n```\n\n{'word ' * 60}".strip()
        for n in range(30)
    )
    there.world.claude.answers(text)
    async with there.world.bot():
        thread = await there.ask("talk")
        await there.until(
            lambda: "## Part 29" in there.discord.answers(thread)[-1].text, seconds=40
        )
        await there.until(lambda: not there.world.claude.open)
    shown = there.discord.answers(thread)
    assert all(len(message.text) <= 2000 for message in shown)
    assert all(message.text.count("```") % 2 == 0 for message in shown)
    joined = "\n".join(message.text for message in shown)
    assert [
        n
        for n in range(30)
        if f"## Part {n}\n" in joined and f"x_{n} = __init__ || {n}\n" in joined
    ] == list(range(30))


async def test_of_two_sessions_one_answers(there: Guild) -> None:
    there.world.claude.answers(TEXT)
    async with there.world.bot(), there.world.bot():
        await there.until(lambda: there.discord.connections == 2)
        threads = [await there.ask(f"talk {n}") for n in range(4)]
        for thread in threads:
            await there.answered(thread, TEXT)
    assert len(there.world.claude.requests) == 4


async def test_an_answer_that_changes_hands_is_finished_in_the_message_that_was_begun(
    there: Guild,
) -> None:
    there.world.claude.answers(TEXT)
    there.world.claude.pace = 20
    async with there.world.bot(drain=0.1):
        thread = await there.ask("talk")
        await there.until(lambda: there.discord.answers(thread))
    (begun,) = there.discord.answers(thread)
    assert begun.text != TEXT
    there.world.claude.pace = 0
    async with there.world.bot():
        (whole,) = await there.answered(thread, TEXT)
    assert whole.id == begun.id


async def test_killed_within_an_answer_it_is_finished_in_the_same_message(there: Guild) -> None:
    there.world.claude.answers(TEXT)
    there.world.claude.pace = 20
    async with there.world.process() as process:
        thread = await there.ask("talk")
        await there.until(lambda: "word9" in there.discord.answers(thread)[0].text)
        process.kill()
    (begun,) = there.discord.answers(thread)
    there.world.claude.pace = 0
    async with there.world.process():
        (whole,) = await there.answered(thread, TEXT, seconds=30)
    assert whole.id == begun.id


async def test_a_post_whose_reply_was_lost_is_not_repeated(there: Guild) -> None:
    there.world.claude.answers("Posted only once, whatever happens.")
    there.discord.faults.drop("create_message", processed=True)
    async with there.world.bot():
        thread = await there.ask("hello")
        await there.answered(thread, "Posted only once, whatever happens.")


async def test_a_malformed_event_is_survived(there: Guild) -> None:
    there.world.claude.answers("Still here.")
    async with there.world.bot():
        there.discord.faults.malform("MESSAGE_CREATE", "author")
        lost = await there.ask("lost")
        await there.until(lambda: len(there.discord.identifies) == 2, seconds=15)
        await there.until(lambda: there.discord.connections == 1)
        thread = await there.ask("hello")
        await there.answered(thread, "Still here.")
        await there.answered(lost, "Still here.")


async def test_a_dropped_socket_is_resumed_and_nothing_is_lost(there: Guild) -> None:
    there.world.claude.answers("Heard.")
    async with there.world.bot():
        there.discord.faults.abort_sockets()
        await there.until(lambda: there.discord.connections == 0)
        thread = await there.ask("are you there?")
        await there.answered(thread, "Heard.")
        await there.discord.faults.reconnect()
        again = await there.ask("and now?")
        await there.answered(again, "Heard.")
    assert (len(there.discord.identifies), len(there.discord.resumes)) == (1, 2)


async def test_a_first_connection_that_fails_is_tried_again(there: Guild) -> None:
    there.world.claude.answers("Hello.")
    there.discord.faults.gateway_down()
    async with there.world.bot():
        thread = await there.ask("hello?")
        await there.answered(thread, "Hello.")


@pytest.mark.parametrize(
    ("code", "sentence"), [(4004, "it was reset"), (4014, "Message Content Intent")]
)
async def test_a_fatal_close_code_ends_the_process_with_a_sentence(
    there: Guild, code: int, sentence: str
) -> None:
    async with there.world.process() as process:
        there.discord.faults.close_on_identify(code)
        await there.discord.faults.invalidate(resumable=False)
        assert await process.wait() == 1
    assert sentence in (there.world.folder / "bot.log").read_text()


async def test_without_the_message_content_intent_mentions_and_dms_are_answered(
    there: Guild,
) -> None:
    there.world.claude.answers("Yes.")
    there.discord.message_content = False
    async with there.world.bot():
        thread = await there.ask("are you there?")
        await there.answered(thread, "Yes.")
        dm = there.discord.dm(there.ana)
        await there.discord.say(there.ana, dm, "and here?")
        await there.answered(dm, "Yes.")
    assert said(there.world.asked()) == [("user", "and here?")]
    assert there.discord.identifies[0].intents == 37377 - (1 << 15)


async def test_an_archived_thread_is_brought_back_within_an_answer(there: Guild) -> None:
    there.world.claude.answers(TEXT)
    there.world.claude.pace = 30
    async with there.world.bot():
        thread = await there.ask("talk")
        await there.until(lambda: there.discord.answers(thread))
        there.discord.archive(thread)
        await there.answered(thread, TEXT)


async def test_where_no_thread_may_be_opened_the_channel_has_the_answer(there: Guild) -> None:
    there.world.claude.answers(["Seen.", "Again."])
    there.discord.faults.refuse("start_thread_from_message", 403, 50013)
    async with there.world.bot():
        question = await there.ask("hello")
        (shown,) = await there.answered(there.general, "Seen.")
        assert shown.reference == question
        await there.discord.say(there.ana, there.general, "and?", reply_to=shown.id)
        await there.answered(there.general, "Seen.", "Again.")
    texts = [text for _, text in said(there.world.asked())]
    assert texts == ["hello", "Seen.", "and?"]


async def test_where_we_may_not_write_at_all_the_question_is_closed(there: Guild) -> None:
    there.world.claude.answers("Seen.")
    there.discord.faults.refuse("start_thread_from_message", 403, 50013)
    there.discord.faults.refuse("create_message", 403, 50013)
    async with there.world.bot():
        await there.ask("hello")
        await there.until(lambda: there.discord.count("create_message") == 1)
        await there.ask("again")
        await there.until(lambda: there.discord.answers(there.general)[-1].text == "Seen.")
    assert len(there.world.claude.requests) == 2


async def test_a_thread_that_is_there_already_is_used(there: Guild) -> None:
    there.world.claude.answers(["One.", "Two."])
    there.discord.faults.delay("start_thread_from_message", 0.3)
    async with there.world.bot():
        root = await there.ask("hello")
        await there.until(lambda: there.discord.count("start_thread_from_message") == 1)
        await there.discord.thread(there.general, "Ana was faster", by=there.ana, from_message=root)
        await there.answered(root, "One.")
    assert there.discord.name(root) == "Ana was faster"


async def test_slack_and_discord_are_served_side_by_side(store_url: str, tmp_path: Path) -> None:
    async with world(store_url, tmp_path, "slack", "discord") as made:
        made.claude.answers("Hello.")
        there = Guild(
            made, made.discord, made.discord.person("Ana"), made.discord.channel("general")
        )
        async with made.bot():
            thread, ts = await there.ask("hello"), await made.ask("hello")
            await there.answered(thread, "Hello.")
            await made.answered(ts, "Hello.")


async def test_two_bots_do_not_talk_for_ever(there: Guild) -> None:
    there.world.claude.answers("And you?")
    robot = there.discord.person("Robot", bot=True)
    async with there.world.bot("[access]\nbots = true"):
        mention = f"<@{there.discord.bot_user}> hello"
        thread = await there.discord.say(robot, there.general, mention)
        for number in range(1, 6):
            await there.answered(thread, *["And you?"] * number)
            await there.discord.say(robot, thread, "and you?")
        await there.discord.say(there.ana, thread, "stop it")
        await there.answered(thread, *["And you?"] * 6)
    assert len(there.world.claude.requests) == 6
