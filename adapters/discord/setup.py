"""Proves the token at start, and learns from Discord who we are and what we may read."""

import discord
from structlog import get_logger

from adapters.discord.calls import discords_errors
from bot.errors import PlatformError, SetupError

_log = get_logger(__name__)


async def log_in(caller: discord.Client, token: str, url: str) -> discord.AppInfo:
    """Our application, once *caller* is logged in. Raises SetupError with the way out."""
    try:
        with discords_errors("login"):
            await _logged_in(caller, token)
            return await caller.application_info()
    except PlatformError as error:
        reason: object = error.arguments.get("reason", error.arguments.get("code", "rate limited"))
        raise SetupError("discord.not_reached", url=url, reason=reason) from error


def reads_content(application: discord.AppInfo) -> bool:
    """Whether we may read what does not mention us; where not, the log says what that means."""
    flags = application.flags
    granted = flags.gateway_message_content or flags.gateway_message_content_limited
    if not granted:
        # What mentions us, and DMs, can be read without it; the rest comes without its text.
        _log.warning("discord_mentions_only", switched_off="Message Content Intent")
    if application.interactions_endpoint_url is not None:
        _log.warning("discord_interactions_elsewhere")
    return granted


async def _logged_in(caller: discord.Client, token: str) -> None:
    try:
        await caller.login(token)
    except discord.LoginFailure as error:
        raise SetupError("discord.bad_token") from error
