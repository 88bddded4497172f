"""Where a person's words stand, by an index, and the people whose words are to be forgotten."""

import asyncio
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from redis.asyncio import Redis

from bot.errors import StoreAway
from bot.model import Author, Conversation, Role, Turn, is_forgotten, person_id
from bot.store.scripts import FORGOTTEN, Scripts, translated
from bot.store.turns import encode

log = structlog.get_logger(__name__)

STEP = 50  # turns that one script erases, so that it holds up the server for a millisecond or so

_TRIES, _PAUSE = 25, 0.2  # how often, and seconds apart, a server that compacts its log is asked
_STUB = encode(Turn("", Role.USER, 0, ""), 0)  # what stays of a question that is owed an answer


@dataclass(frozen=True, slots=True)
class Erased:
    """How many turns were erased: what people *said*, what we *answered*; *owed* of them waited."""

    said: int = 0
    answered: int = 0
    owed: int = 0

    def __add__(self, other: "Erased") -> "Erased":
        """Both together."""
        return Erased(
            self.said + other.said, self.answered + other.answered, self.owed + other.owed
        )


def pseudonym(person: str) -> str:
    """A stable name for *person* (``slack:U0123``), of which nothing about them can be read.

    Who knows a person's id can tell which one is theirs.
    """
    return hashlib.sha256(f"person {person}".encode()).hexdigest()[:20]


def people_of(platform: str, turn: Turn, about: Author | None = None) -> tuple[str, ...]:
    """The pseudonyms of those whose words *turn* holds: its author's, and *about*'s, if quoted."""
    # What the chat itself says behind a message, as `~root`, is nobody's.
    authors = () if "~" in turn.id else (turn.author, about)
    names = (pseudonym(person_id(platform, one)) for one in authors if one is not None)
    return tuple(dict.fromkeys(names))


class People:
    """The index of people. Each method raises StoreAway where *client* has no answer."""

    def __init__(self, client: Redis, scripts: Scripts) -> None:
        self._client = client
        self._scripts = scripts

    async def enrol(self, conversation: Conversation, roll_call: Sequence[Any]) -> None:
        """Note where to find all whom a script's *roll_call* names, before it takes it as done.

        A conversation lists the turns of each person by itself, in the script that takes one in.
        This is the way to the conversation, which may be on another server of a cluster.
        """
        if not roll_call:
            return
        promised, *people = roll_call
        for person in people:
            await self._scripts.run("enrol", [_roll(person.decode())], conversation.key, promised)
        await self._scripts.change("enrolled", conversation, promised, len(people))

    async def places(self, person: str) -> list[Conversation]:
        """The conversations that hold words of *person*, a pseudonym, or did of late."""
        with translated():
            found: Any = await self._client.zrange(_roll(person), 0, -1)  # pyright: ignore[reportUnknownMemberType]  - an untyped callable
        return [Conversation.parse(member.decode()) for member in found]

    async def forget(self, person: str, until: int) -> None:
        """Take in no word of *person* any more that was said up to *until*, in microseconds."""
        with translated():
            await self._client.zadd(FORGOTTEN, {person: until}, gt=True)

    async def forgotten(self, people: Collection[str]) -> Mapping[str, int]:
        """Until when, in microseconds, the words of each of *people* are forgotten, if they are."""
        if not people:
            return {}
        names = list(people)
        with translated():
            found = await self._client.zmscore(FORGOTTEN, names)
        return {name: int(until) for name, until in zip(names, found, strict=True) if until}

    async def authors(self, platform: str, authors: Iterable[Author]) -> Mapping[str, int]:
        """Until when, in microseconds, the words of *authors* are forgotten, by their ids."""
        names = {one.id: pseudonym(person_id(platform, one)) for one in authors}
        until = await self.forgotten(set(names.values()))
        return {id_: until[name] for id_, name in names.items() if name in until}

    async def gone(
        self, platform: str, turns: Iterable[Turn], about: Author | None = None
    ) -> list[str]:
        """The ids of those of *turns* that their authors had us forget, or *about*, if quoted."""
        authors = {turn.id: people_of(platform, turn, about) for turn in turns}
        times = {turn.id: turn.sent_at for turn in turns}
        marks = await self.forgotten({name for names in authors.values() for name in names})
        return [
            turn_id
            for turn_id, names in authors.items()
            if any(is_forgotten(times[turn_id], marks.get(name)) for name in names)
        ]

    async def erase(self, conversation: Conversation, person: str, until: int) -> Erased:
        """What was erased in *conversation*: words of *person* up to *until*, answers to them.

        What is owed an answer stays owed, without a word, and is stopped.
        """
        total, behind = Erased(), ""
        while True:
            _, said, answered, owed, more = await self._scripts.change(
                "erase", conversation, person, until, behind, STEP, _STUB
            )
            total += Erased(said, answered, owed)
            if not more:
                return total
            behind = more.decode()

    async def strike(self, conversation: Conversation, turn_ids: Sequence[str]) -> None:
        """Erase these turns and the answers to them."""
        for start in range(0, len(turn_ids), STEP):
            chunk = turn_ids[start : start + STEP]
            await self._scripts.change("strike", conversation, _STUB, *chunk)

    async def compact(self) -> None:
        """Have the server write its log anew, where it keeps one: what was erased stands in it.

        Where that is forbidden, or one that began before takes long, it is left to the server.
        """
        for _ in range(_TRIES):
            with translated():
                told: Mapping[str, Any] = await self._client.info("persistence")  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
            if not told.get("aof_enabled"):
                return
            if not told.get("aof_rewrite_in_progress"):
                break
            await asyncio.sleep(_PAUSE)
        try:
            with translated():
                await self._client.bgrewriteaof()  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
        except StoreAway as error:
            log.info("log_not_compacted", reason=str(error))


def _roll(person: str) -> str:
    return f"bot:{{{person}}}:in"
