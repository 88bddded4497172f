"""Who may do what, where: every cell of the table in docs/commands.md, at the desk itself."""

import re
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.governing import Governing
from bot.model import Author, Conversation, Standing
from bot.panel import Panel
from bot.ports import Caller, Control, Outcome
from bot.sentences import say
from bot.settings import read
from bot.spending import Spending
from bot.store import Conversations, Ledger, Nudges, Overrides, connect
from tests.bot.forgetful import forgetting
from tests.bot.test_desk import Ear, nobody_leads
from tests.house.sources import ROOT

CHANNEL = Conversation("slack", "T1", "C1", None)
PLACES: Mapping[str, Caller] = {
    "channel": Caller(Author("U1", "Ana"), CHANNEL, "slack:C1"),
    "thread": Caller(Author("U1", "Ana"), replace(CHANNEL, thread="1700.1"), "slack:C1"),
    "dm": Caller(Author("U1", "Ana"), replace(CHANNEL, channel="D1"), "slack:D1", is_direct=True),
}
STANDINGS = {
    "guest": Standing.GUEST,
    "external": Standing.EXTERNAL,
    "bot": Standing.BOT,
}
DENIED, NOT_YOURS = say("access.denied"), say("settings.not_yours")
ADMINS = say("usage.not_yours")


def cells() -> Iterator[tuple[str, str, str]]:
    """Each command, role, and what the table says of them."""
    table = (ROOT / "docs/commands.md").read_text(encoding="utf-8").partition("## Who may")[2]
    head, _, *rows = re.findall(r"(?m)^\| (.+) \|$|^\|(---.+)\|$", table)
    roles = head[0].split(" | ")[1:]
    for row in rows:
        command, *said = row[0].split(" | ")
        for role, word in zip(roles, said, strict=True):
            yield command.strip("`"), role, word


CELLS = list(cells())


def test_the_table_has_every_command_for_every_role() -> None:
    assert len(CELLS) == 22 * 7
    assert {word for _, _, word in CELLS} == {"yes", "shown", "admins", "no"}


@dataclass(frozen=True)
class Office:
    """A desk that asks `[access] users` of nobody, another that does, and what both change."""

    desk: Desk
    exclusive: Desk
    overrides: Overrides


@pytest.fixture
async def office(store_url: str, tmp_path: Path) -> AsyncGenerator[Office]:
    async with AsyncExitStack() as house:
        client = await house.enter_async_context(connect(store_url, name="test"))
        overrides = Overrides(client)

        def desk(users: str) -> Desk:
            (tmp_path / "bot.toml").write_text(f'[access]\nadmins = ["slack:U9"]\nusers = {users}')
            settings = read({"ANTHROPIC_API_KEY": "sk-ant-x"}, tmp_path)
            governing = Governing(Panel(settings, overrides), overrides, lambda: 1_700_000_000)
            store, nudges = Conversations(client), Nudges(client)
            spending = Spending(Ledger(client), settings.budgets)
            forgets = forgetting(client)
            lead = nobody_leads
            return Desk(settings, store, nudges, Ear(), governing, spending, forgets, lead=lead)

        yield Office(desk("[]"), desk('["slack:U5"]'), overrides)


async def done(office: Office, command: str, role: str, caller: Caller) -> Outcome:
    """What comes of *command*, typed by *role* where *caller* is, after something was changed."""
    desk, known = as_role(office, role, caller)
    return await desk.typed(command, known)


def as_role(office: Office, role: str, caller: Caller) -> tuple[Desk, Caller]:
    """The desk that *role* meets, and *caller* as one of that role."""
    standing = STANDINGS.get(role, Standing.MEMBER)
    author = Author("U9" if role == "admin" else "U1", "Ana", standing)
    desk = office.exclusive if role == "stranger" else office.desk
    manages = role in {"manager", "bot"}  # some platform may let a bot manage
    return desk, replace(caller, author=author, manages=manages)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", dict.fromkeys(role for _, role, _ in CELLS))
async def test_each_command_does_for_each_role_what_the_table_says(
    office: Office, role: str, place: str
) -> None:
    caller = PLACES[place]
    by = Author("U8", "Somebody")
    for command, whose, word in CELLS:
        if whose != role:
            continue
        await office.overrides.put(caller.settings_place, by, at=1, tier="simple", prompt="Old.")
        before = await office.overrides.read()
        outcome = await done(office, command, role, caller)
        changed = await office.overrides.read() != before
        changes = word == "yes" and ("shown" in words_of(command)) and outcome.form is None
        assert changed is changes, command
        assert (outcome.everybody is not None) is (changes or tells(command, word, place)), command
        assert (outcome.alone == DENIED) is (word == "no"), command
        assert (outcome.alone == NOT_YOURS) is (word == "shown"), command
        assert (outcome.alone == ADMINS) is (word == "admins"), command
        asks = word == "yes" and command.startswith("ask ")
        assert (outcome.question == "why?") is (outcome.question is not None) is asks, command
        assert outcome.privately is (asks and command == "ask private why?")
        assert (outcome.form is not None) is (word == "yes" and command == "prompt set")


@pytest.mark.parametrize("control", Control)
@pytest.mark.parametrize("role", ["manager", "member", "guest", "bot"])
async def test_who_is_not_let_in_neither_commands_nor_presses_though_they_manage(
    office: Office, role: str, control: Control
) -> None:
    _, caller = as_role(office, role, PLACES["thread"])
    managing = replace(caller, manages=True)
    assert await office.exclusive.press(control, "1", managing) == DENIED
    assert (await office.exclusive.command("tier complex", managing)).alone == DENIED
    assert not office.exclusive.choices("tier", managing)
    assert not await office.overrides.read()


@pytest.mark.parametrize("role", dict.fromkeys(role for _, role, _ in CELLS))
async def test_names_to_choose_from_are_offered_to_whom_the_table_lets_in(
    office: Office, role: str
) -> None:
    desk, caller = as_role(office, role, PLACES["channel"])
    (word,) = [word for command, whose, word in CELLS if (command, whose) == ("tier", role)]
    for line, name in (("tier", "auto"), ("prompt use", "json")):
        assert (name in desk.choices(line, caller)) is (word == "yes")
    assert not desk.choices("prompt set", caller)


def words_of(command: str) -> set[str]:
    return {word for one, _, word in CELLS if one == command}


def tells(command: str, word: str, place: str) -> bool:
    """Whether everybody in one conversation is told of *command*, which changes no setting."""
    where = {"reset": {"thread", "dm"}, "quiet": {"thread"}, "wake": {"thread"}}
    return word == "yes" and place in where.get(command, set())
