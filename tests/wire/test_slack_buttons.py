"""Buttons below an answer on Slack: stop it, go on with it, write it anew."""

import time

from sandbox import claude as wire
from sandbox.slack import Person
from tests.world import World

FIRST, REST = "One two three four five six,", " seven eight nine ten, and that is all."
CUT = f"{FIRST}\n\n> The answer stops here: it reached its length limit."
LONG = " ".join(f"word{number}" for number in range(400))


def buttons(there: World, thread: str) -> list[str]:
    shown = [button for one in there.answers(thread) for button in one.buttons]
    return [button.removeprefix("parley:") for button in shown]


async def press(there: World, thread: str, control: str, who: Person | None = None) -> None:
    await there.slack.until(lambda: control in buttons(there, thread))
    message = there.answers(thread)[-1].ts
    await there.slack.press(who or there.ana, there.general, message, f"parley:{control}")


async def cut_short(there: World) -> str:
    there.claude.answers([FIRST, REST])
    there.claude.faults.append(wire.stop_reason("max_tokens"))
    thread = await there.ask("count")
    await there.answered(thread, CUT)
    return thread


async def test_what_was_cut_goes_on_in_the_same_place_after_a_restart_too(there: World) -> None:
    async with there.bot():
        thread = await cut_short(there)
        assert buttons(there, thread) == ["continue"]
    async with there.bot():
        began = time.monotonic()
        await press(there, thread, "continue")
        await there.answered(thread, FIRST + REST)
        assert time.monotonic() - began < 6
        await there.slack.until(lambda: not buttons(there, thread))
    assert not there.slack.ephemerals
    (sent,) = (one for one in there.slack.deliveries if one.payload["type"] == "block_actions")
    assert sent.acked


async def test_what_broke_off_is_written_anew(there: World) -> None:
    there.claude.answers(FIRST)
    there.claude.faults.extend([wire.error_event(1, "invalid_request_error")])
    async with there.bot():
        thread = await there.ask("count")
        await press(there, thread, "retry")
        await there.answered(thread, FIRST)


async def test_an_answer_is_stopped_within_a_second(there: World) -> None:
    there.claude.pace = 40
    there.claude.answers(LONG)
    async with there.bot():
        thread = await there.ask("talk")
        await press(there, thread, "stop")
        began = time.monotonic()
        await there.claude.until(lambda: there.claude.disconnects == 1)
        assert time.monotonic() - began < 1
        await there.slack.until(lambda: there.answers(thread)[-1].text.endswith("Stopped."))
        await there.slack.until(lambda: not buttons(there, thread))


async def test_strangers_are_told_so_alone_and_admins_may(there: World) -> None:
    ben = there.slack.person("Ben", locale="ja-JP")
    boss = there.slack.person("Boss", admin=True)
    async with there.bot():
        thread = await cut_short(there)
        await press(there, thread, "continue", ben)
        await there.slack.until(lambda: there.slack.ephemerals)
        (told,) = there.slack.ephemerals
        assert (told["user"], told["thread_ts"]) == (ben.id, thread)
        assert "続きややり直し" in told["text"]
        assert len(there.claude.requests) == 1
        await press(there, thread, "continue", boss)
        await there.answered(thread, FIRST + REST)
