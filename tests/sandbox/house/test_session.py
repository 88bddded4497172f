import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.claude import Claude
from sandbox.house.process import Bot
from sandbox.house.session import Session
from sandbox.house.stage import Stage
from sandbox.house.typed import read
from sandbox.slack import Slack


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage whose bot was not started: people only."""
    log = tmp_path / "bot.log"
    log.write_text("the log's last line\n")
    async with Slack() as slack, Claude() as claude:
        yield Stage(slack, claude, Bot({}, tmp_path, log))


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
    lines = [line.text.strip() for line in session.lines(80)]
    return [line for line in lines if line and line[-3:-2] != ":"]


async def test_what_is_typed_is_said_where_one_stands(stage: Stage, session: Session) -> None:
    assert said(session) == ["Nothing was said here so far."]
    await type_in(session, "@claude hello", "/thread", "in the thread", "/channel at the top")
    (first, second) = stage.slack.channel_view(stage.general)
    assert first.fallback == f"<@{stage.slack.bot_user}> hello"
    assert [shown.text for shown in stage.slack.thread(stage.general, first.ts)] == [
        "@Claude hello",
        "in the thread",
    ]
    assert second.text == "at the top"
    assert said(session) == ["@Claude hello", "in the thread", "at the top"]


async def test_the_prompt_says_who_speaks_and_where_to(session: Session) -> None:
    prompts = [session.prompt]
    for line in ("one", "/thread 1", "/as ben", "/dm", "/as Chika", "/dm hi", "/thread", "/as Ana"):
        await type_in(session, line)
        prompts.append(session.prompt)
    assert prompts == [
        "Ana in #general> ",
        "Ana in #general> ",
        "Ana in thread 1 of #general> ",
        "Ben in thread 1 of #general> ",
        "Ben in DM with Claude> ",
        "Chika in DM with Claude> ",
        "Chika in DM with Claude> ",
        "Chika in thread 1 of DM with Claude> ",
        "Ana in DM with Claude> ",
    ]


async def test_each_has_a_dm_of_their_own(stage: Stage, session: Session) -> None:
    await type_in(session, "/dm secret", "/as Ben")
    assert said(session) == ["Nothing was said here so far."]
    await type_in(session, "/as Ana")
    assert said(session) == ["secret"]
    assert stage.slack.messages(stage.general) == []


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
    assert session.prompt == "Ana in #general> "
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
    root = stage.slack.channel_view(stage.general)[0].ts
    await set_status(stage.slack, channel_id=stage.general, thread_ts=root)
    assert said(session) == ["@Claude hi", "Claude is thinking..."]


async def test_the_overload_is_switched_on_and_off(stage: Stage, session: Session) -> None:
    assert stage.claude is not None
    await type_in(session, "/overload")
    assert stage.claude.overloaded
    assert "simulated and overloaded" in session.title
    await type_in(session, "/overload")
    assert not stage.claude.overloaded


async def test_the_real_claude_cannot_be_overloaded_from_here(stage: Stage) -> None:
    session = Session(Stage(Slack(), None, stage.bot), "")
    assert session.title.startswith("Slack is simulated, Claude is real.")
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
