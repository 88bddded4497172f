"""The store: conversations in a Redis-compatible server; the only package that knows of Redis."""

from bot.store.connection import connect, where
from bot.store.conversations import Conversations
from bot.store.nudges import Nudges
from bot.store.scripts import KEYS_WITHOUT_TTL
from bot.store.server import Server
from bot.store.work import Again, Heard, Lease, Submitted, Work

__all__ = [
    "KEYS_WITHOUT_TTL",
    "Again",
    "Conversations",
    "Heard",
    "Lease",
    "Nudges",
    "Server",
    "Submitted",
    "Work",
    "connect",
    "where",
]
