"""Discord on loopback: what discord.py meets of it, and its channels as a person sees them."""

from sandbox.discord.commands import NotOffered
from sandbox.discord.components import field, labels
from sandbox.discord.faults import Faults
from sandbox.discord.gateway import Identify, Resume
from sandbox.discord.interactions import Interaction, Reply, Trigger
from sandbox.discord.model import File, Flag, Person, Shown, Sort
from sandbox.discord.permissions import INVITED, Permission
from sandbox.discord.pulse import NotSeen
from sandbox.discord.rates import RATES, Rate
from sandbox.discord.server import Call, Discord
from sandbox.discord.sessions import Intent
from sandbox.discord.world import born

__all__ = [
    "INVITED",
    "RATES",
    "Call",
    "Discord",
    "Faults",
    "File",
    "Flag",
    "Identify",
    "Intent",
    "Interaction",
    "NotOffered",
    "NotSeen",
    "Permission",
    "Person",
    "Rate",
    "Reply",
    "Resume",
    "Shown",
    "Sort",
    "Trigger",
    "born",
    "field",
    "labels",
]
