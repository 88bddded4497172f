"""The slots as the store keeps them: which answers are being written, and who waits for one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis

from bot.model import Conversation
from bot.store.scripts import Arg, Runner, slotting
from bot.usage import Within

HELD: Final = 15.0  # seconds; renewed every 5, so that two renewals may fail
BELIEVED: Final = 3.0  # seconds that who waits may be silent; it speaks up once a second
_RENEWED_A_CALL: Final = 50  # so that no script holds up the server for long
_SCOPES: Final = (Within.USER, Within.CHANNEL)


@dataclass(frozen=True, slots=True)
class Slot:
    """The answer to one turn of a conversation, as the *epoch* of its lease may write it.

    *asked_at* is the platform's time of the question, in microseconds; *user* and *channel* are who
    asks, and where.
    """

    conversation: Conversation
    turn: str
    epoch: int
    asked_at: int
    user: str
    channel: str

    @property
    def id(self) -> str:
        """The same for every worker that answers the turn."""
        # A conversation's key holds no blank.
        return hashlib.sha256(f"{self.conversation.key} {self.turn}".encode()).hexdigest()[:32]


class Slots:
    """Who is being answered, for every process on one server, by its clock.

    Each method raises StoreAway where the store cannot be reached. A slot is held for *held*
    seconds, and a place in a queue is kept for *believed* seconds, unless somebody says again that
    it is needed: so what a dead process had is free by then.
    """

    def __init__(self, client: Redis, *, held: float = HELD, believed: float = BELIEVED) -> None:
        self._held_ms = round(held * 1000)
        self._believed_ms = round(believed * 1000)
        self._runner = Runner(client)

    async def enter(self, slot: Slot, *, user: int, channel: int) -> Within | None:
        """None where *slot* is held; else whose answers it waits for, its person's or channel's.

        *user* and *channel* are how many of each may be held at once, 0 for any number. Who waits
        calls again; of those who wait for the same, who asked first goes first. A slot that an
        earlier lease held for the same turn is taken over.
        """
        args: list[Arg] = [slot.id, slot.epoch, slot.asked_at, self._held_ms, self._believed_ms]
        reply = await self._run("enter", [slot], *args, user, channel)
        waits_for = int(reply[0])
        return _SCOPES[waits_for - 1] if waits_for else None

    async def renew(self, slots: Sequence[Slot]) -> None:
        """Go on holding *slots*; one that was left or taken over meanwhile stays as it is."""
        for i in range(0, len(slots), _RENEWED_A_CALL):
            chunk = slots[i : i + _RENEWED_A_CALL]
            args: list[Arg] = [self._held_ms]
            for slot in chunk:
                args += (slot.id, slot.epoch)
            await self._run("renew", chunk, *args)

    async def leave(self, slot: Slot) -> tuple[str, ...]:
        """Free *slot*, or the place in a queue; the ids of the slots that are next by then.

        Nothing is changed where a later lease has taken the slot over.
        """
        return tuple(id_.decode() for id_ in await self._run("leave", [slot], slot.id, slot.epoch))

    async def _run(self, name: str, slots: Sequence[Slot], *args: Arg) -> list[Any]:
        keys = [key for slot in slots for key in _keys(slot)]
        return await self._runner.run(slotting(name), keys, list(args))


def _keys(slot: Slot) -> list[str]:
    """The keys of a slot; those of all slots lie in one hash slot of the server."""
    keys = [f"bot:{{slots}}:slot:{slot.id}"]
    for within, whose in zip(_SCOPES, (slot.user, slot.channel), strict=True):
        keys += (
            f"bot:{{slots}}:{kind}:{within.value} {whose}" for kind in ("held", "queue", "seen")
        )
    return keys
