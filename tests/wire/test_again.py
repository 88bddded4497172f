"""An answer that Claude did not finish: what stands, what is remembered, the buttons below."""

import asyncio
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.store import Ledger, connect
from bot.usage import TOTAL
from sandbox import claude as wire
from sandbox.discord import Person
from sandbox.discord.interactions import Interaction
from sandbox.discord.permissions import INVITED, Permission
from tests.wire.test_discord import Guild
from tests.wire.test_talk import said
from tests.world import world

FIRST, REST = "One two three four five six,", " seven eight nine ten, and that is all."
CUT = f"{FIRST}\n\n> The answer stops here: it reached its length limit."
IMPATIENT = "[claude]\npatience_wait = 1\npatience_turn = 1\n"
BROKEN = "> The connection to Claude broke. The answer is unfinished."


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord") as made:
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


def controls(there: Guild, thread: str) -> list[str]:
    answers = there.discord.answers(thread)
    return [button.split(":")[1] for one in answers for button in one.buttons]


async def press(there: Guild, thread: str, control: str, who: Person | None = None) -> Interaction:
    """The button *control* below our last message, pressed once it stands there."""
    await there.until(lambda: control in controls(there, thread))
    message = there.discord.answers(thread)[-1]
    (button,) = (one for one in message.buttons if one.split(":")[1] == control)
    return await there.discord.press(who or there.ana, thread, message.id, button)


async def cut_short(there: Guild) -> str:
    """A thread whose answer reached its length limit."""
    there.world.claude.answers([FIRST, REST])
    there.world.claude.faults.append(wire.stop_reason("max_tokens"))
    thread = await there.ask("count")
    await there.answered(thread, CUT)
    return thread


async def broken_off(there: Guild) -> str:
    """A thread whose answer broke for good behind three deltas."""
    there.world.claude.answers(FIRST + REST)
    there.world.claude.faults.extend([wire.eof(3)] * 12)
    thread = await there.ask("count")
    await there.until(
        lambda: [one.text.endswith(BROKEN) for one in there.discord.answers(thread)] == [True]
    )
    there.world.claude.faults.clear()
    return thread


async def test_what_reached_its_limit_goes_on_in_the_same_place(there: Guild) -> None:
    async with there.world.bot():
        thread = await cut_short(there)
        assert controls(there, thread) == ["continue"]
        began = time.monotonic()
        used = await press(there, thread, "continue")
        await there.answered(thread, FIRST + REST)
        assert time.monotonic() - began < 4
        assert not used.followups
        asked = said(there.world.asked())
        assert asked[:2] == [("user", "count"), ("assistant", FIRST)]
        assert asked[2][1].startswith("[Your answer above was cut off. Continue exactly")
        there.world.claude.answers("Gladly.")
        await there.discord.say(there.ana, thread, "thanks")
        await there.answered(thread, FIRST + REST, "Gladly.")
        await there.until(lambda: controls(there, thread) == [])
    texts = [("user", "count"), ("assistant", FIRST + REST), ("user", "thanks")]
    assert said(there.world.asked()) == texts


async def test_to_go_on_costs_as_much_where_another_question_waits(
    there: Guild, store_url: str
) -> None:
    claude, begun, open_ = there.world.claude, asyncio.Event(), asyncio.Event()
    claude.answers([FIRST, "Two.", REST])
    ends = wire.stop_reason("max_tokens")
    claude.faults.extend([lambda it: wire.held(begun, 2)(ends(it)), wire.held(open_)])
    async with there.world.bot():
        thread = await there.ask("count")
        await there.until(lambda: bool(there.discord.answers(thread)))
        await there.discord.say(there.ana, thread, f"<@{there.discord.bot_user}> and then?")
        await asyncio.sleep(0.2)  # till it waits: nothing of that is to be seen
        begun.set()
        await claude.until(lambda: len(claude.requests) == 2)
        await press(there, thread, "continue")  # within the same lease
        open_.set()
        await there.answered(thread, FIRST + REST, "Two.")
    async with connect(store_url, name="oracle") as client:
        assert (await Ledger(client).report(TOTAL, 1)).over(1).answers == 3


async def test_it_goes_on_after_a_restart_too(there: Guild) -> None:
    async with there.world.bot():
        thread = await cut_short(there)
    async with there.world.bot():
        await press(there, thread, "continue")
        await there.answered(thread, FIRST + REST)


async def test_what_broke_off_is_kept_and_may_be_written_anew(there: Guild) -> None:
    async with there.world.bot(IMPATIENT):
        thread = await broken_off(there)
        assert controls(there, thread) == ["continue", "retry"]
        (stood,) = there.discord.answers(thread)
        there.world.claude.answers("Another one.")
        await press(there, thread, "retry")
        await there.answered(thread, "Another one.")
        (stands,) = there.discord.answers(thread)
        assert stands.id == stood.id
        there.world.claude.answers("Gladly.")
        await there.discord.say(there.ana, thread, "thanks")
        await there.answered(thread, "Another one.", "Gladly.")
    assert [text for _, text in said(there.world.asked())] == ["count", "Another one.", "thanks"]


async def test_what_broke_off_goes_on_where_it_did(there: Guild) -> None:
    async with there.world.bot(IMPATIENT):
        thread = await broken_off(there)
        shown = there.discord.answers(thread)[-1].text.partition("\n")[0]
        there.world.claude.answers(" - and on.")
        await press(there, thread, "continue")
        await there.until(lambda: there.discord.answers(thread)[-1].text.endswith(" - and on."))
        (whole,) = there.discord.answers(thread)
        assert whole.text.startswith(shown)
        assert "unfinished" not in whole.text


