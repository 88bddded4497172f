"""What the simulated Claude remembers of a request, and of how its answer ended."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.claude.script import Json


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came.

    *at* is `time.monotonic()`; *port* is the client's, one for each connection; *headers* have
    names in lower case, and lack the key, which is *key*.
    """

    at: float
    port: int
    path: str
    headers: Mapping[str, str]
    body: Json
    raw: bytes
    key: str


@dataclass(frozen=True, slots=True)
class End:
    """When the last word of a *text* was sent, by `time.monotonic`."""

    at: float
    text: str
