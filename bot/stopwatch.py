"""Pure: how long a question has waited, of which the time in which text came is no part."""


class Stopwatch:
    """Started at *now*, when a question is asked; all times are seconds of the same clock.

    Attempts fail slowly too: whatever is not an answer that grows is waiting, be it a sleep of ours
    or an attempt that hangs.
    """

    def __init__(self, now: float) -> None:
        self.asked_at = now
        self.grown_at = now  # the moment since when nothing has come
        self._growing_since: float | None = None
        self._grown_for = 0.0

    def grew(self, now: float) -> None:
        """Text has come."""
        if self._growing_since is None:
            self._growing_since = now
        self.grown_at = now

    def broke(self) -> None:
        """The attempt is over: between its text and the next one's is waiting."""
        self._grown_for = self._grown()
        self._growing_since = None

    def waited(self, now: float) -> float:
        """The seconds from the question up to *now* in which no text was coming."""
        return now - self.asked_at - self._grown()

    def still(self, now: float) -> float:
        """The seconds since text has come last, or since the question where none has."""
        return now - self.grown_at

    def _grown(self) -> float:
        if self._growing_since is None:
            return self._grown_for
        return self._grown_for + self.grown_at - self._growing_since
