"""Who may press what below an answer: every cell of the table in docs/commands.md."""

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.governing import Governing
from bot.model import Author, Conversation, Role, Standing, Turn, Wish, answer_id
from bot.panel import Panel
from bot.ports import Caller, Control, Outcome
from bot.sentences import say
from bot.settings import read
from bot.spending import Spending
from bot.store import Conversations, Lease, Ledger, Nudges, Overrides, connect
from tests.bot.forgetful import forgetting
from tests.bot.test_desk import Ear
from tests.bot.test_rights import CHANNEL, DENIED, PLACES, STANDINGS
from tests.house.sources import ROOT

ANA, BEN, ADMIN = Author("U1", "Ana"), Author("U2", "Ben"), Author("U9", "Admin")
MONTH = timedelta(days=30)
BUTTONS = {say(f"button.{control.value}"): control for control in Control}
THEIRS = {
    Control.STOP: say("stop.not_yours"),
    Control.CONTINUE: say("again.not_yours"),
    Control.RETRY: say("again.not_yours"),
    Control.GRANT: say("grant.not_yours"),
}


def cells() -> Iterator[tuple[Control, str, str]]:
    """Each button, role, and what the table says of them."""
    documented = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    table = documented.partition("## Buttons")[2].partition("## Who may")[0]
    head, _, *rows = re.findall(r"(?m)^\|(.+)\|$", table)
    roles = [role.strip() for role in head.split("|")[1:]]
    for row in rows:
        button, *said = [cell.strip() for cell in row.split("|")]
        for role, word in zip(roles, said, strict=True):
            yield BUTTONS[button], role, word


CELLS = list(cells())


def test_the_table_has_every_button_for_every_role() -> None:
    assert len(set(CELLS)) == len(Control) * 8
    assert {word for _, _, word in CELLS} == {"yes", "theirs", "no"}


@dataclass(frozen=True)
class Office:
    """A desk that asks `[access] users` of nobody, another that does, and what both change."""

    desk: Desk
    exclusive: Desk
    store: Conversations
    led: list[Lease] = field(default_factory=list[Lease])


@pytest.fixture
async def office(store_url: str, tmp_path: Path) -> AsyncGenerator[Office]:
    async with AsyncExitStack() as house:
        client = await house.enter_async_context(connect(store_url, name="test"))
        store, overrides, led = Conversations(client), Overrides(client), list[Lease]()

        def desk(users: str) -> Desk:
            (tmp_path / "bot.toml").write_text(f'[access]\nadmins = ["slack:U9"]\nusers = {users}')
            settings = read({}, tmp_path)
            governing = Governing(Panel(settings, overrides), overrides, lambda: 0)
            spending = Spending(Ledger(client), settings.budgets)
            return Desk(
                settings,
                store,
                Nudges(client),
                Ear(),
                governing,
                spending,
                forgetting(client),
                lead=led.append,
            )

        yield Office(desk("[]"), desk('["slack:U5"]'), store, led)


async def prepared(office: Office, control: Control, place: Conversation) -> None:
    """A question of Ana's: one that waits where it is to be stopped, else one half answered."""
    question = Turn("1", Role.USER, 1, "Count", ANA)
    lease = (
        await office.store.submit(place, question, Wish.ANSWER, tokens=1, retention=MONTH)
    ).lease
    if control is not Control.STOP:
        assert lease is not None
        await office.store.begin(lease, merge=False)
        stump = Turn(answer_id("1"), Role.ASSISTANT, 1, "One", incomplete=True)
        await office.store.finish(lease, stump, tokens=1, retention=MONTH)


async def obeyed(office: Office, control: Control, place: Conversation) -> bool:
    """Whether what *control* does has been done to Ana's question."""
    if control is not Control.STOP:
        return [lease.conversation for lease in office.led] == [place]
    work = await office.store.begin(Lease(place, 1), merge=False)
    return work is not None and work.stopped


def pressing(role: str, caller: Caller) -> Caller:
    """*caller* in the *role*."""
    author = {"asker": ANA, "admin": ADMIN}.get(role, BEN)
    standing = STANDINGS.get(role, Standing.MEMBER)
    manages = role in {"manager", "bot"}  # some platform may let a bot manage
    return replace(caller, author=replace(author, standing=standing), manages=manages)


@pytest.mark.parametrize("where", PLACES)
async def test_each_button_does_for_each_role_what_the_table_says(
    office: Office, where: str
) -> None:
    for number, (control, role, word) in enumerate(CELLS):
        # A conversation for each press, so that none finds what another has done.
        place = replace(PLACES[where].place, workspace=f"T{number}")
        caller = pressing(role, replace(PLACES[where], place=place))
        desk = office.exclusive if role == "stranger" else office.desk
        await prepared(office, control, place)
        told = await desk.press(control, "1", caller)
        cell = (control.value, role)
        assert await obeyed(office, control, place) is (word == "yes"), cell
        assert told == {"yes": None, "no": DENIED, "theirs": THEIRS[control]}[word], cell
        office.led.clear()


@pytest.mark.parametrize("control", Control)
async def test_a_manager_who_is_no_user_neither_presses_nor_commands_nor_asks(
    office: Office, control: Control
) -> None:
    boss = pressing("manager", replace(PLACES["thread"], place=replace(CHANNEL, thread="1700.1")))
    await prepared(office, control, boss.place)
    assert await office.exclusive.press(control, "1", boss) == DENIED
    assert not await obeyed(office, control, boss.place)
    for line in ("why?", "ask private why?", "tier complex", "prompt set", "help"):
        assert await office.exclusive.typed(line, boss) == Outcome(DENIED), line
    assert office.exclusive.choices("tier", boss) == ()
    assert await office.exclusive.press(control, "1", replace(boss, author=ADMIN)) is None


async def test_who_may_not_use_us_is_not_told_whether_there_is_an_answer(office: Office) -> None:
    guest = pressing("guest", PLACES["thread"])
    assert [await office.desk.press(control, "no such", guest) for control in Control] == [
        DENIED
    ] * len(Control)
