"""A bare client of Slack's wire protocols: aiohttp and nothing else."""

import asyncio
import json
from typing import Any

import aiohttp

from sandbox.slack import Slack

Json = dict[str, Any]


class Client:
    """An app that calls the Web API and opens WebSockets; *session* is closed by its owner."""

    def __init__(self, slack: Slack, session: aiohttp.ClientSession) -> None:
        self.slack = slack
        self.session = session

    async def call(self, method: str, *, token: str | None = None, **args: Any) -> Json:
        """The answer to a call with a JSON body."""
        async with self.request(method, token=token, **args) as response:
            answer: Json = await response.json()
            return answer

    def request(self, method: str, *, token: str | None = None, **args: Any) -> Any:
        """The response to a call with a JSON body, whatever it holds."""
        chosen = self.slack.bot_token if token is None else token
        headers = {"Authorization": f"Bearer {chosen}"} if chosen else {}
        return self.session.post(self.slack.api_url + method, json=args, headers=headers)

    async def form(self, method: str, **args: str) -> Json:
        """The answer to a call with a form, whose token is a field too."""
        data = {"token": self.slack.bot_token, **args}
        async with self.session.post(self.slack.api_url + method, data=data) as response:
            answer: Json = await response.json()
            return answer

    async def post(self, channel: str, text: str = "hello", **args: Any) -> str:
        """The ts of a message that was posted."""
        answer = await self.call("chat.postMessage", channel=channel, text=text, **args)
        return str(answer["ts"])

    async def address(self) -> str:
        """A WebSocket address, good for one handshake."""
        answer = await self.call("apps.connections.open", token=self.slack.app_token)
        return str(answer["url"])

    async def connect(self) -> "Socket":
        """A connection that has said hello."""
        socket = Socket(await self.session.ws_connect(await self.address(), autoping=False))
        socket.hello = await socket.receive()
        return socket


class Socket:
    """One WebSocket connection."""

    def __init__(self, raw: aiohttp.ClientWebSocketResponse) -> None:
        self.raw = raw
        self.hello: Json = {}

    async def receive(self) -> Json:
        """The next frame, a JSON object."""
        async with asyncio.timeout(2):
            answer: Json = json.loads((await self.raw.receive()).data)
            return answer

    async def event(self) -> Json:
        """The event in the next frame, acknowledged."""
        envelope = await self.receive()
        await self.ack(envelope)
        event: Json = envelope["payload"]["event"]
        return event

    async def ack(self, envelope: Json) -> None:
        """Tell that *envelope* was taken in."""
        await self.raw.send_json({"envelope_id": envelope["envelope_id"]})
