"""A Discord with many people in it: guilds as they typically are, and talk that is not for us."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.discord import INVITED, Discord

CHANNELS, ROLES, THREADS = 30, 22, 8  # of a typical guild, which has three roles more by itself

_SENTENCE = (
    "the build on the second machine is slower than yesterday because somebody changed its cache "
    "again and we should look at the numbers before we decide what to do about it this week"
)
_WORDS = _SENTENCE.split()
_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Spot:
    """A channel or thread where people talk, and its guild."""

    guild: str
    channel: str
    is_thread: bool


async def populate(discord: Discord, guilds: int) -> tuple[Spot, ...]:
    """The channels and active threads of so many new guilds, the first guild's first."""
    ben = discord.person("Ben")
    spots: list[Spot] = []
    for number in range(guilds):
        guild = discord.guild(f"Guild {number}")
        for role in range(ROLES):
            discord.role(f"role-{role}", guild=guild)
        names = (f"channel-{channel}" for channel in range(CHANNELS))
        channels = [discord.channel(name, guild=guild, permissions=INVITED) for name in names]
        threads = [await discord.thread(one, "A thread", by=ben) for one in channels[:THREADS]]
        spots += (Spot(guild, channel, is_thread=False) for channel in channels)
        spots += (Spot(guild, thread, is_thread=True) for thread in threads)
    return tuple(spots)


def chatter(spots: Sequence[Spot], messages: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """What `MESSAGE_CREATE` tells of so many *messages* between others, spread over *spots*.

    About 1.15 kB each, as Discord sends them; nobody is mentioned, and nobody replied to.
    """
    dice = random.Random(seed)  # noqa: S311  - the same talk each time
    for number in range(messages):
        spot, words = dice.choice(spots), dice.choices(_WORDS, k=36)
        yield {
            "id": str((1 << 60) + number),
            "type": 0,
            "channel_id": spot.channel,
            "guild_id": spot.guild,
            "channel_type": 11 if spot.is_thread else 0,
            "content": " ".join(words),
            "timestamp": "2026-11-22T12:00:00.123000+00:00",
            "author": _author(number % _PEOPLE),
            "member": _MEMBER,
            "nonce": str((1 << 60) + number),
            **_PLAIN,
        }


def _author(number: int) -> dict[str, Any]:
    return {
        "id": str((1 << 59) + number),
        "username": f"somebody.{number}",
        "global_name": f"Somebody {number}",
        "discriminator": "0",
        "avatar": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        "public_flags": 0,
        "primary_guild": None,
        "clan": None,
        "collectibles": None,
        "display_name_styles": None,
        "avatar_decoration_data": None,
    }


_MEMBER: dict[str, Any] = {
    "roles": [str((1 << 58) + number) for number in range(3)],
    "joined_at": "2024-03-01T10:00:00.000000+00:00",
    "premium_since": None,
    "communication_disabled_until": None,
    "nick": None,
    "avatar": None,
    "banner": None,
    "pending": False,
    "mute": False,
    "deaf": False,
    "flags": 0,
}

_PLAIN: dict[str, Any] = {
    "edited_timestamp": None,
    "tts": False,
    "pinned": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
    "components": [],
    "flags": 0,
}
