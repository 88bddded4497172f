"""The Bolt app: hands messages, presses and commands on, and acknowledges everything else."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from structlog import get_logger

from adapters.slack.buttons import PRESSED_TYPE
from adapters.slack.events import HEARD_TYPES, type_of
from adapters.slack.identity import Identity
from adapters.slack.logs import quiet_logger
from adapters.slack.orders import is_order
from adapters.slack.web import Web
from bot.errors import ParleyError, origin

_log = get_logger(__name__)

Take = Callable[[Mapping[str, object]], Awaitable[None]]


def build_app(us: Identity, web: Web, hear: Take, press: Take, obey: Take) -> AsyncApp:
    """A Bolt app that acknowledges a message when *hear* has returned, and never when it raised.

    What people press goes to *press*, and is acknowledged once that has returned. Commands, and
    what else is to be acknowledged at once, go to *obey*; their connection has done that before
    they come here.

    Must be called within a running loop.
    """

    async def authorize() -> AuthorizeResult:
        # Bolt would ask auth.test itself, and acknowledge and drop the event where that fails.
        # Whether an event is for this workspace is `events.read`'s to say, and to count.
        return AuthorizeResult(
            enterprise_id=us.enterprise,
            team_id=us.team,
            bot_id=us.bot,
            bot_user_id=us.user,
            bot_token=web.client().token,
        )

    app = AsyncApp(
        name="slack_bolt.parley",
        # Its warnings tell of tokens in the environment that it rightly does not use.
        logger=quiet_logger("slack_bolt", logging.ERROR),
        client=web.client(),
        # Given, it also keeps SLACK_CLIENT_ID in the environment from switching Bolt to OAuth.
        authorize=authorize,
        process_before_response=True,
        # An envelope came over a socket that our token opened; and our own echoes are counted.
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )

    async def heard(body: dict[str, Any]) -> None:
        await hear(body)

    async def acknowledge_the_rest(
        body: dict[str, Any], next_: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        # What no listener takes is not acknowledged by Bolt, and would be sent again.
        if type_of(body) in HEARD_TYPES:
            return await next_()
        if body.get("type") == PRESSED_TYPE:
            await press(body)
        elif is_order(body):
            await obey(body)
        return BoltResponse(status=200)

    registry = cast("Any", app)  # Bolt's own annotations are partly unknown
    registry.middleware(acknowledge_the_rest)
    for type_ in HEARD_TYPES:
        registry.event(type_)(heard)
    registry.error(_not_taken)
    return app


async def _not_taken(error: Exception) -> None:
    if isinstance(error, ParleyError):
        _log.warning("slack_event_not_taken", reason=str(error))
    else:
        # Without its words, which may quote what a person wrote.
        _log.error("slack_event_not_taken", fault=type(error).__name__, where=origin(error))
