"""Shell: the settings in force, what people changed by command included, as of a moment ago."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import structlog

from bot.errors import StoreAway
from bot.model import Turn
from bot.settings import (
    UNCHANGED,
    InForce,
    Override,
    Settings,
    in_force,
    lesser,
    stand_ins,
    tier_in_force,
    tier_names,
)
from bot.store import Changed, Overrides
from bot.tiering import AUTO, automatic

log = structlog.get_logger(__name__)

LOOK = 1.0  # seconds between two looks at what another process may have changed


class Panel:
    """Knows what holds where. While the store is away, what was known last holds."""

    def __init__(self, settings: Settings, overrides: Overrides) -> None:
        self.settings = settings
        self._overrides = overrides
        self._known: Mapping[str, Override] = {}
        self._version = -1

    def in_force(self, place: str) -> InForce:
        """What holds in *place*, from the next answer on."""
        return in_force(self.settings, place, self._known.get(place, UNCHANGED))

    def for_question(self, place: str, question: Turn) -> InForce:
        """What holds in *place* for *question*, which may have chosen a tier of its own."""
        mode = self.in_force(place)
        name = question.tier or (automatic(question.text) if mode.chosen == AUTO else mode.chosen)
        if name == mode.tier.name or name not in tier_names(self.settings):
            return mode
        tier, _ = tier_in_force(self.settings, place, name)
        others = stand_ins(self.settings, place, tier)
        return replace(mode, tier=tier, stand_ins=others, lesser=lesser(self.settings, place, tier))

    def learn(self, done: Changed) -> None:
        """Have *done*, which the store holds by then, hold here without a look."""
        self._known = {**self._known, done.place: done.after}

    async def look(self) -> None:
        """Learn what was changed. Raises StoreAway."""
        version = await self._overrides.version()
        if version != self._version:
            self._known = await self._overrides.read()
            self._version = version

    async def watch(self) -> None:
        """Learn of changes within a second or so, until cancelled."""
        while True:
            try:
                await self.look()
            except StoreAway as error:
                log.debug("overrides_away", error=str(error))  # the sweeper tells of the store
            await asyncio.sleep(LOOK)
