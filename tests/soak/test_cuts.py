"""Streams cut at random bytes in full, and a line to nobody, which takes its time."""

import sys
import time

import pytest

from bot.store import Conversations, Ledger, Slots, Throttle
from tests.black_hole import black_hole
from tests.bot.test_answering import desk_of
from tests.bot.test_cuts import SEED, cut_and_judged
from tests.wire.places import sentence
from tests.world import World

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]


@pytest.mark.parametrize("seed", range(SEED, SEED + 5))
async def test_of_two_hundred_cut_streams_none_stands_or_is_stored_as_whole(
    store: Conversations, throttle: Throttle, ledger: Ledger, slots: Slots, seed: int
) -> None:
    async with desk_of(store, throttle, ledger, slots) as desk:
        await cut_and_judged(desk, streams=200, seed=seed)


async def test_where_not_even_a_refusal_comes_that_is_told_within_fifteen_seconds(
    there: World,
) -> None:
    with black_hole() as address:
        impatient = "[claude]\npatience_wait = 1\npatience_turn = 1\n"
        async with there.bot(impatient, ANTHROPIC_BASE_URL=address):
            asked = time.monotonic()
            thread = await there.ask("anybody there?")
            await there.slack.until(lambda: bool(there.answers(thread)), timeout=20)
            sys.stdout.write(f"\ntold after {time.monotonic() - asked:.1f} s\n")
    assert time.monotonic() - asked < 15
    assert there.answers(thread)[0].text.startswith(sentence("claude.broken"))
