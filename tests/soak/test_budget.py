"""A budget that fifty people draw upon at once, by way of two processes."""

import asyncio
import sys

import pytest

from bot.prices import NANO, usd
from bot.store import Ledger, connect
from bot.usage import TOTAL
from tests.world import World

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]

# The simulated Claude's answers cost nearly nothing at the real prices; a sixth of a dollar here.
DEAR = """
[tiers.general]
max_tokens = 200
price = { input = 1000.0, output = 1000.0, cache_write = 1000.0, cache_read = 1000.0 }
[tiers.simple]
max_tokens = 200
price = { input = 1000.0, output = 1000.0, cache_write = 1000.0, cache_read = 1000.0 }
[budgets]
channel = 1.0
"""


async def test_fifty_askers_on_two_processes_stay_within_a_dollar_and_one_answer(
    there: World, store_url: str
) -> None:
    there.claude.answers("Gladly.")
    people = [there.slack.person(f"P{number}") for number in range(50)]
    mention = f"<@{there.slack.bot_user}> hello"
    (there.folder / "bot.toml").write_text(DEAR, "utf-8")
    async with there.process() as one, there.process() as two:
        await there.slack.until(lambda: there.slack.connections == 2, timeout=30)
        asked = [there.slack.say(person, there.general, mention) for person in people]
        threads = await asyncio.gather(*asked)
        await there.slack.until(lambda: all(there.answers(thread) for thread in threads), 200)
        await asyncio.sleep(25)  # longer than anybody waits for what others hold
        for process in (one, two):
            process.kill()
    async with connect(store_url, name="oracle") as client:
        whole = (await Ledger(client).report(TOTAL, 1)).over(1)
    dearest = whole.cost / whole.answers * 2
    sys.stdout.write(f"\n{whole.answers} answers for {usd(whole.cost):.3f} USD of 1\n")
    shown = [there.answers(thread)[-1].text for thread in threads]
    assert sum(text.startswith("Gladly.") for text in shown) == whole.answers > 0
    assert whole.cost <= NANO + dearest
