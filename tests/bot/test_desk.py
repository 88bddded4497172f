"""The desk: who may stop what, and what people are told; with a real store."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.desk import Desk
from bot.errors import StoreAway
from bot.governing import Governing
from bot.model import (
    Address,
    Author,
    Conversation,
    Hint,
    IncomingMessage,
    Place,
    Role,
    Standing,
    Turn,
    Wish,
)
from bot.panel import Panel
from bot.ports import Caller, Control, Thread
from bot.settings import in_force, read
from bot.spending import Spending
from bot.store import Conversations, Lease, Ledger, Nudges, Overrides, connect
from tests.bot.forgetful import forgetting

CHANNEL = Conversation("discord", "1", "2", None)
THREAD = replace(CHANNEL, thread="3")
ANA, BEN = Author("10", "Ana"), Author("11", "Ben")
MONTH = timedelta(days=30)


@dataclass
class Ear:
    """An ear that takes what it is told to take, and keeps it."""

    takes: bool = True
    away: bool = False
    heard: list[IncomingMessage] = field(default_factory=list[IncomingMessage])

    async def concerns(self, hint: Hint) -> bool:
        """Never asked by a desk."""
        raise AssertionError(hint)

    async def hear(self, message: IncomingMessage, thread: Thread) -> bool:
        """Keep *message* where it is taken."""
        assert thread is NOWHERE
        if self.away:
            raise StoreAway("store.away")
        self.heard.append(message)
        return self.takes


@dataclass(frozen=True)
class Office:
    """A desk, the ear behind it, and the store that both share."""

    desk: Desk
    panel: Panel
    ear: Ear
    store: Conversations
    nudges: Nudges

    async def said(self, line: str, caller: Caller) -> str:
        """What the caller alone is told of the command *line*."""
        return (await self.desk.command(line, caller)).alone


def nobody_leads(lease: Lease) -> None:
    """Nothing is answered anew here."""
    raise AssertionError(lease)


class _Nowhere:
    pass


NOWHERE: Thread = _Nowhere()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]  - handed on, never asked


@pytest.fixture
async def office(store_url: str, tmp_path: Path) -> AsyncGenerator[Office]:
    (tmp_path / "bot.toml").write_text('[access]\nadmins = ["discord:99"]')
    settings = read({"ANTHROPIC_API_KEY": "sk-ant-x"}, tmp_path)
    async with connect(store_url, name="test") as client:
        ear, store, nudges = Ear(), Conversations(client), Nudges(client)
        overrides = Overrides(client)
        panel = Panel(settings, overrides)
        spending = Spending(Ledger(client), settings.budgets)
        governing = Governing(panel, overrides, lambda: 1_700_000_000)
        desk = Desk(
            settings,
            store,
            nudges,
            ear,
            governing,
            spending,
            forgetting(client),
            lead=nobody_leads,
        )
        yield Office(desk, panel, ear, store, nudges)


async def asks(
    office: Office, name: str, author: Author = ANA, where: Conversation = THREAD
) -> None:
    turn = Turn(name, Role.USER, int(name), "why?", author)
    await office.store.submit(where, turn, Wish.ANSWER, tokens=1, retention=MONTH)


def question(text: str, language: str | None = None) -> IncomingMessage:
    return IncomingMessage(THREAD, "7", 7, Place.THREAD, Address.US, ANA, text, language=language)


async def test_a_question_is_taken_in_without_a_word(office: Office) -> None:
    assert await office.desk.ask(question("why?"), NOWHERE) is None
    assert office.ear.heard == [question("why?")]


async def test_a_blank_question_is_told_what_was_expected(office: Office) -> None:
    told = await office.desk.ask(question(" \n"), NOWHERE)
    assert told is not None
    assert "/claude ask" in told
    assert not office.ear.heard


async def test_a_command_that_is_asked_as_a_question_is_told_how_to_be_given(
    office: Office,
) -> None:
    assert await office.desk.ask(question("!complex why?"), NOWHERE) is None
    told = await office.desk.ask(question("!tier complex"), NOWHERE)
    assert told is not None
    assert told.endswith("/claude tier complex")
    assert [one.text for one in office.ear.heard] == ["!complex why?"]


@pytest.mark.parametrize(
    ("ear", "begins"), [(Ear(takes=False), "You may"), (Ear(away=True), "I ca")]
)
async def test_a_question_that_is_not_taken_is_told_why(
    office: Office, ear: Ear, begins: str
) -> None:
    office.ear.takes, office.ear.away = ear.takes, ear.away
    told = await office.desk.ask(question("why?"), NOWHERE)
    assert told is not None
    assert told.startswith(begins)


async def test_a_message_that_is_asked_about_is_quoted_line_by_line(office: Office) -> None:
    message = replace(question("one\n> two"), author=replace(BEN, name="Ben\n</message>"))
    await office.desk.ask_about(message, question("", "ja"), NOWHERE)
    (heard,) = office.ear.heard
    first, *rest = heard.text.splitlines()
    assert first.startswith("Ben")
    assert "<" not in first
    assert rest == ["> one", "> > two"]
    assert heard.about == message.author


@pytest.mark.parametrize(
    ("caller", "told"),
    [
        (Caller(ANA, THREAD, "discord:2"), None),
        (Caller(BEN, THREAD, "discord:2"), "Only the person"),
        (Caller(BEN, THREAD, "discord:2", manages=True), None),
        (Caller(Author("99", "Admin"), THREAD, "discord:2"), None),
    ],
)
async def test_an_answer_is_stopped_by_who_asked_and_by_who_rules(
    office: Office, caller: Caller, told: str | None
) -> None:
    await asks(office, "5")
    said = await office.desk.press(Control.STOP, "5", caller)
    assert said is None if told is None else said is not None and said.startswith(told)
    work = await office.store.begin(Lease(THREAD, 1), merge=False)
    assert work is not None
    assert work.stopped is (told is None)


async def test_what_is_not_pending_has_ended(office: Office) -> None:
    said = await office.desk.press(Control.STOP, "5", Caller(ANA, THREAD, "discord:2"))
    assert said == "That answer has ended already."


async def test_a_stop_stops_the_callers_answers_in_the_channel_alone(office: Office) -> None:
    elsewhere = Conversation("discord", "1", "22", "3")
    for name, author, where in (
        ("1", ANA, THREAD),
        ("2", ANA, THREAD),
        ("3", BEN, THREAD),
        ("4", ANA, elsewhere),
        ("5", ANA, replace(CHANNEL, thread="4")),
    ):
        await asks(office, name, author, where)
    assert await office.said("stop", Caller(ANA, CHANNEL, "discord:2")) == "Stopped: 3."
    assert (await office.said("stop", Caller(BEN, THREAD, "discord:2", language="ja"))).startswith(
        "1 件"
    )
    told = await office.said("stop", Caller(Author("12", "Cy"), CHANNEL, "discord:2"))
    assert told.startswith("You have no answer")


async def test_an_unknown_command_is_told_with_what_there_is(office: Office) -> None:
    told = await office.said("@everyone <x>", Caller(ANA, CHANNEL, "discord:2"))
    assert "/claude stop" in told
    assert "<x>" not in told
    assert await office.said("", Caller(ANA, CHANNEL, "discord:2")) in told


async def test_without_the_store_people_are_told_to_try_again(tmp_path: Path) -> None:
    settings = read({"ANTHROPIC_API_KEY": "sk-ant-x"}, tmp_path)
    nobody = Redis(unix_socket_path=str(tmp_path / "nobody"), retry=Retry(NoBackoff(), 0))
    overrides = Overrides(nobody)
    governing = Governing(Panel(settings, overrides), overrides, lambda: 0)
    spending = Spending(Ledger(nobody), settings.budgets)
    desk = Desk(
        settings,
        Conversations(nobody),
        Nudges(nobody),
        Ear(),
        governing,
        spending,
        forgetting(nobody),
        lead=nobody_leads,
    )
    caller = Caller(ANA, THREAD, "discord:2")
    assert (await desk.command("stop", caller)).alone.startswith("I cannot reach")
    assert str(await desk.press(Control.STOP, "5", caller)).startswith("I cannot reach")
    asked = await desk.typed("why?", caller)  # nothing is posted that could not be answered
    assert asked.alone.startswith("I cannot reach")
    assert asked.question is None
    await nobody.aclose()


async def test_a_nudge_reaches_every_listener_and_garbage_none(
    office: Office, store_url: str
) -> None:
    heard: list[Conversation | None] = []
    async with connect(store_url, name="other") as client, asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(Nudges(client).listen(heard.append))
        async with asyncio.timeout(5):
            while THREAD not in heard:
                await client.publish("bot:ctl", b"no:conversation:at:all:of ours")  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
                await office.nudges.send(THREAD)
                await asyncio.sleep(0.01)
        listening.cancel()
    assert heard[0] is None
    assert set(heard) == {THREAD, None}


BOSS = Caller(Author("12", "Boss"), CHANNEL, "discord:2", manages=True)
MEMBER = Caller(BEN, CHANNEL, "discord:2")
CHANGES = ["tier complex", "prompt set Be brief.", "prompt use translator", "prompt reset"]


@pytest.mark.parametrize("line", [*CHANGES, "settings undo"])
async def test_only_who_rules_changes_settings(office: Office, line: str) -> None:
    outcome = await office.desk.command(line, MEMBER)
    assert outcome.everybody is None
    assert outcome.alone.startswith("Only those who manage")
    assert office.panel.in_force("discord:2") == in_force(office.panel.settings, "discord:2")


async def test_a_change_holds_from_the_next_answer_and_is_announced(office: Office) -> None:
    outcome = await office.desk.command("tier complex", BOSS)
    assert outcome.everybody == "Boss set the tier of this channel to `complex`."
    assert office.panel.in_force("discord:2").tier.name == "complex"
    assert office.panel.in_force("discord:3").tier.name == "general"
    outcome = await office.desk.command("prompt set Be brief.", BOSS)
    assert outcome.everybody == "Boss changed the prompt of this channel."
    assert office.panel.in_force("discord:2").prompt == "Be brief."
    assert (await office.desk.command("tier complex", BOSS)).everybody is None
    assert (await office.said("settings undo", BOSS)).startswith("Taken back.")
    await office.desk.command("settings undo", BOSS)
    assert office.panel.in_force("discord:2") == in_force(office.panel.settings, "discord:2")
    assert (await office.said("settings undo", BOSS)).startswith("Nothing was changed")


async def test_settings_are_shown_with_where_they_come_from(office: Office) -> None:
    await office.desk.command("prompt use translator", BOSS)
    told = await office.said("settings", MEMBER)
    assert "- `tier`: general (built in)" in told
    assert "/claude (Boss)" in told
    shown = await office.said("prompt show", MEMBER)
    assert shown.splitlines()[1].startswith("> You translate.")
    assert "`complex`" in await office.said("tier", MEMBER)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("tier huge", "There is no tier “huge”"),
        ("prompt use poet", "There is no preset “poet”"),
        ("prompt set " + "x" * 8001, "8001 characters"),
        ("prompt set a\x00b", "control character"),
        ("prompt please", "/claude prompt show"),
        ("ask why?", "/claude ask"),
    ],
)
async def test_bad_input_changes_nothing_and_says_what_was_expected(
    office: Office, line: str, part: str
) -> None:
    outcome = await office.desk.command(line, BOSS)
    assert part in outcome.alone
    assert outcome.everybody is None
    assert office.panel.in_force("discord:2") == in_force(office.panel.settings, "discord:2")


async def test_a_conversation_is_forgotten_where_it_is(office: Office) -> None:
    await asks(office, "1")
    assert (await office.desk.command("reset", MEMBER)).everybody is None
    here = Caller(BEN, THREAD, "discord:2")
    assert "Ben had me forget" in str((await office.desk.command("reset", here)).everybody)
    await asks(office, "9000000000000000")
    work = await office.store.begin(Lease(THREAD, 1), merge=True)
    assert work is not None
    assert work.seeded


@pytest.mark.parametrize(
    ("caller", "line", "told"),
    [
        (MEMBER, "usage", "**What you used**"),
        (MEMBER, "usage channel", "**What this channel used**"),
        (MEMBER, "usage total", "Only my admins see"),
        (BOSS, "usage total", "Only my admins see"),
        (replace(MEMBER, author=Author("99", "Admin")), "usage total", "**What everybody used**"),
    ],
)
async def test_usage_is_told_to_whom_it_concerns(
    office: Office, caller: Caller, line: str, told: str
) -> None:
    assert (await office.said(line, caller)).startswith(told)


async def test_a_grant_below_nothing_finds_nothing_and_below_anything_asks_who(
    office: Office,
) -> None:
    here = replace(MEMBER, place=THREAD)
    assert str(await office.desk.press(Control.GRANT, "5", here)).startswith("There is nothing")
    await asks(office, "5")
    assert str(await office.desk.press(Control.GRANT, "5", here)).startswith("Only those who")


async def test_a_question_may_choose_another_tier_than_what_was_changed_elsewhere(
    office: Office, store_url: str
) -> None:
    async with connect(store_url, name="other") as client:
        await Overrides(client).put("discord:2", ANA, at=1, tier="complex")
    await office.panel.look()
    question = Turn("1", Role.USER, 1, "why?", ANA, tier="simple")
    assert office.panel.for_question("discord:2", question).tier.name == "simple"
    other = replace(question, tier="no such")
    assert office.panel.for_question("discord:2", other).tier.name == "complex"


async def test_who_is_not_let_in_gives_no_command(office: Office) -> None:
    guest = Caller(replace(BEN, standing=Standing.GUEST), THREAD, "discord:2")
    assert (await office.said("settings", guest)).startswith("You may not")
