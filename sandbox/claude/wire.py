"""Plays a script on a connection, in pieces that respect neither events nor characters."""

import asyncio
import socket
import struct
from typing import Literal

from aiohttp import web

from sandbox.claude.script import Drop, Gate, Pause, Script, encode, is_delta

_LINGER_NOT = struct.pack("ii", 1, 0)  # closing sends RST, and what waits to be sent is lost


async def play(
    script: Script, request: web.Request, response: web.StreamResponse, *, pace: float
) -> None:
    """Send *script* as the body of *response*, *pace* deltas a second, 0 for as fast as it goes."""
    for step in script:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
        elif isinstance(step, Gate):
            await step.opened.wait()
        elif isinstance(step, Drop):
            await _drop(request, step.how)
            return
        else:
            await _write(response, encode(step))
            if pace and is_delta(step):
                await asyncio.sleep(1 / pace)
    await response.write_eof()


async def _write(response: web.StreamResponse, data: bytes) -> None:
    middle = _within_a_character(data) or len(data) // 2
    for piece in (data[:middle], data[middle:]):
        if piece:  # an empty chunk would end the body
            await response.write(piece)
            await asyncio.sleep(0)


def _within_a_character(data: bytes) -> int | None:
    """A place in *data* within a character of several bytes, None where there is none such."""
    return next((at for at, byte in enumerate(data) if byte & 0xC0 == 0x80), None)


async def _drop(request: web.Request, how: Literal["fin", "rst"]) -> None:
    transport = request.transport
    if transport is None:
        return
    if how == "rst":
        await asyncio.sleep(0.02)  # the other side may read what it has before RST takes it away
        line = transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        transport.abort()
    else:
        transport.close()
