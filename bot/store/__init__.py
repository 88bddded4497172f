"""The store: conversations in a Redis-compatible server; the only package that knows of Redis."""

from bot.store.connection import connect, where
from bot.store.conversations import Conversations, Heard, Lease, Submitted, Work
from bot.store.scripts import KEYS_WITHOUT_TTL
from bot.store.server import Server
from bot.store.throttle import Throttle

__all__ = [
    "KEYS_WITHOUT_TTL",
    "Conversations",
    "Heard",
    "Lease",
    "Server",
    "Submitted",
    "Throttle",
    "Work",
    "connect",
    "where",
]
