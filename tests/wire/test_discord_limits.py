"""Discord's limits on the wire, enforced as people measure them: nothing refused, nothing late."""

from collections.abc import AsyncGenerator, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from sandbox.discord import Discord, Permission, Rate
from sandbox.discord.permissions import INVITED
from sandbox.discord.server import Call
from tests.wire.test_discord import TEXT, Guild
from tests.wire.test_talk import said
from tests.world import UNLIMITED, world

WRITING = ("create_message", "edit_message")
QUICK = {route: Rate(5, 2.0) for route in WRITING} | {"global": Rate(50, 1.0)}


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord", rates=QUICK) as made:
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


def counted(body: dict[str, object]) -> str:
    """A text of its own for each question, which ends with the question's number."""
    return " ".join(f"word{n}" for n in range(36)) + " " + str(body["messages"]).split("talk ")[-1]


def written(discord: Discord) -> list[Call]:
    return [call for call in discord.calls if call.route in WRITING and call.status == 200]


def lags(there: Guild) -> Iterator[float]:
    """Seconds from each text's last word to the call that showed the whole of it."""
    for end in there.world.claude.ended.values():
        whole = [call.at for call in written(there.discord) if call.args["content"] == end.text]
        yield min(whole) - end.at


def refused_to_open(discord: Discord) -> int:
    return sum(call.route == "modify_channel" and call.status == 403 for call in discord.calls)


async def whole(there: Guild, answers: int) -> None:
    """Return once so many texts are shown to their last word."""
    ended = there.world.claude.ended
    await there.until(lambda: len(ended) == answers, seconds=20)
    texts = {end.text for end in ended.values()}
    await there.until(lambda: texts <= {call.args["content"] for call in written(there.discord)})


def most_in_a_window(calls: list[Call], rate: Rate) -> int:
    """How many *calls* fell into one window, counted as Discord does."""
    opened, taken, most = -rate.seconds, 0, 0
    for call in calls:
        if call.at >= opened + rate.seconds:
            opened, taken = call.at, 0
        taken += 1
        most = max(most, taken)
    return most


def goes_backwards(discord: Discord, channel: str) -> bool:
    return any(
        not later.startswith(earlier.rstrip())
        for shown in discord.answers(channel)
        for earlier, later in pairwise(shown.history)
    )


async def test_forty_answers_at_once_are_whole_soon_after_their_last_word(
    there: Guild,
) -> None:
    there.world.claude.answers(counted)
    there.world.claude.pace = 8
    async with there.world.bot(UNLIMITED):
        threads = [await there.ask(f"talk {number}") for number in range(40)]
        await whole(there, 40)
    assert not there.discord.refused
    # Within 1 s on a machine of its own, which `make bench` measures; here others run beside it.
    assert max(lags(there)) < 2.0
    assert not any(goes_backwards(there.discord, thread) for thread in threads)


async def test_three_answers_in_one_bucket_are_whole_before_its_next_window_is_over(
    there: Guild,
) -> None:
    # Where no thread may be opened, conversations share their channel's bucket.
    there.discord.permit(there.general, INVITED & ~Permission.CREATE_PUBLIC_THREADS)
    there.world.claude.answers(counted)
    there.world.claude.pace = 12
    async with there.world.bot():
        for number in range(3):
            await there.ask(f"talk {number}")
        await whole(there, 3)
    assert not there.discord.refused
    assert max(lags(there)) < 1.5  # of windows of 2 s; of 5 s it is 2.25
    assert not goes_backwards(there.discord, there.general)
    # discord.py sleeps within the call that takes the last of a window; none has to.
    for route in WRITING:
        calls = [call for call in written(there.discord) if call.route == route]
        assert most_in_a_window(calls, QUICK[route]) <= 4


async def test_a_slow_channel_is_waited_for_alone(there: Guild) -> None:
    there.world.claude.answers(["One.", "Two."])
    there.discord.faults.refuse("create_message", 400, 20016)
    async with there.world.bot():
        slow = await there.ask("slow?")
        await there.until(lambda: there.discord.count("create_message") == 1)
        other = await there.ask("and here?")
        await there.answered(other, "Two.")
        await there.answered(slow, "One.")
    assert len(there.world.claude.requests) == 2


async def test_a_thread_that_is_locked_keeps_what_it_shows_and_is_served_again_later(
    there: Guild,
) -> None:
    there.world.claude.answers([TEXT, "Back."])
    there.world.claude.pace = 40
    async with there.world.bot():
        thread = await there.ask("talk")
        await there.until(lambda: there.discord.answers(thread))
        there.discord.archive(thread, locked=True)
        await there.until(lambda: refused_to_open(there.discord) == 2)  # the excuse, too
        begun = there.discord.answers(thread)[0].text
        there.discord.unlock(thread)
        await there.discord.say(there.ana, thread, "are you back?")
        await there.answered(thread, begun, "Back.")
    assert TEXT.startswith(begun)
    assert len(there.world.claude.requests) == 2


async def test_a_message_that_may_not_be_edited_is_replaced_by_the_whole_text(
    there: Guild,
) -> None:
    there.world.claude.answers(TEXT)
    there.world.claude.pace = 60
    there.discord.faults.refuse("edit_message", 403, 50005)
    async with there.world.bot():
        thread = await there.ask("talk")
        await there.answered(thread, TEXT)
    assert len(there.discord.gone) == 1


async def test_what_a_first_mention_replies_to_is_read_before_it(there: Guild) -> None:
    ben = there.discord.person("Ben")
    there.world.claude.answers("Agreed.")
    plan = there.discord.backfill(ben, there.general, "We build a boat.", ago=90)
    wood = there.discord.backfill(ben, there.general, "Of wood.", ago=60, reply_to=plan)
    us = f"<@{there.discord.bot_user}>"
    async with there.world.bot():
        thread = await there.discord.say(
            there.ana, there.general, f"{us} is that wise?", reply_to=wood
        )
        await there.answered(thread, "Agreed.")
    texts = [text for _, text in said(there.world.asked())]
    assert texts == ["We build a boat.", "Of wood.", "is that wise?"]
