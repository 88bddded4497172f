"""The gateway's socket: however much comes in, everything else has its turn."""

import asyncio
import json
import threading
from typing import Any, cast

from discord.gateway import KeepAliveHandler

from adapters.discord.gateway import HANDFUL, Socket
from tests.adapters.discord.conftest import Serve
from tests.adapters.discord.keeper import Keeper, until

EVENT = json.dumps(
    {"op": 11, "s": None, "t": None, "d": None}
)  # of no consequence: a heartbeat was heard
NO_SOCKET = cast("Any", None)  # never asked: what was received is handed over here
TURNS = 40


async def test_what_has_arrived_is_taken_in_by_the_handful() -> None:
    socket = Socket(NO_SOCKET, loop=asyncio.get_running_loop())
    socket.shard_id, turns = 0, 0

    async def receive() -> None:
        for _ in range(TURNS * HANDFUL):
            await socket.received_message(EVENT)

    async with asyncio.timeout(5):
        receiving = asyncio.ensure_future(receive())
        while not receiving.done():
            await asyncio.sleep(0)
            turns += 1
    assert turns >= TURNS


async def test_every_shard_has_such_a_socket(serve: Serve, ear: Keeper) -> None:
    def hearts() -> list[KeepAliveHandler]:
        return [one for one in threading.enumerate() if isinstance(one, KeepAliveHandler)]

    async with serve(ear):
        await until(hearts)
        assert all(isinstance(heart.ws, Socket) for heart in hearts())
