import asyncio
import re

import aiohttp
import pytest

from sandbox.discord import Discord
from sandbox.house.session import Session
from sandbox.house.stage import Stage
from sandbox.house.typed import read
from sandbox.slack import Slack


@pytest.fixture
def session(stage: Stage) -> Session:
    return Session(stage, "Welcome.")


async def set_status(slack: Slack, **where: str) -> None:
    """Let our app be thinking there."""
    header = {"Authorization": f"Bearer {slack.bot_token}"}
    url = f"{slack.api_url}assistant.threads.setStatus"
    async with aiohttp.ClientSession(headers=header) as http:
        await http.post(url, json=where | {"status": "is thinking..."})


async def type_in(session: Session, *lines: str) -> None:
    for line in lines:
        wish = read(line)
        assert wish is not None
        await session.obey(wish)


def said(session: Session) -> list[str]:
    """What is shown, without names, times and blank lines."""
    lines = [line.text.strip() for line in session.lines(session.here, 80)]
    return [line for line in lines if line and not re.search(r" \d\d:\d\d:\d\d", line)]


async def test_what_is_typed_is_said_where_one_stands(stage: Stage, session: Session) -> None:
    slack, general = stage.slack.slack, stage.slack.general
    assert said(session) == ["Nothing was said here so far."]
    await type_in(session, "@claude hello", "/thread", "in the thread", "/channel at the top")
    (first, second) = slack.channel_view(general)
    assert first.fallback == f"<@{slack.bot_user}> hello"
    assert [shown.text for shown in slack.thread(general, first.ts)] == [
        "@Claude hello",
        "in the thread",
    ]
    assert second.text == "at the top"
    assert said(session) == ["@Claude hello", "in the thread", "at the top"]
    assert stage.discord.discord.messages(stage.discord.general) == []


async def test_on_the_other_platform_one_stands_elsewhere(stage: Stage, session: Session) -> None:
    discord, general = stage.discord.discord, stage.discord.general
    await type_in(session, "/dm hi")
    session.switch()
    await type_in(session, "@claude hello", "/thread 1 in the thread", "go on")
    (first,) = discord.messages(general)
    assert first.text == f"<@{discord.bot_user}> hello"
    assert discord.threads(general) == [first.id]
    assert discord.name(first.id) == "@Claude hello"
    assert [shown.text for shown in discord.messages(first.id)[1:]] == ["in the thread", "go on"]
    headings = [session.heading(platform) for platform in session.platforms]
    assert headings == [
        "Slack  DM with Claude (the bot is away)",
        "Discord  thread 1 of #general (the bot is away)",
    ]
    session.switch()
    assert said(session) == ["hi"]


async def test_the_prompt_says_who_speaks_and_where_to(session: Session) -> None:
    prompts = [session.prompt]
    for line in ("one", "/thread 1", "/as ben", "/dm", "/as Chika", "/dm hi", "/thread", "/as Ana"):
        await type_in(session, line)
        prompts.append(session.prompt)
    session.switch()
    assert prompts == [
        "Ana in #general on Slack> ",
        "Ana in #general on Slack> ",
        "Ana in thread 1 of #general on Slack> ",
        "Ben in thread 1 of #general on Slack> ",
        "Ben in DM with Claude on Slack> ",
        "Chika in DM with Claude on Slack> ",
        "Chika in DM with Claude on Slack> ",
        "Chika in thread 1 of DM with Claude on Slack> ",
        "Ana in DM with Claude on Slack> ",
    ]
    assert session.prompt == "Ana in #general on Discord> "


async def test_each_has_a_dm_of_their_own(stage: Stage, session: Session) -> None:
    for _ in session.platforms:
        await type_in(session, "/dm secret", "/as Ben")
        assert said(session) == ["Nothing was said here so far."]
        await type_in(session, "/as Ana")
        assert said(session) == ["secret"]
        session.switch()
    assert stage.slack.slack.messages(stage.slack.general) == []
    assert stage.discord.discord.messages(stage.discord.general) == []


async def test_a_reply_stands_with_what_it_answers(stage: Stage, session: Session) -> None:
    await type_in(session, "one", "/reply 1 two", "/reply 1.1 three")
    assert said(session) == ["one", "two", "three"]
    session.switch()
    await type_in(session, "one", "/thread 1 two", "/channel", "/reply 1 three", "/reply 1.1 four")
    root, three = stage.discord.discord.messages(stage.discord.general)
    two, four = stage.discord.discord.messages(root.id)[1:]
    assert (three.reference, four.reference) == (root.id, two.id)
    assert said(session) == [
        "one",
        "Thread: one",
        "two",
        "to Ana: two",
        "four",
        "to Ana: one",
        "three",
    ]


