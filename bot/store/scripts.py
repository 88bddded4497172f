"""The store's Lua: one file a script, and a call whose reply was lost may be sent again."""

import asyncio
import itertools
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import (
    CrossSlotTransactionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
)

from bot.errors import Fenced, Lost, StoreAway
from bot.model import Conversation

Arg = str | bytes | int

DUE = "bot:due"
HEARD = "bot:heard"
# Of one hash slot, so that one script may change them all.
OVERRIDES, UNDO, AUDIT, VERSION = (
    f"bot:{{settings}}:{kind}" for kind in ("overrides", "undo", "audit", "version")
)
FORGOTTEN = "bot:forgotten"
KEYS_WITHOUT_TTL = frozenset({DUE, HEARD, OVERRIDES, UNDO, AUDIT, VERSION, FORGOTTEN})


def key(conversation: Conversation, kind: str) -> str:
    """The key of *kind* of *conversation*; all of a conversation live in one hash slot."""
    return f"bot:{{{conversation.key}}}:{kind}"


def lifetime(retention: timedelta) -> int:
    """Whole seconds of *retention*, at least 1: the server erases at once what lives for none."""
    return max(1, int(retention.total_seconds()))


@cache
def plain(name: str) -> str:
    """The Lua of the script *name*, which only reads or may be repeated as it is."""
    return (resources.files("bot.store") / "lua" / f"{name}.lua").read_text("utf-8")


@cache
def changing(name: str) -> str:
    """The Lua of the script *name* within the envelope that makes it safe to repeat."""
    return plain("envelope").replace("@script", plain(name))


@cache
def accounting(name: str) -> str:
    """The Lua of the ledger's script *name*, which may be repeated as it is."""
    return plain("usage/shared") + plain(f"usage/{name}")


@cache
def slotting(name: str) -> str:
    """The Lua of the script *name* about answers at once, which may be repeated as it is."""
    return plain("slots/shared") + plain(f"slots/{name}")


@cache
def metering(name: str) -> str:
    """The Lua of the script *name* about a model's limits, which its ticket makes repeatable."""
    return plain("meter").replace("@script", plain(name))


@contextmanager
def translated() -> Generator[None]:
    """Raises StoreAway for whatever the client raises within, and loses no cancellation.

    The client waits by `asyncio.wait_for`, which before Python 3.12 gives back an answer that came
    in the moment of a cancellation, and forgets the latter: who called would go on for ever.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        yield
        if task and task.cancelling() > before:
            raise asyncio.CancelledError
    except OutOfMemoryError as error:
        raise StoreAway("store.full") from error
    # Two of the client's errors are no RedisErrors (facts of redis-py 8.1).
    except (RedisError, RedisClusterException, CrossSlotTransactionError, OSError) as error:
        raise StoreAway("store.away", reason=type(error).__name__) from error


class Runner:
    """Runs scripts on *client*, each by its SHA once the server knows it."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._scripts: dict[str, AsyncScript] = {}

    async def run(self, source: str, keys: list[str], args: list[Arg]) -> list[Any]:
        """What the script *source* answers. Raises StoreAway."""
        script = self._scripts.get(source)
        if script is None:
            script = self._scripts[source] = self._client.register_script(source)
        with translated():
            try:
                reply: list[Any] = await script(keys=keys, args=args)
            except ReadOnlyError:
                # The server became a replica: its name may point to the new master by now, which
                # only a fresh connection finds out.
                await self._client.connection_pool.disconnect()
                raise
        return reply


class Scripts:
    """Runs scripts by name on *client*, for *worker*, whose leases last *lease* milliseconds.

    Only `change` has to do with leases.
    """

    def __init__(self, client: Redis, *, worker: str = "", lease: int = 0) -> None:
        self._runner = Runner(client)
        self._worker = worker
        self._lease = lease
        # Not the worker's name: it may come back after a restart, and so must not what it was told.
        nonce = secrets.token_hex(8)
        self._attempts = (f"{nonce}-{count}" for count in itertools.count())

    async def change(
        self, name: str, conversation: Conversation, *args: Arg, epoch: int | None = None
    ) -> list[Any]:
        """What script *name* answers, within the envelope, after it has changed *conversation*.

        With *epoch* only under that lease. Raises Fenced where another holds it, Lost where nobody
        ever did as far as the server knows, and StoreAway.
        """
        kinds = (f"r:{next(self._attempts)}", "h", "z", "q", "a", "m", "w", "p")
        keys = [key(conversation, kind) for kind in kinds]
        envelope: list[Arg] = ["" if epoch is None else epoch, self._worker, self._lease]
        reply = await self._runner.run(changing(name), keys, [*envelope, *args])
        if reply[0] == b"lost":
            raise Lost("store.lost", conversation=conversation.key)
        if reply[0] == b"fenced":
            raise Fenced("store.fenced", conversation=conversation.key)
        return reply

    async def run(self, name: str, keys: list[str], *args: Arg) -> list[Any]:
        """What script *name* answers, which only reads or may be repeated as it is.

        Raises StoreAway.
        """
        return await self._runner.run(plain(name), keys, list(args))
