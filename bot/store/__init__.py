"""The store: conversations in a Redis-compatible server; the only package that knows of Redis."""

from bot.store.bookmarks import Bookmarks
from bot.store.claims import Claims
from bot.store.connection import connect, where
from bot.store.conversations import Conversations
from bot.store.follow_ups import FollowUps
from bot.store.ledger import Ledger
from bot.store.nudges import Nudges
from bot.store.opening import Store, opened
from bot.store.overrides import Changed, Overrides
from bot.store.people import Erased, pseudonym
from bot.store.scripts import KEYS_WITHOUT_TTL
from bot.store.server import Server
from bot.store.signatures import Signatures
from bot.store.slots import Slot, Slots
from bot.store.throttle import Throttle
from bot.store.work import Again, Heard, Lease, Submitted, Work

__all__ = [
    "KEYS_WITHOUT_TTL",
    "Again",
    "Bookmarks",
    "Changed",
    "Claims",
    "Conversations",
    "Erased",
    "FollowUps",
    "Heard",
    "Lease",
    "Ledger",
    "Nudges",
    "Overrides",
    "Server",
    "Signatures",
    "Slot",
    "Slots",
    "Store",
    "Submitted",
    "Throttle",
    "Work",
    "connect",
    "opened",
    "pseudonym",
    "where",
]
