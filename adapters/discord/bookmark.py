"""How far Discord was heard: the time up to which every message was taken in; pure."""

from collections.abc import Generator
from contextlib import contextmanager

from adapters.discord.snowflakes import micros


class Bookmark:
    """Follows the messages of a session; times are microseconds since 1970.

    What counts is Discord's own time, so that no clock of ours can be ahead of it.
    """

    def __init__(self) -> None:
        self._newest = 0
        self._settled = 0
        self._underway: set[int] = set()

    @contextmanager
    def taking(self, message: int) -> Generator[None]:
        """Within it, the message of that id is being taken in; one that is cancelled stays so."""
        self._underway.add(message)
        self._newest = max(self._newest, micros(message))
        try:
            yield
        except Exception:  # it failed for good, and must not hold the bookmark for ever
            self._underway.discard(message)
            raise
        self._underway.discard(message)

    def told(self, message: int) -> None:
        """All up to that message was said before the session, and there is no more to do for it."""
        self._newest = max(self._newest, micros(message))
        self._settled = max(self._settled, micros(message))

    def look(self) -> int | None:
        """Up to when all was taken in, None where nothing was heard yet; for every few seconds.

        It is what was newest at the last look: the messages of two channels may come in another
        order than they were written in.
        """
        reached, self._settled = self._settled, self._newest
        if self._underway:
            reached = min(reached, micros(min(self._underway)) - 1)
        return reached if reached > 0 else None
