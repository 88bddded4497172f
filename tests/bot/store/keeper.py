"""A process of its own that keeps the embedded store on a folder, until SIGTERM or worse."""

import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from bot.errors import ParleyError
from bot.store import Server


async def keep(folder: Path) -> None:
    """Run the store on *folder* and watch it; tells the URL, or the error, on standard output."""
    server = Server(folder)
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    try:
        told = await server.start()
    except ParleyError as error:
        told = error.key
        ending.set()
    sys.stdout.write(f"{told}\n")
    sys.stdout.flush()
    watching = asyncio.create_task(server.watch())
    await ending.wait()
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    await server.stop()


if __name__ == "__main__":
    asyncio.run(keep(Path(sys.argv[1])))
