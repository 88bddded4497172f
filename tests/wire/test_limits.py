"""A cap on answers at once: what is over it waits its turn, and nobody else does."""

import asyncio
import itertools

from tests.world import World


async def test_ten_questions_of_one_person_are_answered_three_at_a_time(there: World) -> None:
    there.claude.pace, there.claude.chunk = 50, 4
    there.claude.answers("Gladly, all of it.")
    busiest = 0

    def all_answered() -> bool:
        nonlocal busiest
        busiest = max(busiest, there.claude.open)
        return len(there.claude.ended) == 10

    async with there.bot("[limits]\nanswers_user = 3"):
        threads = [await there.ask(f"question {number}") for number in range(10)]
        await there.claude.until(all_answered)
        for thread in threads:
            await there.answered(thread, "Gladly, all of it.")
    asked = [there.asked(number)[0]["content"] for number in range(10)]
    assert busiest == 3
    print(asked)
