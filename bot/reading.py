"""Shell: reads a thread that was there before we were called to it."""

import asyncio
from collections.abc import Callable

from bot import retry
from bot.errors import RateLimited, Unreachable
from bot.model import History
from bot.pacer import Pacer
from bot.pacing import Urgency
from bot.ports import Call, Thread

PATIENCE = retry.Patience(wait=10.0, turn=20.0)  # a person waits for the answer meanwhile


async def history(
    thread: Thread, *, before: str, pacer: Pacer, dice: Callable[[], float]
) -> History:
    """What stands in *thread* before the message *before*.

    Nothing, and the platform is not asked, in a DM in line. Where *before* opens the thread, the
    platform tells what it replies to, if it knows such a thing; hardly a call is spent on that.
    Raises Denied, and RateLimited or Unreachable when patience ends.
    """
    if thread.conversation.thread is None:
        return History(())
    opens = thread.conversation.thread == before
    attempt, waited = 0, 0.0
    while True:
        if not opens:
            await pacer.turn(thread.buckets[Call.READ], lambda: Urgency.FIRST)
        try:
            return await thread.history(before)
        except (RateLimited, Unreachable) as error:
            attempt += 1
            delay = retry.backoff(
                retry.of_platform(error, PATIENCE),
                attempt=attempt,
                waited=waited,
                patience=PATIENCE,
                dice=dice(),
            )
            if delay is None:
                raise
        await asyncio.sleep(delay)
        waited += delay
