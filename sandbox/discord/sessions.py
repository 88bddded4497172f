"""Sessions of the gateway: what each is told, in order, kept so that it can be told again."""

import asyncio
import enum
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.discord.markup import Json


class Intent(enum.IntFlag):
    """The groups of events that a session can ask for."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


ALL_INTENTS = (1 << 26) - 1  # a bit beyond these is an invalid intent


@dataclass(frozen=True, slots=True)
class Dispatch:
    """An event on its way to the sessions that hear it.

    *guild* is None for what happens outside guilds, *intent* None for what every session gets.
    *bare* gives what sessions without the message content intent get, None where it is no secret.
    """

    name: str
    data: Json
    guild: str | None = None
    intent: Intent | None = None
    bare: Callable[[], Json] | None = None


@dataclass(slots=True, eq=False)
class Session:
    """What one identified client is told; *grown* is set whenever there is more."""

    intents: int
    shard: int = 0
    shards: int = 1
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    frames: list[str] = field(default_factory=list[str])
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    def hears(self, guild: str | None, intent: Intent | None) -> bool:
        """Whether what happens in *guild* is for this session, by its shard and its intents."""
        at = 0 if guild is None else (int(guild) >> 22) % self.shards
        return at == self.shard and (intent is None or bool(self.intents & intent))

    def hear(self, dispatch: Dispatch) -> None:
        """Put *dispatch* behind all that this session was told so far."""
        data = dispatch.data
        if dispatch.bare is not None and not self.intents & Intent.MESSAGE_CONTENT:
            data = dispatch.bare()
        frame = {"op": 0, "t": dispatch.name, "s": len(self.frames) + 1, "d": data}
        self.frames.append(json.dumps(frame, separators=(",", ":")))
        self.grown.set()
