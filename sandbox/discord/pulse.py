"""A pulse that beats when anything changed, and waiting for what one expects to see."""

import asyncio
from collections.abc import Callable


class NotSeen(AssertionError):
    """What was waited for did not happen; the message holds the whole screen."""


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

    async def until(
        self, predicate: Callable[[], object], seconds: float, screen: Callable[[], str]
    ) -> None:
        """Return once *predicate* holds; it is asked after each beat.

        A LookupError counts as "not yet", so that it may index what is still to come. Raises
        NotSeen, with all that stands on the *screen*, after that many *seconds*.
        """
        try:
            async with asyncio.timeout(seconds):
                while not _holds(predicate):
                    await self.wait()
        except TimeoutError:
            raise NotSeen(f"not seen within {seconds} s\n{screen()}") from None


def _holds(predicate: Callable[[], object]) -> bool:
    try:
        return bool(predicate())
    except LookupError:
        return False
