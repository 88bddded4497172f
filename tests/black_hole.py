"""A server that takes nobody in, and says nothing to whoever comes."""

import socket
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def black_hole() -> Generator[str]:
    """The URL of such a server."""
    # Once its queue is full, a server that accepts nobody leaves those who come without a word.
    with socket.socket() as hole, socket.socket() as one, socket.socket() as two:
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        for caller in (one, two):
            caller.setblocking(False)
            caller.connect_ex(hole.getsockname())
        yield f"http://127.0.0.1:{hole.getsockname()[1]}"
