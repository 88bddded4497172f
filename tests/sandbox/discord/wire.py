"""A bare client of Discord's wire protocols: aiohttp and nothing else."""

import asyncio
import json
import zlib
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.discord import Discord

Json = dict[str, Any]
INTENTS = 37377  # guilds, messages in guilds and DMs, message content


@dataclass(frozen=True)
class Answer:
    """What came back: *said* is the JSON, None where there was none."""

    status: int
    headers: dict[str, str]
    said: Any

    @property
    def code(self) -> int:
        """Discord's own code of a refusal."""
        return int(self.said["code"])


class Client:
    """An app that calls REST and opens WebSockets; *session* is closed by its owner."""

    def __init__(self, discord: Discord, session: aiohttp.ClientSession) -> None:
        self.discord = discord
        self.session = session

    async def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **query: Any
    ) -> Answer:
        """The answer to a call with a JSON body; *token* is the bot's unless another is given."""
        chosen = self.discord.bot_token if token is None else token
        headers = {"Authorization": f"Bot {chosen}"} if chosen else {}
        url, params = self.discord.api_url + path, {k: str(v) for k, v in query.items()}
        async with self.session.request(
            method, url, json=body, headers=headers, params=params
        ) as response:
            # A type with a charset is taken for text by the library, and so it is here.
            is_json = response.headers.get("Content-Type") == "application/json"
            said = json.loads(await response.text()) if is_json else None
            return Answer(response.status, dict(response.headers), said)

    async def post(self, channel: str, text: str = "hello", **body: Any) -> Answer:
        """The answer to a message that was posted."""
        path = f"/channels/{channel}/messages"
        return await self.call("POST", path, {"content": text, **body})

    async def posted(self, channel: str, text: str = "hello", **body: Any) -> str:
        """The id of a message that was posted."""
        return str((await self.post(channel, text, **body)).said["id"])

    async def edit(self, channel: str, message: str, **body: Any) -> Answer:
        """The answer to an edit."""
        return await self.call("PATCH", f"/channels/{channel}/messages/{message}", body)

    async def open(self, query: str = "") -> "Socket":
        """A connection that was greeted."""
        raw = await self.session.ws_connect(self.discord.gateway_url + query)
        socket = Socket(raw, self.discord.bot_token)
        socket.hello = await socket.receive()
        return socket

    async def connect(self, intents: int = INTENTS, **identify: Any) -> "Socket":
        """A connection that has identified, and heard of all its guilds."""
        socket = await self.open()
        await socket.identify(intents, **identify)
        socket.ready = (await socket.event())["d"]
        for _ in socket.ready["guilds"]:
            await socket.event()
        return socket


class Socket:
    """One WebSocket connection; *seq* is that of the last event."""

    def __init__(self, raw: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.raw = raw
        self.token = token
        self.hello: Json = {}
        self.ready: Json = {}
        self.seq = 0
        self._inflate = zlib.decompressobj()

    async def receive(self) -> Json:
        """The next frame, unpacked where it was compressed."""
        async with asyncio.timeout(2):
            frame = await self.raw.receive()
        assert frame.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), frame
        binary = frame.type is aiohttp.WSMsgType.BINARY
        said: Json = json.loads(self._inflate.decompress(frame.data) if binary else frame.data)
        self.seq = said.get("s") or self.seq
        return said

    async def event(self, name: str | None = None) -> Json:
        """The next event, or the next of that *name*; the frame with its number."""
        while True:
            frame = await self.receive()
            if frame["op"] == 0 and name in (None, frame["t"]):
                return frame

    async def data(self, name: str) -> Json:
        """What the next event of that *name* tells."""
        found: Json = (await self.event(name))["d"]
        return found

    async def identify(self, intents: int = INTENTS, **more: Any) -> None:
        """Begin a session."""
        await self.send(2, {"token": self.token, "intents": intents, "properties": {}, **more})

    async def resume(self, session: str, seq: int, **more: Any) -> None:
        """Go on with a session."""
        await self.send(6, {"token": self.token, "session_id": session, "seq": seq, **more})

    async def send(self, op: int, data: Any = None) -> None:
        """Send one frame."""
        await self.raw.send_json({"op": op, "d": data})

    async def closed(self) -> int | None:
        """The code that the gateway closes with; what it said before that is passed over."""
        async with asyncio.timeout(2):
            while not self.raw.closed:
                await self.raw.receive()
        return self.raw.close_code
