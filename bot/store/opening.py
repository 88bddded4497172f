"""The store that the settings name, opened: a server's URL, or a server of our own."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.store.claims import Claims
from bot.store.connection import PATIENCE, Url, connect
from bot.store.conversations import Conversations
from bot.store.ledger import Ledger
from bot.store.nudges import Nudges
from bot.store.overrides import Overrides
from bot.store.server import Server
from bot.store.signatures import Signatures
from bot.store.slots import Slots
from bot.store.throttle import LONGEST_PAUSE, Throttle


@dataclass(frozen=True, slots=True)
class Store:
    """All that is kept in one server."""

    conversations: Conversations
    nudges: Nudges
    ledger: Ledger
    throttle: Throttle
    overrides: Overrides
    claims: Claims
    slots: Slots
    signatures: Signatures


@asynccontextmanager
async def opened(
    at: Url | Server,
    *,
    name: str,
    longest_pause: float = LONGEST_PAUSE,
    patience: float = PATIENCE,
) -> AsyncGenerator[Store]:
    """The store, which knows us as *name*, of the server *at* a URL, or of one of our own.

    Nobody is told to pause for more than *longest_pause* seconds. A server that does not answer yet
    is waited for as long as *patience*, in seconds.

    One of our own is started where nobody runs it yet, and then ended at the end. Raises what
    `connect` and `Server.start` raise.
    """
    async with AsyncExitStack() as house:
        if isinstance(at, Server):
            house.push_async_callback(at.stop)
            at = await at.start()
        client = await house.enter_async_context(connect(at, name=name, patience=patience))
        yield Store(
            Conversations(client),
            Nudges(client),
            Ledger(client),
            Throttle(client, longest_pause=longest_pause),
            Overrides(client),
            Claims(client),
            Slots(client),
            Signatures(client),
        )
