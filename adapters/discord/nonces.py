"""What a message of ours is called by, so that Discord posts it once; pure."""

import hashlib
from typing import Final

_LENGTH: Final = 25  # characters that Discord takes


def nonce_of(turn: str, part: int, tries: int) -> str:
    """What a message of ours is called by while Discord remembers it; the same on each worker."""
    return hashlib.sha256(f"{turn}/{part}/{tries}".encode()).hexdigest()[:_LENGTH]
