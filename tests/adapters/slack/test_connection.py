"""The socket's troubles, and what is heard in spite of them."""

import asyncio
import logging
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from adapters.slack import SlackAdapter
from adapters.slack.connection import Timing
from sandbox.slack import Person, Slack
from tests.adapters.desk import KeptDesk
from tests.adapters.slack.conftest import Serve
from tests.adapters.slack.keeper import QUICK, Keeper, until


def adapter_of(slack: Slack, timing: Timing = QUICK) -> SlackAdapter:
    return SlackAdapter(
        bot_token=slack.bot_token, app_token=slack.app_token, api_url=slack.api_url, timing=timing
    )


async def heard_after(slack: Slack, ear: Keeper, ana: Person, channel: str) -> None:
    """Return when a message that is said then was heard and acknowledged."""
    ts = await slack.say(ana, channel, "still there?")
    await slack.until(lambda: slack.acked(ts), timeout=5)
    assert ear.texts[-1] == "still there?"


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "too_many_websockets"])
async def test_a_socket_that_slack_ends_is_opened_anew(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str, reason: str
) -> None:
    async with serve(ear):
        opened = slack.count("apps.connections.open")
        await slack.faults.disconnect(reason)
        await slack.until(lambda: slack.count("apps.connections.open") > opened)
        await heard_after(slack, ear, ana, general)


async def test_the_next_socket_is_asked_for_with_the_token_by_then(
    slack: Slack, ear: Keeper, ana: Person, general: str
) -> None:
    adapter = SlackAdapter(
        bot_token=slack.bot_token,
        app_token=lambda: slack.app_token,
        api_url=slack.api_url,
        timing=replace(QUICK, dead_after=60),
    )
    await adapter.check()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(adapter.run(ear, KeptDesk()))
        await until(lambda: adapter.connected)
        slack.app_token = "xapp-replaced"
        await slack.faults.close_sockets()
        await heard_after(slack, ear, ana, general)
        running.cancel()
    await adapter.close()


async def test_a_socket_that_breaks_is_opened_anew(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear):
        slack.faults.abort_sockets()
        await slack.until(lambda: slack.connections == 0)
        await heard_after(slack, ear, ana, general)


async def test_a_socket_that_is_closed_is_opened_anew(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear):
        await slack.faults.close_sockets()
        await heard_after(slack, ear, ana, general)


async def test_a_socket_that_falls_silent_is_opened_anew(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear):
        opened = slack.count("apps.connections.open")
        slack.faults.silent = True
        await slack.until(lambda: slack.count("apps.connections.open") > opened)
        slack.faults.silent = False
        await heard_after(slack, ear, ana, general)


async def test_an_address_that_is_used_up_is_not_tried_again(
    slack: Slack, ear: Keeper, ana: Person, general: str
) -> None:
    adapter = adapter_of(slack, replace(QUICK, dead_after=60))
    await adapter.check()
    slack.faults.burn_ticket(2)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(adapter.run(ear, KeptDesk()))
        await until(lambda: adapter.connected)
        assert slack.count("apps.connections.open") == 4  # the check, two burnt, one good
        slack.faults.burn_ticket(2)
        slack.faults.abort_sockets()
        await slack.until(lambda: slack.connections == 0)
        await heard_after(slack, ear, ana, general)
        running.cancel()
    await adapter.close()