@pytest.mark.parametrize(
    "line", ["/reply 2 x", "/reply 1.1 x", "/menu 0", "/press 3 Stop", "/press Stop"]
)
async def test_what_is_not_there_is_told_and_nothing_is_done(session: Session, line: str) -> None:
    await type_in(session, "one", line)
    assert session.note.startswith("There is no ")
    assert said(session) == ["one"]


async def test_in_an_empty_channel_there_is_no_newest_message(session: Session) -> None:
    await type_in(session, "/menu")
    assert session.note == "There is no message here."


async def test_what_slack_does_not_offer_is_told(session: Session) -> None:
    await type_in(session, "one", "/fill x")
    assert session.note == "The bot opened no form that waits to be filled in."
    await type_in(session, "/thread 1", "/claude stop")
    assert session.note.startswith("Slack takes no slash command in a thread. Say !stop there")
    assert said(session) == ["one"]


async def test_a_dm_on_discord_has_no_threads(session: Session) -> None:
    session.switch()
    for line in ("/dm one", "/thread 1 two", "/thread", "/dm"):
        await type_in(session, line)
        assert ("whose thread one could go to" in session.note) == ("thread" in line)
    assert said(session) == ["one"]
    assert session.prompt == "Ana in DM with Claude on Discord> "


async def test_in_a_thread_only_that_thread_is_seen(session: Session) -> None:
    await type_in(session, "one", "two", "/thread 1 below one", "/thread 2")
    assert said(session) == ["two"]
    await type_in(session, "/thread 1")
    assert said(session) == ["one", "below one"]


@pytest.mark.parametrize("line", ["/thread", "/thread 0", "/thread 2"])
async def test_a_thread_that_is_not_there_is_told_and_nothing_is_said(
    session: Session, line: str
) -> None:
    if line != "/thread":
        await type_in(session, "one")
    await type_in(session, f"{line} lost?" if line[-1].isdigit() else line)
    assert "whose thread one could go to" in session.note
    assert session.prompt == "Ana in #general on Slack> "
    assert "lost?" not in said(session)


async def test_where_an_answer_will_come_is_told(session: Session) -> None:
    await type_in(session, "@claude hi")
    assert session.note.startswith("The answer comes in thread 1.")
    await type_in(session, "hello people")
    assert session.note.startswith("Nobody but people heard that")
    await type_in(session, "/thread 1 go on")
    assert session.note == ""


async def test_a_status_is_shown_below_its_thread(stage: Stage, session: Session) -> None:
    await type_in(session, "@claude hi")
    slack, general = stage.slack.slack, stage.slack.general
    root = slack.channel_view(general)[0].ts
    await set_status(slack, channel_id=general, thread_ts=root)
    assert said(session) == ["@Claude hi", "Claude is thinking..."]


async def test_the_overload_is_switched_on_and_off(stage: Stage, session: Session) -> None:
    assert stage.claude is not None
    await type_in(session, "/overload")
    assert stage.claude.overloaded
    assert session.title.startswith("Simulated: Slack, Discord, Claude (overloaded).")
    await type_in(session, "/overload")
    assert not stage.claude.overloaded


async def test_the_real_claude_cannot_be_overloaded_from_here(stage: Stage) -> None:
    session = Session(Stage(Slack(), Discord(), None, stage.bot), "")
    assert session.title.startswith("Simulated: Slack, Discord. Real: Claude.")
    await type_in(session, "/overload")
    assert session.note.startswith("Claude is real here")


async def test_help_an_unknown_command_and_leaving(session: Session) -> None:
    await type_in(session, "/help")
    assert "/overload" in session.note
    await type_in(session, "/nonsense")
    assert session.note.startswith("/nonsense: there is no such command")
    await type_in(session, "/quit")
    assert session.over.is_set()


async def test_a_bot_that_is_gone_is_told_with_its_last_words(session: Session) -> None:
    assert session.notice() == [
        "The bot ended. Its last words:",
        "the log's last line",
        "/restart starts it again.",
    ]


async def test_a_bot_that_cannot_start_again_stays_gone(stage: Stage) -> None:
    # Without an environment that says where the bot is, the interpreter finds none and ends.
    session = Session(stage, "")
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(20):
        keeping = tasks.create_task(session.keep())
        await type_in(session, "/restart")
        assert session.notice() == [session.note]
        while session.notice() == [session.note]:  # noqa: ASYNC110  - a process tells nobody
            await asyncio.sleep(0.05)
        keeping.cancel()
    assert session.notice()[0] == "The bot ended. Its last words:"
    assert any("No module named bot" in line for line in session.notice())
