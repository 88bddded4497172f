"""Discord: messages in over the gateway, answers out over the REST API."""

from adapters.discord.adapter import DiscordAdapter, build_bot
from adapters.discord.invite import invite_url

__all__ = ["DiscordAdapter", "build_bot", "invite_url"]
