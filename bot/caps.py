"""Shell: a question waits its turn while its person or channel has as many answers as may be."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from bot.errors import StoreAway
from bot.model import Turn
from bot.reply import Tell
from bot.settings import LimitsTable
from bot.spending import spender_of
from bot.store import Lease, Slot, Slots
from bot.usage import Within

log = structlog.get_logger(__name__)

UNTOLD: Final = 3.0  # seconds, as with every other wait
LOOK: Final = 1.0  # seconds between two looks; a third of what a place in a queue is kept for
RENEWAL: Final = 5.0  # seconds: a third of what a slot is held for
_LEAVING: Final = 2.0  # seconds that it may take; what is not left runs out


class Caps:
    """Keeps how many answers are written at once within *table*, across all processes.

    *slots* is where all processes count them. Waiting for up to *untold* seconds needs no
    explanation; who waits looks every *look* seconds, and what is held is renewed every *renewal*.
    """

    def __init__(
        self,
        slots: Slots,
        table: LimitsTable,
        *,
        untold: float = UNTOLD,
        look: float = LOOK,
        renewal: float = RENEWAL,
    ) -> None:
        self._slots = slots
        self._table = table
        self._untold = untold
        self._look = look
        self._renewal = renewal
        self._is_bounded = bool(table.answers_user or table.answers_channel)
        self._held: set[Slot] = set()
        self._waiting: dict[str, asyncio.Event] = {}  # by the slot's id; set: look at once

    @asynccontextmanager
    async def slot(
        self, lease: Lease, question: Turn, settings_place: str, tell: Tell
    ) -> AsyncGenerator[None]:
        """Entered once *question* may be answered: few enough other answers are under way.

        Waits for as long as it takes, and through *tell* says so after a while. Who asked first
        goes first. Costs two round trips to the store, one more for each second of waiting, and
        none at all where there is no cap. `keep` holds what is entered.
        """
        if not self._is_bounded:
            yield
            return
        spender = spender_of(question, lease.conversation, settings_place)
        slot = Slot(
            lease.conversation,
            question.id,
            lease.epoch,
            question.sent_at,
            spender.user,
            spender.channel,
        )
        try:
            await self._entered(slot, tell)
            self._held.add(slot)
            yield
        finally:
            self._held.discard(slot)
            await self._leave(slot)

    async def keep(self) -> None:
        """Go on holding all that is entered, until cancelled; one round trip for 50 of them."""
        while True:
            await asyncio.sleep(self._renewal)
            with contextlib.suppress(StoreAway):  # the sweeper tells of the store
                await self._slots.renew(tuple(self._held))

    async def _entered(self, slot: Slot, tell: Tell) -> None:
        clock = asyncio.get_running_loop().time
        began, told = clock(), None
        look = self._waiting[slot.id] = asyncio.Event()
        try:
            while within := await self._full(slot):
                if within is not told and clock() - began >= self._untold:
                    self._tell(within, tell)
                    told = within
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._look):
                        await look.wait()
                look.clear()
        finally:
            del self._waiting[slot.id]

    async def _full(self, slot: Slot) -> Within | None:
        """What *slot* has to wait for; None: it is entered."""
        table = self._table
        while True:
            try:
                return await self._slots.enter(
                    slot, user=table.answers_user, channel=table.answers_channel
                )
            except StoreAway as error:
                # Whoever holds the lease ends this when the store stays away.
                log.debug("slots_away", error=str(error))
            await asyncio.sleep(self._look)

    def _tell(self, within: Within, tell: Tell) -> None:
        caps = {Within.USER: self._table.answers_user, Within.CHANNEL: self._table.answers_channel}
        tell(f"limits.{within.value}", most=caps[within])
        log.info("waits_its_turn", within=within.value)

    async def _leave(self, slot: Slot) -> None:
        try:
            async with asyncio.timeout(_LEAVING):
                following = await self._slots.leave(slot)
        except (StoreAway, TimeoutError) as error:
            log.warning("slot_kept", error=str(error) or "slow")
            return
        for id_ in following:
            if id_ in self._waiting:  # here; who waits in another process looks by itself
                self._waiting[id_].set()
