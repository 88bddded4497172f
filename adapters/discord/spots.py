"""What a guild tells of itself as a session begins: where somebody spoke, and until when; pure."""

from collections.abc import Iterator

import discord

from adapters.discord.events import Where
from adapters.discord.missed import Spot

_Talkative = discord.TextChannel | discord.VoiceChannel | discord.StageChannel


def youngest(guild: discord.Guild) -> int:
    """The youngest thing that *guild* tells of; what is said there later comes as an event."""
    places = [*guild.channels, *guild.threads]
    said = (spot.last for spot in spots_of(guild, 0))
    return max([guild.id, *(place.id for place in places), *said])  # it may show us no place


def spots_of(guild: discord.Guild, us: int) -> Iterator[Spot]:
    """The places of *guild* where somebody has said something; we are the user *us*."""
    here = str(guild.id)
    channels: list[_Talkative] = [
        *guild.text_channels,
        *guild.voice_channels,
        *guild.stage_channels,
    ]
    for channel in channels:
        if channel.last_message_id is not None:
            yield Spot(Where(here, str(channel.id)), channel.last_message_id)
    for thread in guild.threads:
        if thread.last_message_id is not None:
            where = Where(here, str(thread.id), str(thread.parent_id))
            yield Spot(where, thread.last_message_id, is_ours=thread.owner_id == us)


def is_open_to(guild: discord.Guild, place: int, user: int) -> bool:
    """Whether *user* may read the history of *place*; True where *guild* does not tell."""
    member = guild.get_member(user)
    channel = guild.get_channel_or_thread(place)
    if member is None or channel is None:
        return True
    try:
        granted = channel.permissions_for(member)
    except discord.ClientException:  # a thread whose channel we are not told of
        return False
    return granted.view_channel and granted.read_message_history
