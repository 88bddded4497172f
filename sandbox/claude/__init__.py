"""A simulated Claude on loopback: the Messages API's wire, its refusals, faults on request."""

from sandbox.claude.faults import (
    Change,
    Fault,
    body,
    cut,
    eof,
    error_event,
    held,
    nameless,
    pings,
    raw,
    stall,
    status,
    stop_reason,
)
from sandbox.claude.server import Claude, Seen

__all__ = [
    "Change",
    "Claude",
    "Fault",
    "Seen",
    "body",
    "cut",
    "eof",
    "error_event",
    "held",
    "nameless",
    "pings",
    "raw",
    "stall",
    "status",
    "stop_reason",
]
