"""The calls themselves: what is told of a token that is refused."""

from collections.abc import AsyncGenerator

import pytest
from structlog.testing import capture_logs

from adapters.slack.web import Web
from bot.errors import Unreachable
from sandbox.slack import Slack


@pytest.fixture
async def web(slack: Slack) -> AsyncGenerator[Web]:
    one = Web(slack.bot_token, slack.api_url)
    yield one
    await one.close()


@pytest.mark.parametrize(
    "code", ["account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"]
)
async def test_a_refused_token_is_told_of_once_a_minute_and_may_be_good_again(
    slack: Slack, web: Web, code: str
) -> None:
    slack.faults.reject_auth(code)
    with capture_logs() as logged:
        for _ in range(3):
            with pytest.raises(Unreachable):
                await web.read("users.info", user=slack.bot_user)
    assert [(line["event"], line["log_level"], line["code"]) for line in logged] == [
        ("slack_token_refused", "error", code)
    ]
    slack.faults.accept_auth()
    await web.read("users.info", user=slack.bot_user)


async def test_other_refusals_and_those_at_start_are_not_told_of_here(
    slack: Slack, web: Web
) -> None:
    slack.faults.reject_auth("token_revoked")
    with capture_logs() as logged:
        with pytest.raises(Unreachable):
            await web.write("auth.test")
        slack.faults.accept_auth()
        slack.faults.refuse("users.info", "internal_error")
        with pytest.raises(Unreachable):
            await web.read("users.info", user=slack.bot_user)
    assert logged == []
