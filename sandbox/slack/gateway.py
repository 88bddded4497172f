"""Socket Mode: one-use tickets, connections, and events sent until they are acknowledged."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMessage, WSMsgType, web

from sandbox.pulse import Pulse
from sandbox.slack import frames
from sandbox.slack.markup import Json

MOST_CONNECTIONS = 10
_LOOK_AGAIN = 0.05  # seconds
_GOODBYE = 0.5  # seconds that a client has to answer a close


@dataclass(slots=True, eq=False)
class Delivery:
    """An event on its way: *attempt* is that of the next sending, *envelopes* those used so far."""

    payload: Json
    attempt: int = 0
    envelopes: list[str] = field(default_factory=list[str])
    sent_at: float | None = None
    sent_on: web.WebSocketResponse | None = None
    acked: bool = False
    acked_at: float | None = None
    queued: bool = False

    @property
    def event(self) -> Json:
        """The event inside; empty for what a person does, which is never sent again."""
        event: Json = self.payload.get("event", {})
        return event


class Gateway:
    """The connections of an app and what travels on them; *run* must be running."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue()
        self._tickets: set[str] = set()
        self._connections: dict[web.WebSocketResponse, web.Request] = {}
        self._turn = 0
        self._waiting: dict[Delivery, None] = {}
        self._by_envelope: dict[str, Delivery] = {}
        self.deliveries: list[Delivery] = []
        self.redelivery_after = 5.0
        self.silent = False
        self.burnt = 0
        self.greeted = 0

    @property
    def connections(self) -> int:
        """How many sockets are open."""
        return len(self._connections)

    @property
    def unacked(self) -> list[Delivery]:
        """What was not acknowledged yet, sent or not."""
        return list(self._waiting)

    def issue(self) -> str:
        """A ticket for one handshake."""
        ticket = uuid.uuid4().hex
        if self.burnt:
            self.burnt -= 1
        else:
            self._tickets.add(ticket)
        return ticket

    def send(self, payload: Json, *, attempt: int = 0) -> Delivery:
        """Put an event on its way."""
        delivery = Delivery(payload, attempt)
        self.deliveries.append(delivery)
        self._waiting[delivery] = None
        self._enqueue(delivery)
        return delivery

    async def run(self) -> None:
        """Send what is due until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._send_queued())
            tasks.create_task(self._redeliver())

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its handshake to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=408, text="this ticket is used or unknown")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(autoping=False, timeout=_GOODBYE)
        await socket.prepare(request)
        if self.connections >= MOST_CONNECTIONS:
            await socket.send_json(frames.disconnect("too_many_websockets"))
            await socket.close()
            return socket
        self._connections[socket] = request
        self._pulse.beat()
        try:
            await self._talk(socket)
        finally:
            del self._connections[socket]
            self._pulse.beat()
        return socket

    async def disconnect(self, reason: str) -> None:
        """Ask every client to connect anew."""
        for socket in tuple(self._connections):
            await socket.send_json(frames.disconnect(reason))

    def abort(self) -> None:
        """Cut every connection without a good-bye."""
        for request in self._connections.values():
            if request.transport is not None:
                request.transport.abort()

    async def close(self) -> None:
        """Say good-bye to every client."""
        for socket in tuple(self._connections):
            await socket.close(code=1001)

    async def _talk(self, socket: web.WebSocketResponse) -> None:
        await socket.send_json(frames.hello(self.connections))
        self.greeted += 1
        self._pulse.beat()
        for delivery in self.unacked:
            if delivery.event and delivery.sent_on not in self._connections:
                self._enqueue(delivery)
        async for frame in socket:
            await self._hear(socket, frame)

    async def _hear(self, socket: web.WebSocketResponse, frame: WSMessage) -> None:
        if frame.type is WSMsgType.PING and not self.silent:
            await socket.pong(frame.data)
        if frame.type is WSMsgType.TEXT:
            delivery = self._by_envelope.get(json.loads(frame.data).get("envelope_id"))
            if delivery is not None:
                delivery.acked, delivery.acked_at = True, time.monotonic()
                self._waiting.pop(delivery, None)
            self._pulse.beat()

    def _enqueue(self, delivery: Delivery) -> None:
        if not delivery.queued:
            delivery.queued = True
            self._queue.put_nowait(delivery)

    async def _send_queued(self) -> None:
        while True:
            delivery = await self._queue.get()
            delivery.queued = False
            if self._connections and not delivery.acked:
                await self._send(delivery)

    async def _send(self, delivery: Delivery) -> None:
        """Send on one connection, each in turn: Slack too may choose any of them."""
        self._turn += 1
        socket = tuple(self._connections)[self._turn % len(self._connections)]
        envelope = str(uuid.uuid4())
        delivery.envelopes.append(envelope)
        self._by_envelope[envelope] = delivery
        delivery.sent_at, delivery.sent_on = time.monotonic(), socket
        attempt, delivery.attempt = delivery.attempt, delivery.attempt + 1
        try:
            await socket.send_json(frames.envelope(envelope, delivery.payload, attempt))
        except ConnectionError:
            return  # the client is gone; it stays unacknowledged and comes again
        self._pulse.beat()

    async def _redeliver(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_AGAIN)
            due = time.monotonic() - self.redelivery_after
            for delivery in self.unacked:
                # What a person presses is never sent again.
                late = delivery.sent_at is not None and delivery.sent_at <= due
                if late and delivery.event:
                    self._enqueue(delivery)
