"""What a message of ours is called by, so that Discord posts it once; pure."""

import hashlib
from collections.abc import Mapping
from typing import Final

MOST_TRIES: Final = 4  # that one message may take, where what stood for its name is gone
_MOST_PARTS: Final = 64
_LENGTH: Final = 25  # characters that Discord takes


def nonce_of(turn: str, part: int, tries: int) -> str:
    """What a message of ours is called by while Discord remembers it; the same on each worker."""
    return hashlib.sha256(f"{turn}/{part}/{tries}".encode()).hexdigest()[:_LENGTH]


def parts_of(turn: str) -> Mapping[str, int]:
    """The part that each name of a message stands for which answers *turn*."""
    return {
        nonce_of(turn, part, tries): part
        for part in range(_MOST_PARTS)
        for tries in range(MOST_TRIES)
    }
