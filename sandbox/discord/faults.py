"""Faults on request: what the next calls and connections shall suffer."""

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal

from sandbox.discord.application import Application
from sandbox.discord.gateway import Gateway
from sandbox.discord.markup import Json
from sandbox.discord.routes import ROUTES
from sandbox.discord.sessions import Dispatch

Scope = Literal["user", "global", "shared"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of Discord's own that refuses; *retry_after* is in seconds."""

    status: int
    code: int = 0
    message: str = "The sandbox was asked to refuse"
    retry_after: float | None = None
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection ends without an answer, after the call had its effect where *processed*."""

    processed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of HTML, as a proxy or Cloudflare sends it: no Via, no JSON."""

    status: int


Fault = Refusal | Cut | Page


class Faults:
    """What went wrong on purpose. Each call of a route takes the fault ordered first for it.

    Routes bear the names in `routes.ROUTES`; any other raises KeyError.
    """

    def __init__(self, gateway: Gateway, application: Application) -> None:
        self._gateway = gateway
        self._application = application
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._delays: defaultdict[str, deque[float]] = defaultdict(deque)

    def refuse(
        self,
        route: str,
        status: int,
        code: int = 0,
        *,
        retry_after: float | None = None,
        scope: Scope | None = None,
        times: int = 1,
    ) -> None:
        """Refuse the next *times* calls, without effect; a 429 wants a *retry_after*."""
        self._order(route, Refusal(status, code, retry_after=retry_after, scope=scope), times)

    def drop(self, route: str, times: int = 1, *, processed: bool = True) -> None:
        """Cut the connection of the next *times* calls, after their effect or before it."""
        self._order(route, Cut(processed), times)

    def html(self, route: str, times: int = 1, *, status: int = 502) -> None:
        """Answer with a page of HTML, without effect; with 429 it is a ban by Cloudflare."""
        self._order(route, Page(status), times)

    def delay(self, route: str, seconds: float, times: int = 1) -> None:
        """Let the next *times* calls wait *seconds* before anything happens to them."""
        self._delays[_known(route)].extend([seconds] * times)

    def reject_token(self) -> None:
        """Let the token open neither API nor gateway (401, 4004), until `accept_token`."""
        self._application.revoked = True

    def reset_token(self) -> str:
        """The token that opens API and gateway from now on; the one so far opens neither."""
        self._application.token += "x"
        return self._application.token

    def accept_token(self) -> None:
        """Let the token be good again."""
        self._application.revoked = False

    def gateway_down(self, times: int = 1) -> None:
        """Fail the next *times* handshakes with a 503."""
        self._gateway.down += times

    def close_on_identify(self, code: int, times: int = 1) -> None:
        """Close the next *times* connections that identify, with *code*."""
        self._gateway.shut.extend([code] * times)

    def malform(self, event: str, key: str) -> None:
        """Let the next *event* come without *key*, as in ``MESSAGE_CREATE`` without ``author``."""
        self._gateway.broken.setdefault(event, deque()).append(key)

    def dispatch(self, event: str, data: Json) -> None:
        """Send any *event* to the sessions of shard 0, whatever it holds."""
        self._gateway.publish(Dispatch(event, data))

    async def close(self, code: int) -> None:
        """Close every connection with *code*; sessions can be resumed."""
        await self._gateway.close(code)

    async def reconnect(self) -> None:
        """Ask every client to connect anew (op 7)."""
        await self._gateway.reconnect()

    async def invalidate(self, *, resumable: bool) -> None:
        """Tell every client that its session is no good (op 9)."""
        await self._gateway.invalidate(resumable=resumable)

    def forget_sessions(self) -> None:
        """Let no session be resumed that began before."""
        self._gateway.forget()

    def freeze(self) -> None:
        """Turn every connection of this moment into a zombie: open, and silent for good."""
        self._gateway.freeze()

    def abort_sockets(self) -> None:
        """Cut every connection without a good-bye."""
        self._gateway.abort()

    def clear(self) -> None:
        """Forget every fault that has not happened yet."""
        self._faults.clear()
        self._delays.clear()
        self._gateway.down = 0
        self._gateway.shut.clear()
        self._gateway.broken.clear()
        self.accept_token()

    def delay_of(self, route: str) -> float:
        """Seconds that this call of *route* shall wait; takes the order."""
        return self._delays[route].popleft() if self._delays[route] else 0.0

    def fault_of(self, route: str) -> Fault | None:
        """What this call of *route* shall suffer, None for nothing; takes the order."""
        return self._faults[route].popleft() if self._faults[route] else None

    def _order(self, route: str, fault: Fault, times: int) -> None:
        self._faults[_known(route)].extend([fault] * times)


def _known(route: str) -> str:
    if route not in ROUTES:
        raise KeyError(f"{route}: no such route; there are {', '.join(sorted(ROUTES))}")
    return route
