"""The gateway's socket, which leaves room for everything else however much comes in."""

import asyncio
from typing import Any, Final

import discord.shard
from discord.gateway import DiscordWebSocket

# Events that are taken in between two turns of the loop: some milliseconds of work.
HANDFUL: Final = 16


class Socket(DiscordWebSocket):
    """A socket that takes events in by the handful.

    What has arrived is received without a pause, so discord.py's own goes on until all of it is
    taken in: of 5,000 messages a second that are 500 at a time, and an answer that needs twenty
    turns of the loop waits for each of them.
    """

    _taken = 0

    async def received_message(self, msg: Any, /) -> None:
        """Take in *msg*; behind each handful everything else has its turn."""
        await super().received_message(msg)
        self._taken += 1
        if self._taken % HANDFUL == 0:
            await asyncio.sleep(0)


def use() -> None:
    """Have shards begun from here on use `Socket`: discord.py takes no other by any setting."""
    discord.shard.DiscordWebSocket = Socket  # type: ignore[misc]
