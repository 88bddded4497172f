"""The doors between the core and the platforms: what an adapter offers, and what it calls."""

from bot.ports.doors import Adapter, Caller, Desk, Ear, Form, Outcome, RememberingEar
from bot.ports.threads import (
    BucketSpec,
    Button,
    Call,
    Control,
    Dialect,
    Found,
    Kind,
    Mark,
    Meter,
    Thread,
    Token,
    Told,
    lasting,
)

__all__ = [
    "Adapter",
    "BucketSpec",
    "Button",
    "Call",
    "Caller",
    "Control",
    "Desk",
    "Dialect",
    "Ear",
    "Form",
    "Found",
    "Kind",
    "Mark",
    "Meter",
    "Outcome",
    "RememberingEar",
    "Thread",
    "Token",
    "Told",
    "lasting",
]
