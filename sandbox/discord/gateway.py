"""The gateway: connections that identify or resume, and are told what happens."""

import asyncio
import json
import time
import zlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from aiohttp import WSMessage, WSMsgType, web

from sandbox.discord import payloads
from sandbox.discord.application import Application
from sandbox.discord.markup import Json
from sandbox.discord.pulse import Pulse
from sandbox.discord.sessions import ALL_INTENTS, Dispatch, Intent, Session
from sandbox.discord.world import World

_GOODBYE = 0.5  # seconds that a client has to answer a close
_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _RECONNECT = 0, 1, 2, 6, 7
_INVALID_SESSION, _HELLO, _ACK = 9, 10, 11
_HARMLESS = (3, 4, 8, 31)  # presence, voice, members, soundboard: nothing here answers them


class Closing(Exception):
    """The gateway closes a connection with this *code*."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True, slots=True)
class Identify:
    """An IDENTIFY as it came; *at* is `time.monotonic`."""

    at: float
    intents: int
    shard: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Resume:
    """A RESUME as it came: the session, and the last event that the client says it has."""

    at: float
    session: str
    seq: int


@dataclass(slots=True, eq=False)
class Connection:
    """One WebSocket; *frozen* is one that neither tells nor answers anything any more."""

    socket: web.WebSocketResponse
    request: web.Request
    squeeze: Any  # what `zlib.compressobj` returns, None for plain text
    tasks: asyncio.TaskGroup
    session: Session | None = None
    told: int = 0  # events of the session that went to the socket
    writer: asyncio.Task[None] | None = None
    frozen: bool = False
    ended_by_us: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, frame: str) -> None:
        """Send *frame*, unless frozen; one at a time, for the compression has a memory."""
        async with self.turn:
            if self.frozen:
                return
            if self.squeeze is None:
                await self.socket.send_str(frame)
            else:
                squeezed = self.squeeze.compress(frame.encode())
                await self.socket.send_bytes(squeezed + self.squeeze.flush(zlib.Z_SYNC_FLUSH))

    async def close(self, code: int) -> None:
        """Close in good order."""
        self.ended_by_us = True
        await self.socket.close(code=code)

    def abort(self) -> None:
        """Cut without a good-bye."""
        if self.request.transport is not None:
            self.request.transport.abort()


class Gateway:
    """The connections of *application*, what travels on them, and what was made to go wrong.

    *down* handshakes fail; *shut* holds the codes that the next clients to identify are closed
    with, *broken* the keys that the next events of a name lack.
    """

    def __init__(self, application: Application, world: World, pulse: Pulse) -> None:
        self._application = application
        self._world = world
        self._pulse = pulse
        self._connections: dict[Connection, None] = {}
        self._sessions: dict[str, Session] = {}
        self.address = ""
        self.heartbeat_every = 41.25  # seconds
        self.identifies: list[Identify] = []
        self.resumes: list[Resume] = []
        self.down = 0
        self.shut: deque[int] = deque()
        self.broken: dict[str, deque[str]] = {}

    @property
    def connections(self) -> int:
        """How many clients are connected and have a session."""
        return sum(connection.session is not None for connection in self._connections)

    @property
    def backlog(self) -> int:
        """How many events were not written to a socket yet: what this side is behind by."""
        return sum(
            len(connection.session.frames) - connection.told
            for connection in self._connections
            if connection.session is not None
        )

    def publish(self, dispatch: Dispatch) -> None:
        """Tell *dispatch* to every session that hears it."""
        if waiting := self.broken.get(dispatch.name):
            key = waiting.popleft()
            data = {name: value for name, value in dispatch.data.items() if name != key}
            dispatch = Dispatch(dispatch.name, data, dispatch.guild, dispatch.intent)
        for session in self._sessions.values():
            if session.hears(dispatch.guild, dispatch.intent):
                session.hear(dispatch)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its handshake to its end."""
        if self.down:
            self.down -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(timeout=_GOODBYE, max_msg_size=1 << 20)
        await socket.prepare(request)
        zipped = request.query.get("compress") == "zlib-stream"
        async with asyncio.TaskGroup() as tasks:
            squeeze = zlib.compressobj() if zipped else None
            connection = Connection(socket, request, squeeze, tasks)
            self._connections[connection] = None
            try:
                await self._talk(connection)
            finally:
                self._leave(connection)
        return socket

    async def reconnect(self) -> None:
        """Ask every client to connect anew (op 7)."""
        await self._send_all({"op": _RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool) -> None:
        """Tell every client that its session is no good (op 9)."""
        if not resumable:
            self.forget()
        await self._send_all({"op": _INVALID_SESSION, "d": resumable})

    def forget(self) -> None:
        """Forget every session, so that none can be resumed."""
        self._sessions.clear()

    def freeze(self) -> None:
        """Let every connection of this moment go silent, and stay open."""
        for connection in self._connections:
            connection.frozen = True

    def abort(self) -> None:
        """Cut every connection without a good-bye."""
        for connection in self._connections:
            connection.abort()

    async def close(self, code: int) -> None:
        """Close every connection with *code*; sessions stay, so that they can be resumed."""
        for connection in tuple(self._connections):
            await connection.close(code)

    async def _send_all(self, frame: Json) -> None:
        for connection in tuple(self._connections):
            await connection.send(json.dumps(frame))

    def _leave(self, connection: Connection) -> None:
        del self._connections[connection]
        if connection.writer is not None:
            connection.writer.cancel()
        good_bye = connection.socket.close_code in (1000, 1001) and not connection.ended_by_us
        if good_bye and connection.session is not None:
            self._sessions.pop(connection.session.id, None)
        self._pulse.beat()

    async def _talk(self, connection: Connection) -> None:
        beat = round(self.heartbeat_every * 1000)
        hello = {"op": _HELLO, "d": {"heartbeat_interval": beat}, "s": None, "t": None}
        try:
            await connection.send(json.dumps(hello))
            async for frame in connection.socket:
                if frame.type is WSMsgType.TEXT:
                    await self._hear(connection, frame)
        except Closing as closing:
            await connection.close(closing.code)
        except ConnectionError:
            return  # the client went away while it was spoken to

    async def _hear(self, connection: Connection, frame: WSMessage) -> None:
        try:
            heard: Json = json.loads(frame.data)
            op = heard["op"]
        except (ValueError, KeyError, TypeError):
            raise Closing(4002) from None
        if op == _HEARTBEAT:
            await connection.send(json.dumps({"op": _ACK}))
        elif op == _IDENTIFY:
            self._identify(connection, heard["d"])
        elif op == _RESUME:
            await self._resume(connection, heard["d"])
        elif op not in _HARMLESS:
            raise Closing(4001)
        elif connection.session is None:
            raise Closing(4003)
        self._pulse.beat()

    def _identify(self, connection: Connection, asked: Mapping[str, Any]) -> None:
        shard = cast("list[int]", asked.get("shard") or [0, 1])
        intents = int(asked.get("intents", -1))
        self.identifies.append(Identify(time.monotonic(), intents, (shard[0], shard[1])))
        self._check(connection, asked, intents, shard)
        session = Session(intents, shard[0], shard[1])
        self._sessions[session.id] = session
        ours = [g for g in self._world.guilds.values() if session.hears(g.id, Intent.GUILDS)]
        names = [guild.id for guild in ours]
        ready = self._application.ready(self._world.bot, names, session.id, self.address)
        session.hear(Dispatch("READY", ready | {"shard": shard}))
        for guild in ours:
            session.hear(Dispatch("GUILD_CREATE", payloads.guild_object(guild, self._world)))
        self._tell(connection, session, 0)

    def _check(
        self, connection: Connection, asked: Mapping[str, Any], intents: int, shard: list[int]
    ) -> None:
        """Raises Closing where this IDENTIFY is refused."""
        if connection.session is not None:
            raise Closing(4005)
        if not self._application.accepts(asked.get("token")):
            raise Closing(4004)
        self._application.starts_left -= 1
        if self._application.starts_left < 0:
            self._application.revoked = True
            raise Closing(4004)
        if self.shut:
            raise Closing(self.shut.popleft())
        if not 0 <= shard[0] < shard[1]:
            raise Closing(4010)
        if intents & ~ALL_INTENTS:
            raise Closing(4013)
        if not self._application.may_intend(intents):
            raise Closing(4014)

    async def _resume(self, connection: Connection, asked: Mapping[str, Any]) -> None:
        name, seq = str(asked.get("session_id")), int(asked.get("seq") or 0)
        self.resumes.append(Resume(time.monotonic(), name, seq))
        if not self._application.accepts(asked.get("token")):
            raise Closing(4004)
        session = self._sessions.get(name)
        if session is None:
            await connection.send(json.dumps({"op": _INVALID_SESSION, "d": False}))
            return
        if seq > len(session.frames):
            raise Closing(4007)
        for other in tuple(self._connections):
            if other.session is session:
                other.abort()
        session.hear(Dispatch("RESUMED", {"_trace": []}))
        self._tell(connection, session, seq)

    def _tell(self, connection: Connection, session: Session, seq: int) -> None:
        connection.session = session
        connection.writer = connection.tasks.create_task(_write(connection, session, seq))


async def _write(connection: Connection, session: Session, told: int) -> None:
    """Tell all of *session* behind the first *told* events, and what comes, until cancelled."""
    connection.told = told
    while True:
        while told < len(session.frames):
            try:
                await connection.send(session.frames[told])
            except ConnectionError:
                return  # the client is gone; it may resume and be told again
            told += 1
            connection.told = told
        session.grown.clear()
        await session.grown.wait()