async def test_a_try_that_fails_again_leaves_what_stood(there: Guild) -> None:
    async with there.world.bot(IMPATIENT):
        thread = await broken_off(there)
        (stood,) = there.discord.answers(thread)
        asked = len(there.world.claude.requests)
        there.world.claude.overloaded = True
        await press(there, thread, "retry")
        await there.until(lambda: "overloaded" in there.discord.answers(thread)[-1].text)
        assert len(there.world.claude.requests) > asked
        there.world.claude.overloaded = False
        (stands,) = there.discord.answers(thread)
        assert stands.text.partition("\n")[0] == stood.text.partition("\n")[0]
        there.world.claude.answers("At last.")
        await press(there, thread, "retry")
        await there.answered(thread, "At last.")


async def test_a_try_that_breaks_sooner_leaves_what_stood(there: Guild) -> None:
    async with there.world.bot(IMPATIENT):
        thread = await broken_off(there)
        (stood,) = there.discord.answers(thread)
        text = stood.text.partition("\n")[0]
        asked = len(there.world.claude.requests)
        there.world.claude.answers("No.")
        there.world.claude.faults.extend([wire.error_event(1, "invalid_request_error")])
        await press(there, thread, "retry")
        await there.until(lambda: len(there.world.claude.requests) > asked)
        await there.until(lambda: BROKEN not in there.discord.answers(thread)[0].text)
        await there.until(lambda: controls(there, thread) == ["continue", "retry"])
        await there.until(lambda: there.discord.answers(thread)[0].text.startswith(text))
        there.world.claude.answers(" - and on.")
        await press(there, thread, "continue")
        await there.until(lambda: there.discord.answers(thread)[0].text.endswith(" - and on."))
        assert there.discord.answers(thread)[0].text.startswith(text)


async def test_a_try_that_is_stopped_sooner_leaves_what_stood(there: Guild) -> None:
    async with there.world.bot(IMPATIENT):
        thread = await broken_off(there)
        text = there.discord.answers(thread)[0].text.partition("\n")[0]
        there.world.claude.answers("No, it is not so.")
        there.world.claude.faults.append(wire.stall(1, 30))
        await press(there, thread, "retry")
        await there.until(lambda: there.discord.answers(thread)[0].text.startswith("No"))
        await press(there, thread, "stop")
        await there.answered(thread, f"{text}\n\n> Stopped.")
        await there.discord.say(there.ana, thread, "thanks")
        await there.until(lambda: len(there.discord.answers(thread)) == 2)
    assert ("assistant", text) in said(there.world.asked())


async def test_a_sorry_alone_is_replaced_by_the_answer(there: Guild) -> None:
    there.world.claude.overloaded = True
    async with there.world.bot(IMPATIENT):
        thread = await there.ask("hello?")
        await there.until(lambda: there.discord.answers(thread))
        there.world.claude.overloaded = False
        there.world.claude.answers("Here.")
        await press(there, thread, "retry")
        await there.answered(thread, "Here.")
        await there.discord.say(there.ana, thread, "thanks")
        await there.answered(thread, "Here.", "Here.")
    assert [text for _, text in said(there.world.asked())] == ["hello?", "Here.", "thanks"]


async def test_only_who_asked_or_rules_there_may_press(there: Guild) -> None:
    ben = there.discord.person("Ben")
    boss = there.discord.person("Boss", manage_channels=True)
    async with there.world.bot():
        thread = await cut_short(there)
        used = await press(there, thread, "continue", ben)
        await there.until(lambda: used.followups)
        assert used.followups[0].words.text.startswith("Only the person who asked")
        await press(there, thread, "continue", boss)
        await there.answered(thread, FIRST + REST)


async def test_two_presses_are_one(there: Guild) -> None:
    async with there.world.bot():
        thread = await cut_short(there)
        there.world.claude.pace = 20
        message = there.discord.answers(thread)[-1]
        pressed = [
            await there.discord.press(there.ana, thread, message.id, message.buttons[0])
            for _ in range(2)
        ]
        await there.answered(thread, FIRST + REST)
    (told,) = (one.words.text for used in pressed for one in used.followups)
    assert told == "I am at that answer already."
    assert len(there.world.claude.requests) == 2


async def test_who_may_not_speak_with_us_any_more_may_not_press_either(there: Guild) -> None:
    async with there.world.bot():
        thread = await cut_short(there)
    async with there.world.bot('[access]\nusers = ["discord:1"]'):
        used = await press(there, thread, "continue")
        await there.until(lambda: used.followups)
        assert used.followups[0].words.text.startswith("You may not use me here")
    assert len(there.world.claude.requests) == 1


async def test_a_long_answer_to_a_command_is_whole_where_we_may_not_write(there: Guild) -> None:
    text = "\n\n".join(f"{number} {'word ' * 60}".strip() for number in range(12))
    there.world.claude.answers([text, REST])
    there.world.claude.faults.append(wire.stop_reason("max_tokens"))
    mute = INVITED & ~Permission.SEND_MESSAGES & ~Permission.CREATE_PUBLIC_THREADS
    there.discord.permit(there.general, mute)
    async with there.world.bot():
        used = await there.discord.slash(there.ana, there.general, "claude ask", text="count")
        pressed = await press(there, there.general, "continue")
        await there.until(lambda: REST in there.discord.answers(there.general)[-1].text)
    shown = "\n\n".join(response.text for response in used.responses)
    assert len(used.responses) == 2
    assert all(f"{number} word" in shown for number in range(12))
    assert not any(response.ephemeral for response in (*used.responses, *pressed.responses))
