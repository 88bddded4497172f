"""A pulse that beats when anything changed, and wakes whoever waits for that."""

import asyncio


class Pulse:
    """Beats are not kept: look at the world first, then wait, without an await in between."""

    def __init__(self) -> None:
        self._beat = asyncio.Event()

    def beat(self) -> None:
        """Wake everybody who waits."""
        self._beat.set()
        self._beat.clear()

    async def wait(self) -> None:
        """Return at the next beat."""
        await self._beat.wait()
