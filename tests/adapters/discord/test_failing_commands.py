"""What people are told where something fails behind a command, a form or a button."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from adapters.discord import DiscordAdapter
from bot.model import Conversation
from bot.ports import Button, Caller, Control, Form, Kind, Mark, Outcome
from sandbox.discord import Discord, Flag, Person
from sandbox.discord.interactions import Interaction
from tests.adapters.desk import KeptDesk
from tests.adapters.discord.keeper import Keeper, until

SORRY = "menu.failed"  # without words, each is known by its key


FORM = Form("prompt set", "The prompt", "What Claude is told first", "Save", "", "Too long.")


class BrokenDesk(KeptDesk):
    """A desk at which nothing works but a form."""

    async def press(self, control: Control, turn: str, caller: Caller) -> str | None:
        """Fail."""
        raise ZeroDivisionError

    async def command(self, line: str, caller: Caller) -> Outcome:
        """Fail."""
        raise ZeroDivisionError

    async def typed(self, line: str, caller: Caller) -> Outcome:
        """Give a form."""
        return Outcome("", form=FORM)

    def choices(self, line: str, caller: Caller) -> Sequence[str]:
        """Fail."""
        raise ZeroDivisionError


class FormlessDesk(BrokenDesk):
    """A desk that has no form either."""

    async def typed(self, line: str, caller: Caller) -> Outcome:
        """Fail."""
        raise ZeroDivisionError


@pytest.fixture
def desk() -> KeptDesk:
    return BrokenDesk()


@pytest.fixture
async def served(
    adapter: DiscordAdapter, desk: KeptDesk, ear: Keeper
) -> AsyncGenerator[DiscordAdapter]:
    running = asyncio.ensure_future(adapter.run(ear, desk))
    await until(lambda: adapter.connected)
    yield adapter
    running.cancel()
    await asyncio.wait([running])


async def told(used: Interaction) -> str:
    """What *used* led to, once it no longer shows that we think."""
    await until(lambda: used.responses and not used.thinking)
    return used.responses[0].text


@pytest.mark.usefixtures("served")
async def test_who_gave_a_command_that_failed_is_told_so(
    discord: Discord, ana: Person, general: str
) -> None:
    assert await told(await discord.slash(ana, general, "claude stop")) == SORRY


@pytest.mark.usefixtures("served")
async def test_who_sent_a_form_that_failed_is_told_so(
    discord: Discord, ana: Person, general: str
) -> None:
    used = await discord.slash(ana, general, "claude prompt set")
    await until(lambda: used.modal)
    assert await told(await discord.submit(used, {"text": "Be brief."})) == SORRY


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("desk", [FormlessDesk()])
async def test_who_got_no_form_is_told_so(discord: Discord, ana: Person, general: str) -> None:
    used = await discord.slash(ana, general, "claude prompt set")
    assert await told(used) == SORRY
    assert used.responses[0].ephemeral


@pytest.mark.usefixtures("served")
async def test_where_choices_fail_there_are_none(
    discord: Discord, ana: Person, general: str
) -> None:
    used = await discord.autocomplete(ana, general, "claude tier", name="")
    await until(lambda: used.reply)
    assert used.choices == ()


async def test_who_pressed_what_failed_is_told_so_and_the_answer_stays(
    served: DiscordAdapter, discord: Discord, ana: Person, general: str
) -> None:
    question = await discord.say(ana, general, "why?")
    thread = served.open(Conversation("discord", "1", general, question))
    buttons = (Button(Control.STOP, "Stop"),)
    answer = await thread.post("Because", Mark(question, 0, Kind.ANSWER, buttons))
    (shown,) = discord.answers(question)
    used = await discord.press(ana, question, answer, shown.buttons[0])
    await until(lambda: used.followups)
    (sorry,) = used.followups
    assert sorry.words.text == SORRY
    assert Flag.EPHEMERAL in sorry.flags
    assert discord.answers(question)[0].text == "Because"


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("desk", [KeptDesk("fine")])
async def test_a_deferral_that_hangs_is_tried_again_in_time(
    discord: Discord, ana: Person, general: str
) -> None:
    discord.faults.delay("create_interaction_response", 10)
    used = await discord.slash(ana, general, "claude stop")
    assert await told(used) == "fine"
    assert not used.failed
