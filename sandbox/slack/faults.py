"""Faults on request: what the next calls and connections shall suffer."""

from collections import defaultdict, deque
from dataclasses import dataclass

from sandbox.slack.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Refusal:
    """An ``ok: false`` with this error; *retry_after* becomes the header as it stands."""

    error: str
    status: int = 200
    retry_after: object = None


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection ends without an answer, after the call had its effect where *processed*."""

    processed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of HTML, as a proxy or a tired front end sends it."""

    status: int


Fault = Refusal | Cut | Page


class Faults:
    """What went wrong on purpose. Each call of a method takes the fault ordered first for it."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._delays: defaultdict[str, deque[float]] = defaultdict(deque)
        self.rejected: str | None = None

    def refuse(
        self,
        method: str,
        error: str,
        *,
        retry_after: object = None,
        times: int = 1,
        status: int | None = None,
    ) -> None:
        """Refuse the next *times* calls; *status* is 429 for ``ratelimited``, else 200."""
        usual = 429 if error == "ratelimited" else 200
        self._order(method, Refusal(error, status or usual, retry_after), times)

    def drop(self, method: str, times: int = 1, *, processed: bool = True) -> None:
        """Cut the connection of the next *times* calls, after their effect or before it."""
        self._order(method, Cut(processed), times)

    def html(self, method: str, times: int = 1, *, status: int = 502) -> None:
        """Answer the next *times* calls with a page of HTML, without effect."""
        self._order(method, Page(status), times)

    def delay(self, method: str, seconds: float, times: int = 1) -> None:
        """Let the next *times* calls wait *seconds* before anything happens to them."""
        self._delays[method].extend([seconds] * times)

    def reject_auth(self, error: str = "invalid_auth") -> None:
        """Refuse every call and every connection's opening with *error*, until `accept_auth`."""
        self.rejected = error

    def accept_auth(self) -> None:
        """Let the tokens be good again."""
        self.rejected = None

    def clear(self) -> None:
        """Forget every fault that has not happened yet."""
        self._faults.clear()
        self._delays.clear()
        self.rejected = None
        self._gateway.silent = False
        self._gateway.burnt = 0

    def burn_ticket(self, times: int = 1) -> None:
        """Let the next *times* WebSocket addresses be used up before anybody connects to them."""
        self._gateway.burnt += times

    @property
    def silent(self) -> bool:
        """Whether pings go without an answer."""
        return self._gateway.silent

    @silent.setter
    def silent(self, silent: bool) -> None:
        self._gateway.silent = silent

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every client to connect anew."""
        await self._gateway.disconnect(reason)

    def abort_sockets(self) -> None:
        """Cut every WebSocket without a good-bye."""
        self._gateway.abort()

    async def close_sockets(self) -> None:
        """Close every WebSocket in good order."""
        await self._gateway.close()

    def delay_of(self, method: str) -> float:
        """Seconds that this call of *method* shall wait; takes the order."""
        return self._delays[method].popleft() if self._delays[method] else 0.0

    def fault_of(self, method: str) -> Fault | None:
        """What this call of *method* shall suffer, None for nothing; takes the order."""
        return self._faults[method].popleft() if self._faults[method] else None

    def _order(self, method: str, fault: Fault, times: int) -> None:
        self._faults[method].extend([fault] * times)
