"""Who signed the changes of settings: a signature can be taken off, the changes stay."""

from collections.abc import AsyncGenerator, Collection, Mapping
from typing import Any, Final, cast

import orjson
from redis.asyncio import Redis

from bot.errors import StoreAway
from bot.model import Author
from bot.store.scripts import AUDIT, OVERRIDES, UNDO, VERSION, Arg, Runner, plain, translated

_PAGE: Final = 50  # entries of the audit that are looked through at a time; each may hold prompts
_TRIES: Final = 5

_Entry = dict[str, Any]


class Signatures:
    """The names below changes. Raises StoreAway where the store is away or contended."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._runner = Runner(client)

    async def take_off(self, platform: str, by: Author, alias: str) -> None:
        """Put *alias* in place of the id of *by* on *platform*, and nothing in that of their names.

        The whole audit is looked through: it has an end, and no index. What people of the same
        name changed there loses the name too, where it says nothing but that.
        """
        names = {by.name}
        async for _, entry in self._audit():
            if _is_by(entry, platform, by):
                names.add(str(entry.get("name")))
        async for raw, entry in self._audit():
            unsigned = _unsigned(entry, names)
            if _is_by(entry, platform, by):
                unsigned |= {"by": alias, "name": ""}
            if unsigned != entry:
                await self._runner.run(plain("resign"), [AUDIT], [raw, orjson.dumps(unsigned)])
        for place in await self._places():
            await self._take_off(place, names)

    async def _audit(self) -> AsyncGenerator[tuple[bytes, _Entry]]:
        """Each entry, the newest first; one that comes meanwhile may have some told twice."""
        start = 0
        while True:
            with translated():
                page = cast(
                    "list[bytes]", await self._client.lrange(AUDIT, start, start + _PAGE - 1)
                )
            for raw in page:
                entry = _loaded(raw)
                if isinstance(entry, dict):
                    yield raw, cast("_Entry", entry)
            if len(page) < _PAGE:
                return
            start += _PAGE

    async def _places(self) -> list[str]:
        with translated():
            held = cast("list[bytes]", await self._client.hkeys(OVERRIDES))
            undone = cast("list[bytes]", await self._client.hkeys(UNDO))
        return sorted({place.decode() for place in (*held, *undone)})

    async def _take_off(self, place: str, names: Collection[str]) -> None:
        for _ in range(_TRIES):
            with translated():
                held = cast("bytes | None", await self._client.hget(OVERRIDES, place)) or b""
                undo = cast("bytes | None", await self._client.hget(UNDO, place)) or b""
            bare = _bare(held, names), _bare_list(undo, names)
            if bare == (held, undo):
                return
            keys = [OVERRIDES, UNDO, VERSION]
            args: list[Arg] = [place, held, bare[0], undo, bare[1]]
            reply = await self._runner.run(plain("unsign"), keys, args)
            if reply[0] == b"signed":
                return
        raise StoreAway("store.contended")


def _is_by(entry: Mapping[str, Any], platform: str, by: Author) -> bool:
    return entry.get("by") == by.id and str(entry.get("place")).startswith(f"{platform}:")


def _unsigned(entry: _Entry, names: Collection[str]) -> _Entry:
    """*entry* whose overrides are signed by none of *names*."""
    return {what: _unsigned_override(value, names) for what, value in entry.items()}


def _unsigned_override(value: object, names: Collection[str]) -> object:
    if not isinstance(value, dict):
        return value
    override = cast("_Entry", value)
    return {**override, "by": ""} if override.get("by") in names else override


def _bare(override: bytes, names: Collection[str]) -> bytes:
    held = _loaded(override)
    bare = _unsigned_override(held, names)
    return override if bare == held else orjson.dumps(bare)


def _bare_list(undo: bytes, names: Collection[str]) -> bytes:
    earlier = _loaded(undo)
    if not isinstance(earlier, list):
        return undo
    kept = [str(one) for one in cast("list[object]", earlier)]
    bare = [_bare(one.encode(), names).decode() for one in kept]
    return undo if bare == kept else orjson.dumps(bare)


def _loaded(value: bytes) -> object:
    """What *value* says; None where it cannot be read: what another version wrote stays."""
    try:
        return orjson.loads(value)
    except ValueError:
        return None
