"""The ledger as the store keeps it: what each day used, what is spent and set aside of budgets.

All its keys lie in one hash slot: a reservation reads and writes the total beside a user and a
channel in one script, so that every reservation meets every other one in any case. A script takes
some tens of microseconds, which is enough for thousands of answers a second.
"""

import asyncio
import contextlib
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import structlog
from redis.asyncio import Redis

from bot.errors import StoreAway
from bot.store.scripts import Arg, Runner, accounting, translated
from bot.store.turns import storable
from bot.usage import Budget, Charge, Entry, Full, Line, Report, Reservation, Scope, Tally, Within

log = structlog.get_logger(__name__)

KEPT = timedelta(days=400)  # a month can still be compared with the same one of last year
RESERVED = 900.0  # seconds; longer than an answer takes, so that only a dead worker's runs out
_LEAVING = 2.0  # seconds that it may take who is cancelled
_MARKED = timedelta(days=3)  # longer than anybody repeats a call
_MOST = 10**15  # nano-dollars: a million dollars; sums of them stay below 2^53, where Lua is exact
_COUNTS = len(fields(Tally))


class Ledger:
    """What was used and spent. Each method raises StoreAway where the store cannot be reached.

    *clock* gives seconds since 1970; it says which day it is, in UTC. *reserved* is how many
    seconds a reservation lasts that nobody settles.
    """

    def __init__(
        self, client: Redis, *, clock: Callable[[], float] = time.time, reserved: float = RESERVED
    ) -> None:
        self._client = client
        self._clock = clock
        self._reserved_ms = round(reserved * 1000)
        self._runner = Runner(client)

    async def reserve(
        self,
        amount: int,
        budgets: Sequence[Budget],
        *,
        charge: Charge | None = None,
        tells: bool = True,
    ) -> Reservation | Full:
        """*amount* nano-dollars set aside in the scope of each of *budgets*, or which one is full.

        A turn of a conversation has one answer at a time: what was set aside for an earlier charge
        of the same turn, by a worker that died over it, is given back first.

        A scope is full once what is spent there and what is set aside for running calls reach its
        cap: a call is let in while anything is left, so that a budget smaller than one call is
        good for one, and none is exceeded by more than one call. 0 is an amount: where no price is
        known, only full budgets matter. Where nobody is told (*tells*) that a budget nears its end,
        none is fresh, and the notice is left to the next call. Whoever is cancelled within has
        nothing set aside.
        """
        day, id_, amount = self._today(), secrets.token_hex(8), _bounded(amount)
        answer = _answer(charge) if charge else ""
        try:
            status, *rest = await self._reserve(id_, answer, amount, day, budgets, tells=tells)
        except asyncio.CancelledError:  # the server may have set it aside, and nobody knew of it
            with contextlib.suppress(StoreAway, TimeoutError):
                async with asyncio.timeout(_LEAVING):
                    await self.release(Reservation(id_, day, amount))
            raise
        if status == b"full":
            return _full(day, rest)
        near, fresh = (tuple(map(_scope, scopes)) for scopes in rest)
        return Reservation(id_, day, amount, near, fresh)

    async def full(self, budgets: Sequence[Budget]) -> Full | None:
        """Which of *budgets* is full; None where each has something left. Nothing is changed."""
        day = self._today()
        status, *rest = await self._reserve("", "", 0, day, budgets, tells=False)
        return _full(day, rest) if status == b"full" else None

    async def settle(self, reservation: Reservation | None, entry: Entry) -> bool:
        """Give *reservation* back and count *entry*; False where its call was counted before.

        It counts on the day of the reservation, or today where there is none.
        """
        day = reservation.day if reservation else self._today()
        scopes = [scope.key for scope in entry.spender.scopes]
        tally = map(_bounded, astuple(entry.tally))
        reply = await self._run(
            "settle",
            day,
            (_lines_key(day), _mark(entry.charge)),
            reservation.id if reservation else "",
            secrets.token_hex(8),
            _seconds(_MARKED),
            _seconds(KEPT),
            _bounded(entry.tally.cost),
            _line_field(entry),
            entry.spender.user,
            storable(entry.spender.name),
            len(scopes),
            *scopes,
            *tally,
        )
        return bool(reply[0] == b"counted")

    async def release(self, reservation: Reservation) -> None:
        """Give *reservation* back: its call cost nothing."""
        await self._run("release", reservation.day, (), reservation.id)

    async def untold(self, reservation: Reservation) -> None:
        """Nobody was told of what is fresh in *reservation*: it is left to the next call."""
        if reservation.fresh:
            scopes = [scope.key for scope in reservation.fresh]
            await self._run("untold", reservation.day, (), *scopes)

    async def forgo(self, charge: Charge) -> None:
        """Give back what a worker set aside for the turn of *charge*, if it died over it.

        For a turn that is done without another call, which would have it otherwise.
        """
        await self._run("forgo", self._today(), (), _answer(charge))

    async def grant(self, scope: Scope, amount: int, *, occasion: str) -> int:
        """Nano-dollars granted to *scope* for today, *amount* among them.

        They come on top of its budget. The same *occasion* (a click's id) grants once.
        """
        day = self._today()
        mark = (f"bot:{{usage}}:grant:{_digest(occasion)}",)
        _, granted = await self._run("grant", day, mark, scope.key, _bounded(amount))
        return int(granted)

    async def report(self, scope: Scope, days: int) -> Report:
        """What was used in *scope* on the newest *days* days, today included."""
        today = self._today()
        lines: list[Line] = []
        names: dict[str, str] = {}
        # A call for each day, oldest first: so neither the server nor our loop is held up for long.
        for back in reversed(range(days)):
            day = today - timedelta(days=back)
            with translated():
                # The client's types leave open what only a client that decodes would give.
                stored = cast("Mapping[bytes, bytes]", await self._client.hgetall(_lines_key(day)))
            mine, called = _read(day, stored, scope)
            lines += mine
            names |= called
        return Report(scope, today, days, tuple(lines), names)

    async def forget(self, user: str, nobody: str) -> None:
        """Count what *user* used, on every day that is kept, as *nobody*'s; their name is erased.

        What a budget knows of them by their id stays for the three days that it is kept.
        """
        today = self._today()
        days = [today - timedelta(days=back) for back in range(KEPT.days + 1)]
        with translated():
            async with self._client.pipeline(transaction=False) as line:
                for day in days:
                    line.exists(_lines_key(day))
                found = await line.execute()
        for day, there in zip(days, found, strict=True):
            if there:
                await self._run("anonymous", day, (_lines_key(day),), user, nobody)

    async def _reserve(
        self,
        id_: str,
        answer: str,
        amount: int,
        day: date,
        budgets: Sequence[Budget],
        *,
        tells: bool,
    ) -> list[Any]:
        args: list[Arg] = [id_, answer, amount, day.isoformat(), self._reserved_ms, int(tells)]
        for budget in budgets:
            args += (budget.scope.key, _bounded(budget.cap))
        return await self._run("reserve", day, (), *args)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()

    async def _run(self, name: str, day: date, keys: Sequence[str], *args: Arg) -> list[Any]:
        shared = [f"bot:{{usage}}:{day}:budgets"]
        shared += [f"bot:{{usage}}:{kind}" for kind in ("reserved", "until", "held")]
        return await self._runner.run(accounting(name), [*shared, *keys], list(args))


