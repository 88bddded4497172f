"""Shell: what a person wrote is erased wherever it is kept, with what else names them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.errors import StoreAway
from bot.model import Author, Conversation, person_id
from bot.store import Conversations, Erased, Ledger, Nudges, Signatures, pseudonym

log = structlog.get_logger(__name__)

LOOKS, LOOK = 25, 0.2  # how often, and how many seconds apart, stopped answers are waited for


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was *erased*, in how many *places*, which are conversations."""

    erased: Erased
    places: int


class Forgetting:
    """Forgets people; *now* gives seconds since 1970.

    It may be asked again at any time, in any process: what a process that died left is done then.
    """

    def __init__(
        self,
        store: Conversations,
        nudges: Nudges,
        ledger: Ledger,
        signatures: Signatures,
        now: Callable[[], float],
    ) -> None:
        self._store = store
        self._nudges = nudges
        self._ledger = ledger
        self._signatures = signatures
        self._now = now

    async def forget(self, platform: str, author: Author) -> Receipt:
        """Erase what *author* of *platform* wrote until now. Raises StoreAway: ask again then.

        Before anything else it is noted that they are to be forgotten: whoever reads a thread, or
        has a message on its way, sees that. So nothing comes back, whatever is read meanwhile.
        """
        name = person_id(platform, author)
        person, until = pseudonym(name), int(self._now() * 1_000_000)
        people = self._store.people
        await people.forget(person, until)
        erased, places = Erased(), 0
        stopped: list[Conversation] = []
        for place in await people.places(person):
            here = await people.erase(place, person, until)
            erased += here
            places += here != Erased()
            if here.owed:
                stopped.append(place)
                await self._nudge(place)
        # An answer that is being written counts what it used, by name, until it ends.
        await self._ended(stopped)
        await self._ledger.forget(name, f"{platform}:forgotten")
        await self._signatures.take_off(platform, author, person)
        if erased != Erased():
            await people.compact()
        log.info("forgotten", messages=erased.said, answers=erased.answered, conversations=places)
        return Receipt(erased, places)

    async def _nudge(self, place: Conversation) -> None:
        try:
            await self._nudges.send(place)
        except StoreAway as error:
            log.debug("nudge_lost", error=str(error))  # the lease's renewal finds the stop

    async def _is_ending(self, place: Conversation) -> bool:
        """Whether a question is owed an answer there that has lost its author."""
        return any(question.author is None for question in await self._store.pending(place))

    async def _ended(self, stopped: Sequence[Conversation]) -> None:
        for _ in range(LOOKS):
            waiting = [place for place in stopped if await self._is_ending(place)]
            if not waiting:
                return
            await asyncio.sleep(LOOK)
        log.info("stops_under_way", conversations=len(stopped))
