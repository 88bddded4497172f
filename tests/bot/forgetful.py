"""Who forgets people, for tests that build a desk."""

import time
from collections.abc import Callable

from redis.asyncio import Redis

from bot.forgetting import Forgetting
from bot.store import Conversations, Ledger, Nudges, Signatures


def forgetting(client: Redis, now: Callable[[], float] = time.time) -> Forgetting:
    """One that forgets in the store of *client*."""
    store = Conversations(client)
    return Forgetting(store, Nudges(client), Ledger(client), Signatures(client), now)
