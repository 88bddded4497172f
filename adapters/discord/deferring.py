"""Tells Discord within its three seconds that a command was heard, before anything is done."""

import asyncio
from typing import Final

from structlog import get_logger

from adapters.discord.callers import Interaction
from adapters.discord.calls import discords_errors
from adapters.discord.trouble import code_of
from bot.errors import Denied, PlatformError, Unreachable

_log = get_logger(__name__)

_ACKNOWLEDGED: Final = 40060  # somebody has answered that interaction
_PROMPT: Final = 1.2  # seconds; Discord gives us three, and then there is time for a second try


async def deferred(interaction: Interaction, *, alone: bool = False) -> int | None:
    """The id of our response, which shows the caller *alone*, or everybody, that we think.

    None where Discord does not take it: it came too late, or another process was faster.
    """
    try:
        try:
            with discords_errors("defer"):
                async with asyncio.timeout(_PROMPT):
                    return await _answered(interaction, alone=alone)
        except Unreachable as lost:
            # It may have been taken all the same: then the second is told so.
            _log.info("discord_deferral_repeated", reason=str(lost))
            return await _answered_after_all(interaction, alone=alone)
    except PlatformError as error:
        _log.warning("discord_command_lost", reason=str(error))
        return None


async def _answered(interaction: Interaction, *, alone: bool) -> int:
    """The id of our response, by which everybody, or the caller *alone*, sees that we think."""
    with discords_errors("defer"):
        answered = await interaction.response.defer(ephemeral=alone, thinking=True)
        told = answered.message_id if answered is not None else None
        return told or (await interaction.original_response()).id


async def _answered_after_all(interaction: Interaction, *, alone: bool) -> int:
    try:
        return await _answered(interaction, alone=alone)
    except Denied as denied:
        if code_of(denied) != _ACKNOWLEDGED:
            raise
    with discords_errors("defer"):
        return (await interaction.original_response()).id
