# slack_sdk annotates with bare dicts, of which pyright knows nothing.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
import logging
from typing import Any

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, Slack

LOGGER = logging.getLogger("sdk")


class Bot:
    """Says hello to whoever mentions it, once."""

    def __init__(self) -> None:
        self.heard: set[str] = set()

    async def hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Take a request in as slack_sdk hands it over."""
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))
        event = request.payload["event"]
        if event["type"] == "app_mention" and event["ts"] not in self.heard:
            self.heard.add(event["ts"])
            await self._answer(client.web_client, event["channel"], event["ts"])

    async def _answer(self, web: AsyncWebClient, channel: str, thread: str) -> None:
        posted = await web.chat_postMessage(channel=channel, thread_ts=thread, text="…")
        blocks = [{"type": "markdown", "text": "**hello**"}]
        await web.chat_update(channel=channel, ts=str(posted["ts"]), text="hello", blocks=blocks)


async def test_slacks_own_sdk_hears_a_mention_answers_and_reconnects(
    slack: Slack, ana: Person, general: str
) -> None:
    async with aiohttp.ClientSession() as session:
        web = AsyncWebClient(slack.bot_token, slack.api_url, session=session, logger=LOGGER)
        client = SocketModeClient(slack.app_token, LOGGER, web, ping_interval=0.2)
        client.socket_mode_request_listeners.append(Bot().hear)
        await client.connect()  # type: ignore[no-untyped-call]
        first = await slack.say(ana, general, f"<@{slack.bot_user}> hi")
        await slack.until(lambda: slack.thread(general, first)[1].text == "**hello**")
        await slack.faults.disconnect("refresh_requested")
        await slack.until(lambda: slack.count("apps.connections.open") == 2)
        second = await slack.say(ana, general, f"<@{slack.bot_user}> again")
        await slack.until(lambda: slack.thread(general, second)[1].edits and slack.acked(second))
        page = await web.conversations_replies(channel=general, ts=second)
        messages: list[Any] = page.get("messages", [])
        assert [message["text"] for message in messages][1:] == ["hello"]
        await client.close()  # type: ignore[no-untyped-call]