def _lines_key(day: date) -> str:
    return f"bot:{{usage}}:{day}:lines"


def _mark(charge: Charge) -> str:
    return f"bot:{{usage}}:call:{_digest(charge.conversation, charge.turn, charge.attempt)}"


def _answer(charge: Charge) -> str:
    return _digest(charge.conversation, charge.turn)


def _digest(*parts: str) -> str:
    joined = "\0".join(storable(part) for part in parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def _line_field(entry: Entry) -> str:
    return f"line {entry.spender.user} {entry.spender.channel} {entry.tier}"


def _read(
    day: date, stored: Mapping[bytes, bytes], scope: Scope
) -> tuple[list[Line], dict[str, str]]:
    """The lines of *day* that count in *scope*, and what their users were called."""
    lines: list[Line] = []
    called: dict[str, str] = {}
    for raw, value in stored.items():
        match raw.decode(errors="replace").split(" "):
            case ["name", user]:
                called[user] = value.decode(errors="replace")
            case ["line", user, channel, tier]:
                if scope.holds(user, channel):
                    lines += _line(day, (user, channel, tier), value)
            case _:
                log.error("usage_unreadable", day=str(day))
    users = {line.user for line in lines}
    return lines, {user: name for user, name in called.items() if user in users}


def _line(day: date, whose: tuple[str, str, str], value: bytes) -> list[Line]:
    """The line that *value* keeps, none where it cannot be read; later counts are passed over."""
    try:
        counts = [int(count) for count in value.split()][:_COUNTS]
        return [Line(day, *whose, Tally(*counts))]
    except ValueError:
        log.error("usage_unreadable", day=str(day))  # noqa: TRY400  - a fact, no stack
        return []


def _full(day: date, told: Sequence[bytes]) -> Full:
    scope, *amounts = told
    return Full(_scope(scope), day, *map(int, amounts))


def _scope(key: bytes) -> Scope:
    within, _, id_ = key.decode().partition(" ")
    return Scope(Within(within), id_)


def _bounded(count: int) -> int:
    return min(max(count, 0), _MOST)


def _seconds(time_: timedelta) -> int:
    return int(time_.total_seconds())
