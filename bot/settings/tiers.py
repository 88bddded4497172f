"""Pure: every tier that is in force anywhere, and whether somebody wants it."""

from collections.abc import Iterator
from typing import NamedTuple

from bot.model import Tier
from bot.settings.in_force import in_force, tier_in_force, tier_names
from bot.settings.values import Settings


class Stated(NamedTuple):
    """A tier as it holds in some place; *origin* is its model's.

    *wanted*: the file writes of it, a place uses it, or a tier falls back to it.
    """

    tier: Tier
    origin: str
    wanted: bool


def stated_tiers(settings: Settings) -> Iterator[Stated]:
    """The tiers as they hold for every channel, then those that a channel has otherwise."""
    places = ("", *settings.channels)
    used = {in_force(settings, place).tier.name for place in places}
    used |= {
        tier_in_force(settings, place, name)[0].fallback or ""
        for place in places
        for name in tier_names(settings)
    }
    for place in places:
        written = settings.channels[place].tiers if place else settings.tiers
        for name in written if place else tier_names(settings):
            tier, origins = tier_in_force(settings, place, name)
            yield Stated(tier, origins["model"], name in used or name in written)
