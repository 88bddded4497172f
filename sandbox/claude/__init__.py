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
from sandbox.claude.rates import Meter, Rates
from sandbox.claude.seen import Seen
from sandbox.claude.server import Claude

__all__ = [
    "Change",
    "Claude",
    "Fault",
    "Meter",
    "Rates",
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
