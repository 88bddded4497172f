"""What people changed by command, as the store keeps it: for ever, with who did it and when."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, cast

import orjson
import structlog
from redis.asyncio import Redis

from bot.errors import StoreAway
from bot.model import Author
from bot.settings import LONGEST_RETENTION
from bot.settings.overrides import UNCHANGED, Override
from bot.store.scripts import AUDIT, OVERRIDES, UNDO, VERSION, Arg, Runner, plain, translated

log = structlog.get_logger(__name__)

MOST_UNDONE: Final = 20  # changes of a place that can be taken back, one after the other
MOST_AUDITED: Final = 10_000  # changes of all places that can be looked up
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Changed:
    """One change: of *place*, from *before* to *after*."""

    place: str
    before: Override
    after: Override


class Overrides:
    """The overrides of all places.

    Each method raises StoreAway where the store is away, and where others change the same place
    again and again meanwhile: nothing was changed then, and it is worth another try.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._runner = Runner(client)

    async def version(self) -> int:
        """A number that grows with every change."""
        with translated():
            return int(await self._client.get(VERSION) or 0)

    async def read(self) -> Mapping[str, Override]:
        """What was changed, by place; an entry that cannot be read says nothing."""
        with translated():
            kept = cast("Mapping[bytes, bytes]", await self._client.hgetall(OVERRIDES))
        return {place.decode(): _decoded(value) for place, value in kept.items()}

    async def put(
        self, place: str, by: Author, *, at: int, **changed: str | int | None
    ) -> Changed | None:
        """The change of *place* by which the fields *changed* hold; None where they held already.

        *at* is the time for the audit, in seconds since 1970.
        """
        fields: dict[str, Any] = {**changed}
        for _ in range(_TRIES):
            was, undo = await self._kept(place)
            before = _decoded(was)
            after = replace(before, by=by.name, **fields)
            if replace(after, by=before.by) == before:
                return None
            undo = [was.decode(), *undo][:MOST_UNDONE]
            done = Changed(place, before, after)
            if await self._change(done, was, undo, by, at, "set"):
                return done
        raise _busy()

    async def undo(self, place: str, by: Author, *, at: int) -> Changed | None:
        """The change of *place* that takes its last one back; None where there is none."""
        for _ in range(_TRIES):
            was, undo = await self._kept(place)
            if not undo:
                return None
            earlier, *rest = undo
            done = Changed(place, _decoded(was), _decoded(earlier.encode()))
            if await self._change(done, was, rest, by, at, "undo", earlier.encode()):
                return done
        raise _busy()

    async def _kept(self, place: str) -> tuple[bytes, list[str]]:
        with translated():
            was = cast("bytes | None", await self._client.hget(OVERRIDES, place))
            undo = cast("bytes | None", await self._client.hget(UNDO, place))
        return was or b"", _list(undo)

    async def _change(
        self,
        done: Changed,
        was: bytes,
        undo: list[str],
        by: Author,
        at: int,
        how: str,
        exactly: bytes | None = None,
    ) -> bool:
        entry = {
            "id": secrets.token_hex(8),
            "at": at,
            "how": how,
            "place": done.place,
            "by": by.id,
            "name": by.name,
            "before": asdict(done.before),
            "after": asdict(done.after),
        }
        args: list[Arg] = [
            done.place,
            was,
            _encoded(done.after) if exactly is None else exactly,
            orjson.dumps(undo) if undo else b"",
            orjson.dumps(entry),
            MOST_AUDITED,
        ]
        keys = [OVERRIDES, UNDO, AUDIT, VERSION]
        reply = await self._runner.run(plain("override"), keys, args)
        return bool(reply[0] == b"changed")


def _busy() -> StoreAway:
    return StoreAway("store.contended")


def _encoded(override: Override) -> bytes:
    return b"" if override.says_nothing else orjson.dumps(asdict(override))


def _decoded(value: bytes) -> Override:
    if not value:
        return UNCHANGED
    try:
        said: dict[str, Any] = orjson.loads(value)
        prompt, tier, days = said.get("prompt"), said.get("tier"), said.get("retention_days")
        return Override(_text(prompt), _text(tier), _text(said.get("by")) or "", _days(days))
    except (ValueError, TypeError, AttributeError):
        log.error("override_unreadable", length=len(value))  # noqa: TRY400  - it may quote a prompt
        return UNCHANGED


def _list(value: bytes | None) -> list[str]:
    try:
        found: object = orjson.loads(value or b"[]")
    except ValueError:
        return []
    if not isinstance(found, list):
        return []
    return [one for one in cast("list[object]", found) if isinstance(one, str)]


def _days(value: object) -> int | None:
    if value is None or (isinstance(value, int) and 1 <= value <= LONGEST_RETENTION):
        return value
    raise TypeError


def _text(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError
    return value