async def test_an_acknowledgement_that_is_lost_is_made_up_for_when_slack_asks_again(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.may_end.clear()
    with capture_logs() as logged:
        async with serve(ear) as adapter:
            ts = await slack.say(ana, general, "hi")
            await until(lambda: ear.waiting == 1)
            slack.faults.delay("apps.connections.open", 0.3)
            slack.faults.abort_sockets()
            await until(lambda: not adapter.connected)
            ear.may_end.set()
            await slack.until(lambda: slack.acked(ts))
    assert [line["type"] for line in logged if line["event"] == "slack_acknowledgement_lost"]
    assert ear.texts == ["hi", "hi"]


async def test_what_comes_while_the_socket_closes_is_left_to_be_sent_again(
    slack: Slack, adapter: SlackAdapter, ear: Keeper, ana: Person, general: str
) -> None:
    ear.may_end.clear()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(adapter.run(ear, KeptDesk()))
        await until(lambda: adapter.connected)
        first = await slack.say(ana, general, "first")
        await until(lambda: ear.waiting == 1)
        running.cancel()
        await asyncio.sleep(0.05)
        late = await slack.say(ana, general, "late")
        await slack.until(lambda: len(slack.deliveries) == 2)
        await asyncio.sleep(0.05)
        ear.may_end.set()
    await slack.until(lambda: slack.acked(first))
    assert not slack.acked(late)
    assert ear.texts == ["first"]


async def test_a_refusal_to_open_is_outlived(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear) as adapter:
        slack.faults.refuse("apps.connections.open", "internal_error", times=3)
        slack.faults.abort_sockets()
        await until(lambda: not adapter.connected)
        await heard_after(slack, ear, ana, general)
        assert adapter.connected


async def test_a_connection_that_stays_dead_is_built_anew(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear):
        # Longer than a connection may be dead: only a new one asks again within the test.
        slack.faults.delay("apps.connections.open", 14)
        slack.faults.abort_sockets()
        await heard_after(slack, ear, ana, general)


async def test_what_is_being_heard_ends_and_is_acknowledged_before_the_socket_closes(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.may_end.clear()
    async with serve(ear):
        ts = await slack.say(ana, general, "hi")
        await until(lambda: ear.waiting == 1)
        asyncio.get_running_loop().call_later(0.2, ear.may_end.set)
    await slack.until(lambda: slack.acked(ts))
    assert ear.texts == ["hi"]
    assert slack.connections == 0


async def test_who_does_not_end_is_given_up_and_not_acknowledged(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    slack.redelivery_after = 30
    ear.may_end.clear()
    async with serve(ear):
        ts = await slack.say(ana, general, "hi")
        await until(lambda: ear.waiting == 1)
    assert ear.waiting == 0
    assert not slack.acked(ts)
    assert ear.heard == []


async def test_a_proxy_in_the_environment_is_not_used_on_loopback(
    slack: Slack, ear: Keeper, ana: Person, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    adapter = adapter_of(slack)
    await adapter.check()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(adapter.run(ear, KeptDesk()))
        await until(lambda: adapter.connected)
        await heard_after(slack, ear, ana, general)
        running.cancel()
    await adapter.close()
    assert ear.heard[0].author.name == "Ana"


async def test_no_task_is_left_when_it_has_ended(
    slack: Slack, serve: Serve, ear: Keeper, adapter: SlackAdapter
) -> None:
    before = asyncio.all_tasks()
    async with serve(ear):
        pass
    await adapter.close()
    await slack.until(lambda: slack.connections == 0)
    left = [repr(task) for task in asyncio.all_tasks() - before]
    assert not [task for task in left if "slack_sdk" in task or "adapters/slack" in task]
    assert not adapter.connected


async def test_an_app_that_is_shared_is_warned_of_once(
    slack: Slack, serve: Serve, ear: Keeper
) -> None:
    other = adapter_of(slack)
    await other.check()
    with capture_logs() as logged:
        async with serve(Keeper()), asyncio.TaskGroup() as tasks:
            running = tasks.create_task(other.run(ear, KeptDesk()))
            await until(lambda: other.connected)
            for _ in range(3):
                greeted = slack.greeted
                await slack.faults.disconnect("warning")
                await slack.until(lambda: slack.greeted >= greeted + 2)  # noqa: B023  - it has ended before the next round
                await slack.until(lambda: slack.connections == 2)
            running.cancel()
    await other.close()
    warned = [line["connections"] for line in logged if line["event"] == "slack_app_is_shared"]
    assert 1 <= len(warned) <= 2  # each of the two adapters, at most
    assert set(warned) == {2}


class Frames:
    """A Socket Mode server that sends what it is told, and keeps the acknowledgements."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self.acks: list[str] = []
        self.socket: web.WebSocketResponse | None = None
        self.base = ""

    async def api(self, request: web.Request) -> web.Response:
        """Every call but the socket's opening goes to the sandbox."""
        method = request.match_info["method"]
        if method == "apps.connections.open":
            return web.json_response({"ok": True, "url": f"ws{self.base[4:]}/link"})
        headers = {"Authorization": request.headers["Authorization"]}
        url = self._slack.api_url + method
        async with aiohttp.ClientSession() as session, session.post(url, headers=headers) as answer:
            return web.json_response(await answer.json())

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        """One socket."""
        self.socket = web.WebSocketResponse(autoping=True)
        await self.socket.prepare(request)
        await self.socket.send_json({"type": "hello", "num_connections": 1})
        async for frame in self.socket:
            self.acks.append(frame.json()["envelope_id"])
        return self.socket

    async def send(self, envelope_id: str, type_: str, payload: object) -> None:
        """One envelope."""
        assert self.socket is not None
        envelope = {"envelope_id": envelope_id, "type": type_, "payload": payload}
        await self.socket.send_json(envelope | {"accepts_response_payload": False})


@pytest.mark.parametrize(
    ("type_", "payload"),
    [
        ("events_api", {"event": {"type": "reaction_added", "user": "U1"}}),
        ("events_api", {"event": {"type": "message"}, "authorizations": "none"}),
        ("events_api", {"event": {"type": ["message"]}}),
        ("events_api", {"event": "message"}),
        ("events_api", {"event": {"type": "message", "channel": 7, "ts": {}}}),
        ("events_api", {"event": {"type": "message", "user": "U1", "ts": "1.1", "text": "hi"}}),
        ("events_api", {"type": "x", "event": {"type": "app_mention", "user": "U1", "ts": "1.1"}}),
        ("events_api", {}),
        ("slash_commands", {"command": "/claude", "text": "hi", "team_id": "T1"}),
        ("interactive", {"type": "block_actions", "actions": [{"action_id": "a"}]}),
        ("interactive", {"type": "view_closed", "view": {}}),
        ("interactive", {"type": "shortcut", "callback_id": "x"}),
        ("of_next_year", {"x": 1}),
    ],
)
async def test_every_other_envelope_is_acknowledged(
    slack: Slack,
    ear: Keeper,
    type_: str,
    payload: object,
    caplog: pytest.LogCaptureFixture,
) -> None:
    frames = Frames(slack)
    application = web.Application()
    application.router.add_route("*", "/api/{method}", frames.api)
    application.router.add_get("/link", frames.link)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    frames.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    adapter = SlackAdapter(
        bot_token=slack.bot_token,
        app_token=slack.app_token,
        api_url=f"{frames.base}/api",
        timing=QUICK,
    )
    with caplog.at_level(logging.DEBUG):
        await adapter.check()
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(adapter.run(ear, KeptDesk()))
            await until(lambda: frames.socket is not None and adapter.connected)
            await frames.send("E1", type_, payload)
            await until(lambda: frames.acks == ["E1"])
            running.cancel()
    await adapter.close()
    await runner.cleanup()
    assert ear.hints == []
    assert "Unhandled request" not in caplog.text


async def test_the_libraries_log_no_text_and_no_ticket_at_any_level(
    slack: Slack,
    serve: Serve,
    ear: Keeper,
    ana: Person,
    general: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    slack.faults.burn_ticket()
    async with serve(ear):
        ts = await slack.say(ana, general, "a canary sang")
        await slack.until(lambda: slack.acked(ts))
        await ear.threads[0].busy()
    said = "\n".join(caplog.messages) + caplog.text
    assert "Failed to connect" in said  # the burnt ticket is told of
    assert "canary" not in said
    assert "ticket=***" in said
    assert not any(f"ticket={character}" in said for character in "0123456789abcdef")
    assert slack.bot_token not in said
    assert slack.app_token not in said
