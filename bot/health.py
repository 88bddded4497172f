"""Whether this process lives and whether it can work, told over HTTP to whoever runs it."""

import asyncio
import os
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from bot.errors import SetupError

Probe = Callable[[], Awaitable[bool]]
"""Asks one part of the program whether it can do its work at this moment."""

PATIENCE = 0.8  # seconds for all probes; Kubernetes waits 1 s for an answer unless told otherwise
GOODBYE = 1.0  # seconds that an answer in flight may still take at the end

_FRESH = {"Cache-Control": "no-store"}

log = structlog.get_logger(__name__)


@asynccontextmanager
async def serve(port: int, probes: Mapping[str, Probe]) -> AsyncGenerator[int]:
    """Answer ``/healthz`` and ``/readyz`` on *port* of every interface while the block runs.

    ``/healthz`` says "ok" for as long as the event loop turns. ``/readyz`` is 200 if each of
    *probes* says yes and 503 if not, with what each said as a JSON object; one that fails, or takes
    longer than `PATIENCE`, says no. The block is given the port, which differs from *port* only if
    that is 0. Raises SetupError where the port cannot be had.
    """
    app = web.Application()
    app.router.add_get("/healthz", _live)
    app.router.add_get("/readyz", _readiness(probes))
    listening = _listen(port)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GOODBYE)
    try:
        await runner.setup()
        await web.SockSite(runner, listening).start()
        yield listening.getsockname()[1]
    finally:
        await runner.cleanup()
        listening.close()


async def _live(_request: web.Request) -> web.Response:
    return web.Response(text="ok", headers=_FRESH)


def _readiness(probes: Mapping[str, Probe]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def ready(_request: web.Request) -> web.Response:
        said = await asyncio.gather(*(_ask(name, probe) for name, probe in probes.items()))
        status = 200 if all(said) else 503
        return web.json_response(
            dict(zip(probes, said, strict=True)), status=status, headers=_FRESH
        )

    return ready


async def _ask(name: str, probe: Probe) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            return await probe()
    except Exception as error:  # noqa: BLE001  - a part that fails at being asked is not ready
        log.warning("probe_failed", part=name, error=repr(error))
        return False


def _listen(port: int) -> socket.socket:
    try:
        if socket.has_dualstack_ipv6():
            return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
        return socket.create_server(("", port))
    except OSError as error:
        # The error's own words name an address that the operator never wrote.
        reason = os.strerror(error.errno or 0)
        raise SetupError("health.port_taken", port=port, reason=reason) from error
