"""The simulated prompt cache: what of a prompt was written before, and what is written by it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.claude.script import Json

_LEAST = 512  # tokens of a prefix; a shorter one is not cached, without a word
_LOOK_BACK = 20  # blocks before a breakpoint in which a prefix is looked for


@dataclass(frozen=True, slots=True)
class _Prefix:
    """A prompt up to one of its blocks; *kept* where a breakpoint stands on that."""

    digest: bytes
    tokens: int
    kept: bool


class Cache:
    """Remembers each prefix that a breakpoint stood behind; nothing runs out."""

    def __init__(self) -> None:
        self._written: set[bytes] = set()

    def take(self, body: Json) -> tuple[int, int]:
        """The tokens of *body*'s prompt that are read from the cache, and those written to it."""
        prefixes = list(_prefixes(body))
        ends = [at for at, prefix in enumerate(prefixes) if prefix.kept]
        within = {at - back for at in ends for back in range(_LOOK_BACK + 1) if at >= back}
        read = max(
            (prefixes[at].tokens for at in within if prefixes[at].digest in self._written),
            default=0,
        )
        kept = [prefixes[at] for at in ends if prefixes[at].tokens >= _LEAST]
        self._written.update(prefix.digest for prefix in kept)
        return read, max((prefix.tokens - read for prefix in kept), default=0)


def _prefixes(body: Json) -> Iterator[_Prefix]:
    digest, letters = hashlib.sha256(_line([body["model"], body.get("output_config")])), 0
    blocks = [*_blocks("system", body.get("system", []))]
    for message in body["messages"]:
        blocks += _blocks(message["role"], message["content"])
    for at, (role, block) in enumerate(blocks):
        digest.update(
            _line([role, {name: block[name] for name in block if name != "cache_control"}])
        )
        letters += len(block.get("text", ""))
        moves = at == len(blocks) - 1 and "cache_control" in body
        yield _Prefix(digest.digest(), letters // 4, moves or "cache_control" in block)


def _blocks(role: str, content: Any) -> Iterator[tuple[str, Json]]:
    texts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    yield from ((role, block) for block in texts)


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
