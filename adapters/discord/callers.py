"""Who gives a command or presses a button, and which conversation it is about; pure."""

from typing import Any

import discord

from adapters.discord.events import Where, called, called_alone, settings_place
from adapters.discord.reading import clean
from adapters.discord.responses import response_of
from bot.model import Author, Conversation, Standing
from bot.ports import Caller

Interaction = discord.Interaction[Any]


def caller(interaction: Interaction, place: Conversation) -> Caller:
    """Who is behind *interaction*, and what they may do in *place*."""
    may = interaction.permissions
    manages = interaction.guild_id is not None and (may.administrator or may.manage_channels)
    return Caller(
        author(interaction),
        place,
        settings_place(place.channel),
        manages=manages,
        is_direct=interaction.guild_id is None,
        language=interaction.locale.value,
    )


def author(interaction: Interaction) -> Author:
    """Who is behind *interaction*."""
    user = interaction.user
    standing = Standing.BOT if user.bot else Standing.MEMBER
    return Author(str(user.id), clean(user.display_name) or "somebody", standing)


def pressed_in(where: Where, message: discord.Message, turn: str) -> Conversation:
    """The conversation of the answer to *turn*, below which in *where* was pressed: *message*."""
    if message.flags.ephemeral:
        return called_alone(where, turn)
    return called(where, response_of(turn) or str(_root(message)))[0]


def _root(message: discord.Message) -> int:
    """The message that opens the conversation in which *message*, an answer of ours, stands."""
    # What could not open a thread stands in the channel, as a reply to the question. A response to
    # a command may refer to another message too, which it is about.
    replies = message.type is discord.MessageType.reply and message.interaction_metadata is None
    above = message.reference.message_id if replies and message.reference is not None else None
    return above or message.id
