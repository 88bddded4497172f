"""What an operator is told at start."""

import asyncio
import re

import pytest
from structlog.testing import capture_logs

from adapters.slack import SlackAdapter, manifest_text
from adapters.slack.proxies import proxy_for
from adapters.slack.setup import SCOPES
from bot.errors import SetupError
from bot.model import Conversation
from bot.sentences import explain
from sandbox.slack import Slack


async def refusal(
    slack: Slack,
    *,
    bot_token: str | None = None,
    app_token: str | None = None,
    api_url: str | None = None,
) -> str:
    """The sentence with which the adapter refuses to start; what is not given is right."""
    adapter = SlackAdapter(
        bot_token=bot_token or slack.bot_token,
        app_token=app_token or slack.app_token,
        api_url=api_url or slack.api_url,
    )
    with pytest.raises(SetupError) as error:
        await adapter.check()
    await adapter.close()
    return explain(error.value)


async def test_a_good_set_up_passes_and_may_be_checked_again(adapter: SlackAdapter) -> None:
    await adapter.check()
    assert adapter.platform == "slack"
    assert not adapter.connected


async def test_each_wrong_token_is_named(slack: Slack) -> None:
    assert "SLACK_BOT_TOKEN: Slack refused it (invalid_auth)" in await refusal(
        slack, bot_token="xoxb-wrong"
    )
    assert "SLACK_APP_TOKEN: Slack refused it (invalid_auth)" in await refusal(
        slack, app_token="xapp-wrong"
    )


async def test_a_token_that_was_good_once_is_named_too(slack: Slack) -> None:
    slack.faults.reject_auth("token_revoked")
    assert "SLACK_BOT_TOKEN: Slack refused it (token_revoked)" in await refusal(slack)


async def test_swapped_tokens_are_seen_without_asking(slack: Slack) -> None:
    swapped = await refusal(slack, bot_token=slack.app_token, app_token=slack.bot_token)
    assert "are swapped" in swapped
    assert slack.calls == []
    assert "are swapped" in await refusal(slack, app_token=slack.bot_token)


async def test_without_an_indispensable_scope_it_does_not_start(slack: Slack) -> None:
    slack.scopes = ",".join(SCOPES - {"users:read", "chat:write"})
    sentence = await refusal(slack)
    assert "lacks chat:write, users:read." in sentence
    assert "install the app again" in sentence


async def test_another_scope_that_is_missing_is_missed_in_the_log(slack: Slack) -> None:
    slack.scopes = ",".join(SCOPES - {"im:history", "mpim:history"})
    adapter = SlackAdapter(
        bot_token=slack.bot_token, app_token=slack.app_token, api_url=slack.api_url
    )
    with capture_logs() as lines:
        await adapter.check()
    await adapter.close()
    assert [line["scopes"] for line in lines] == [["im:history", "mpim:history"]]


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_slack_that_is_away_is_told_of(slack: Slack, method: str) -> None:
    slack.faults.html(method)
    assert "(HTTP 502)" in await refusal(slack)
    slack.faults.refuse(method, "ratelimited", retry_after=30)
    assert "(rate limited)" in await refusal(slack)
    nowhere = "http://127.0.0.1:9/api/"
    assert await refusal(slack, api_url=nowhere) == (
        f"{nowhere}: Slack could not be asked who we are (ClientConnectorError)."
        " Check the network, the proxy and SLACK_API_URL."
    )


async def test_nothing_is_opened_before_we_know_who_we_are() -> None:
    adapter = SlackAdapter(bot_token="xoxb-1", app_token="xapp-1")
    with pytest.raises(RuntimeError, match="check"):
        adapter.open(Conversation("slack", "T1", "C1", None))
    await adapter.close()


def test_the_manifest_asks_for_exactly_the_scopes_that_are_checked() -> None:
    asked = manifest_text().partition("scopes:")[2].partition("settings:")[0]
    scopes = re.findall(r"- ([\w:.]+)", asked)
    assert sorted(scopes) == sorted(SCOPES)
    assert "agent_view" not in manifest_text()


def test_proxies_are_used_as_the_environment_says_but_never_for_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://proxy:3128")
    monkeypatch.setenv("no_proxy", "internal.example")
    assert proxy_for("https://slack.com/api/") == "http://proxy:3128"
    assert proxy_for("https://slack.internal.example/api/") is None
    for host in ("127.0.0.1", "127.1.2.3", "localhost", "api.localhost", "[::1]"):
        assert proxy_for(f"http://{host}:8000/api/") is None
    monkeypatch.delenv("https_proxy")
    assert proxy_for("https://slack.com/api/") is None


async def test_an_answer_of_another_shape_is_no_clear_answer(slack: Slack) -> None:
    answers = [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[1]",
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"ok":',
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"\xff"',
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\nnull",
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"ok": true}',
        b"HTTP/1.1 429 Slow\r\nContent-Type: text/html\r\nRetry-After: 3\r\n\r\n<html>",
        b"nonsense\r\n\r\n",
    ]
    for answer in answers:

        async def serve(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes = answer
        ) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        sentence = await refusal(slack, api_url=f"http://127.0.0.1:{port}/api")
        assert "could not be asked" in sentence
        server.close()
        await server.wait_closed()
