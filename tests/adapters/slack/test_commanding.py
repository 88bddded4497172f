"""Commands that meet trouble on the way: what their caller is told, and what is not done."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.slack import SlackAdapter
from bot.model import Place, Standing
from bot.ports import Caller, Outcome
from bot.sentences import PEOPLE
from sandbox.slack import Person, Slack
from tests.adapters.desk import KeptDesk
from tests.adapters.slack.keeper import QUICK, Keeper, until


class AskedDesk(KeptDesk):
    """A desk for which every line is a question."""

    async def typed(self, line: str, caller: Caller) -> Outcome:
        """Keep the line, and have it asked."""
        await self.command(line, caller)
        return Outcome("", question=line)


@asynccontextmanager
async def serving(slack: Slack, desk: KeptDesk) -> AsyncGenerator[SlackAdapter]:
    """An adapter that brings commands to *desk* while the block runs."""
    adapter = SlackAdapter(
        bot_token=slack.bot_token,
        app_token=slack.app_token,
        api_url=slack.api_url,
        words={key: said for key, said in PEOPLE.items() if key.startswith("told.")},
        timing=QUICK,
    )
    await adapter.check()
    try:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(adapter.run(Keeper(), desk))
            await until(lambda: adapter.connected)
            yield adapter
            running.cancel()
    finally:
        await adapter.close()


async def test_a_command_says_who_gives_it_where_and_in_which_language(
    slack: Slack, ana: Person, general: str
) -> None:
    desk = KeptDesk()
    async with serving(slack, desk):
        await slack.slash(ana, general, "prompt set Ask <b> @Ana & co.\nTwo")
        await until(lambda: desk.lines)
        await slack.slash(slack.person("Boss", admin=True), slack.dm(ana), "help")
        await until(lambda: len(desk.lines) == 2)
    (line, caller), (_, boss) = desk.lines
    assert line == "prompt set Ask <b> @Ana & co.\nTwo"
    assert (caller.author.name, caller.language, caller.manages) == ("Ana", "pt-BR", False)
    assert (caller.place.channel, caller.place.thread) == (general, None)
    assert caller.settings_place == f"slack:{general}"
    assert (boss.manages, boss.is_direct) == (True, True)


@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.EXTERNAL, Standing.BOT])
async def test_only_members_manage(slack: Slack, general: str, standing: Standing) -> None:
    desk = KeptDesk()
    somebody = slack.person(
        "Somebody",
        admin=True,
        guest=standing is Standing.GUEST,
        external=standing is Standing.EXTERNAL,
        bot=standing is Standing.BOT,
    )
    async with serving(slack, desk):
        await slack.slash(somebody, general, "tier")
        await until(lambda: desk.lines)
    caller = desk.lines[0][1]
    assert (caller.author.standing, caller.manages) == (standing, False)


async def test_where_slack_does_not_say_who_gives_a_command_nothing_is_done(
    slack: Slack, ana: Person, general: str
) -> None:
    desk = KeptDesk()
    slack.faults.refuse("users.info", "internal_error", times=9)
    async with serving(slack, desk):
        used = await slack.slash(ana, general, "reset")
        await slack.until(lambda: used.told)
        plan = slack.backfill(ana, general, "a plan")
        pointed = await slack.shortcut(ana, general, plan)
        await slack.until(lambda: pointed.told)
    assert used.texts[0].startswith("Slack does not tell me who you are")
    assert not desk.lines
    assert not desk.about


async def test_an_answer_that_its_address_does_not_take_is_whispered(
    slack: Slack, ana: Person, general: str
) -> None:
    slack.faults.refuse("response_url", "expired_url", status=404)
    slack.faults.html("response_url")
    slack.faults.refuse("chat.postEphemeral", "internal_error", times=1)
    async with serving(slack, KeptDesk("as you wish")):
        with capture_logs() as lines:
            await slack.slash(ana, general, "help")
            await until(lambda: any(line["event"] == "slack_command_lost" for line in lines))
        await slack.slash(ana, general, "help")
        await slack.until(lambda: slack.ephemerals)
    assert (slack.ephemerals[0]["text"], slack.ephemerals[0]["user"]) == ("as you wish", ana.id)


async def test_a_question_stands_under_its_askers_name_and_is_taken_in(
    slack: Slack, ana: Person, general: str
) -> None:
    desk = AskedDesk()
    async with serving(slack, desk):
        await slack.slash(ana, general, "why?")
        await until(lambda: desk.asked)
    (question,) = desk.asked
    stands = slack.messages(general)[0]
    assert (question.id, question.conversation.thread) == (stands.ts, stands.ts)
    assert (question.text, question.place, question.author.id) == ("why?", Place.CHANNEL, ana.id)
    assert desk.threads[0].conversation == question.conversation


async def test_a_question_that_is_not_taken_or_not_posted_is_told(
    slack: Slack, ana: Person, general: str
) -> None:
    desk = AskedDesk("You may not.")
    async with serving(slack, desk):
        used = await slack.slash(ana, general, "why?")
        await slack.until(lambda: used.told)
        assert used.texts == ["You may not."]
        slack.faults.refuse("chat.postMessage", "ratelimited", retry_after=1)
        used = await slack.slash(ana, general, "why?")
        await slack.until(lambda: used.told)
        assert used.texts[0].startswith("I could not post your question.")
        slack.archive(general)
        used = await slack.slash(ana, general, "why?")
        await slack.until(lambda: used.told)
        assert used.texts[0].startswith("I could not post your question.")
    assert len(desk.asked) == 1


async def test_a_scope_that_was_taken_away_meanwhile_costs_the_name_alone(
    slack: Slack, ana: Person, general: str
) -> None:
    desk = AskedDesk()
    async with serving(slack, desk):
        slack.scopes = slack.scopes.replace("chat:write.customize,", "")
        await slack.slash(ana, general, "why?")
        await until(lambda: desk.asked)
    assert slack.messages(general)[0].text == "Ana asks:\n\nwhy?"


async def test_a_message_in_a_dm_is_asked_about_in_line_and_in_a_thread_there(
    slack: Slack, ana: Person
) -> None:
    desk, dm = KeptDesk("You may not."), slack.dm(ana)
    plan = slack.backfill(ana, dm, "a plan")
    below = slack.backfill(ana, dm, "its detail", plan)
    async with serving(slack, desk):
        used = await slack.shortcut(ana, dm, plan)
        await slack.until(lambda: used.told)
        await slack.shortcut(ana, dm, below)
        await until(lambda: len(desk.about) == 2)
    assert [one.conversation.thread for one in desk.asked] == [None, plan]
    assert [one.text for one in desk.about] == ["a plan", "its detail"]
    assert {one.place for one in desk.asked} == {Place.DM}
    assert used.texts == ["You may not."]


async def test_a_change_that_cannot_be_announced_is_in_the_log(slack: Slack, ana: Person) -> None:
    class Changing(KeptDesk):
        async def command(self, line: str, caller: Caller) -> Outcome:
            return Outcome(f"done: {line}", "Ana changed it.")

    elsewhere = slack.channel("elsewhere", member=False)
    with capture_logs() as lines:
        async with serving(slack, Changing()):
            used = await slack.slash(ana, elsewhere, "tier complex")
            await slack.until(lambda: used.told)
            await until(lambda: slack.count("chat.postMessage") == 1)
    assert any(line["event"] == "slack_change_not_announced" for line in lines)


async def test_what_is_none_of_ours_is_acknowledged_and_dropped(
    slack: Slack, ana: Person, general: str
) -> None:
    desk = KeptDesk()
    async with serving(slack, desk):
        used = await slack.slash(ana, general, "help")
        assert used.delivery
        foreign: dict[str, Any] = used.delivery.payload | {"team_id": "T0OTHER"}
        sent = slack.deliver(foreign)
        await slack.until(lambda: sent.acked)
        await until(lambda: desk.lines)
    assert len(desk.lines) == 1
