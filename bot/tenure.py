"""Shell: what we know of our lease on a conversation, and keeping it."""

import asyncio
import contextlib
from collections.abc import Callable

from bot.errors import Fenced, StoreAway
from bot.store import Conversations, Lease

RENEWALS = 3  # in a lease's lifetime, so that two may fail


class Tenure:
    """A lease that was ours when the store last said so; *clock* gives seconds, never back."""

    def __init__(self, store: Conversations, lease: Lease, clock: Callable[[], float]) -> None:
        self._store = store
        self._lease = lease
        self._clock = clock
        self._until = clock() + store.lease_seconds
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Have `keep` look at once whether somebody stops what the lease is held for."""
        self._nudged.set()

    def guard(self) -> None:
        """Raise Fenced where the lease may have run out: another worker may be writing by then."""
        if self._clock() >= self._until:
            raise Fenced("store.fenced", conversation=self._lease.conversation.key)

    async def keep(self, stop: Callable[[], None]) -> None:
        """Renew the lease until cancelled; call *stop* when somebody stops what it is held for.

        Raises Fenced as soon as the lease is known to be another's, or may be.
        """
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._store.lease_seconds / RENEWALS):
                    await self._nudged.wait()
            self._nudged.clear()
            asked_at = self._clock()
            try:
                stopped = await self._store.renew(self._lease)
            except StoreAway:
                self.guard()  # until then the lease is ours, and the store may come back
                continue
            self._until = asked_at + self._store.lease_seconds
            if stopped:
                stop()
