"""The address at which the owner of a server invites our bot."""

from typing import Final

import discord

from adapters.discord.client import Asker
from adapters.discord.setup import log_in
from adapters.discord.web import API_URL

# What the code needs, and nothing that only an administrator has: 377957239872.
PERMISSIONS: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    create_private_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    add_reactions=True,
)


async def invite_url(bot_token: str, api_url: str | None = None) -> str:
    """The address, for the application that *bot_token* belongs to. Raises SetupError."""
    url = api_url or API_URL
    async with Asker(url) as caller:
        application = await log_in(caller, bot_token, url)
    return discord.utils.oauth_url(
        application.id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )
