"""Pure: the settings in force for one place, and where each of them comes from."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from bot.lineup import DEFAULT_TIERS
from bot.model import Effort, Price, Tier
from bot.presets import PRESETS
from bot.settings.overrides import UNCHANGED, Override
from bot.settings.places import path
from bot.settings.schema import (
    ChannelTable,
    LongPriceTable,
    PlaceTable,
    PriceTable,
    Table,
    TierTable,
)
from bot.settings.values import Settings
from bot.tiering import AUTO, below

BUILT_IN = "built in"
"""The origin of a value that nobody wrote."""


class Reply(enum.Enum):
    """Which messages are answered where the bot takes part; a DM always is."""

    THREAD = "thread"
    MENTION = "mention"
    ALL = "all"


class Pending(enum.Enum):
    """What becomes of questions that come while one is being answered."""

    WAIT = "wait"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds in one place; *origins* names each value's source, a tier's as ``tier.model``.

    *chosen* is the tier's name, or ``auto`` where each question chooses; *tier* is general then.
    *stand_ins* are the tiers to ask where *tier* cannot be, in turn; *lesser* is the one below it,
    None for the least.
    """

    prompt: str
    tier: Tier
    chosen: str
    reply: Reply
    pending: Pending
    retention_days: int
    origins: Mapping[str, str]
    stand_ins: tuple[Tier, ...] = ()
    lesser: Tier | None = None

    @property
    def merges(self) -> bool:
        """Whether questions that wait are answered together."""
        return self.pending is Pending.MERGE

    @property
    def retention(self) -> timedelta:
        """How long a conversation is kept behind its last word."""
        return timedelta(days=self.retention_days)


_DEFAULTS = PlaceTable(
    prompt=PRESETS["assistant"],
    tier="general",
    reply="thread",
    pending="wait",
    retention_days=30,
)


def _table(tier: Tier) -> TierTable:
    """A tier that is built in, in the shape of one that is written."""
    first, *later = map(asdict, tier.prices)
    del first["above"]  # the first price holds from the first token on
    return TierTable(
        model=tier.model,
        max_tokens=tier.max_tokens,
        effort=tier.effort.value,
        stop_sequences=tier.stop_sequences,
        fallback=tier.fallback or "",
        price=PriceTable(**first),
        long_price=LongPriceTable(**later[0]) if later else None,
    )


_UNNAMED = ChannelTable()  # stands for a channel that the file does not name
_TIERS = {name: _table(tier) for name, tier in DEFAULT_TIERS.items()}

_Layers = Sequence[tuple[str, Table]]  # the strongest first, each with its origin


def in_force(settings: Settings, place: str, override: Override = UNCHANGED) -> InForce:
    """What holds in *place* (``slack:C0123``), one that the file does not name included.

    Each value comes from the first that writes it: *override*, the channel, [defaults], what is
    built in. A tier of *override* that there is not any more is passed over.
    """
    layers = (_changed(settings, override), *_place_layers(settings, place))
    values, origins = _resolved(layers, PlaceTable)
    name = "general" if values["tier"] == AUTO else values["tier"]
    tier, tier_origins = tier_in_force(settings, place, name)
    return InForce(
        prompt=values["prompt"],
        tier=tier,
        chosen=values["tier"],
        reply=Reply(values["reply"]),
        pending=Pending(values["pending"]),
        retention_days=values["retention_days"],
        origins=origins | {f"tier.{key}": origin for key, origin in tier_origins.items()},
        stand_ins=stand_ins(settings, place, tier),
        lesser=lesser(settings, place, tier),
    )


def reply_in_force(settings: Settings, place: str) -> Reply:
    """The `reply` of `in_force`, at a hundredth of its cost: it is asked of every message."""
    written = (table.reply for table in _place_tables(settings, place))
    return Reply(next(reply for reply in written if reply is not None))


def tier_names(settings: Settings) -> tuple[str, ...]:
    """The tiers there are: those that need not be written first, then those of the file."""
    return tuple(dict.fromkeys((*_TIERS, *settings.tiers)))


def tier_in_force(settings: Settings, place: str, name: str) -> tuple[Tier, Mapping[str, str]]:
    """The tier *name* as it holds in *place*, and the origin of each of its keys.

    Each key comes from the first that writes it: the channel's `tiers`, [tiers], what is built in;
    for a tier of the operator's own, from `general` instead of what is built in.
    """
    values, origins = _resolved(list(_tier_layers(settings, place, name)), TierTable)
    return Tier(
        name=name,
        model=values["model"],
        max_tokens=values["max_tokens"],
        effort=Effort(values["effort"]),
        stop_sequences=values["stop_sequences"],
        temperature=values["temperature"],
        top_p=values["top_p"],
        fallback=values["fallback"] or None,
        prices=tuple(_prices(values["price"], values["long_price"])),
    ), origins


def _changed(settings: Settings, override: Override) -> tuple[str, PlaceTable]:
    known = override.tier == AUTO or override.tier in tier_names(settings)
    table = PlaceTable(
        prompt=override.prompt,
        tier=override.tier if known else None,
        retention_days=override.retention_days,
    )
    return (f"/claude ({override.by})" if override.by else "/claude", table)


def lesser(settings: Settings, place: str, tier: Tier) -> Tier | None:
    """The tier below *tier* as it holds in *place*; None for the least."""
    name = below(tier.name)
    return None if name is None else tier_in_force(settings, place, name)[0]


def stand_ins(settings: Settings, place: str, tier: Tier) -> tuple[Tier, ...]:
    """The tiers that are asked in *place* where *tier* cannot be, in turn."""
    found: list[Tier] = []
    # No chain of fallbacks leads back to itself: `checks` has refused such.
    while tier.fallback is not None:
        tier, _ = tier_in_force(settings, place, tier.fallback)
        found.append(tier)
    return tuple(found)


def _place_layers(settings: Settings, place: str) -> _Layers:
    file = settings.source.file
    origins = (f"{file} [{path('channels', place)}]", f"{file} [defaults]", BUILT_IN)
    return tuple(zip(origins, _place_tables(settings, place), strict=True))


def _place_tables(settings: Settings, place: str) -> tuple[PlaceTable, ...]:
    return _channel(settings, place), settings.defaults, _DEFAULTS


def _tier_layers(settings: Settings, place: str, name: str) -> Iterator[tuple[str, TierTable]]:
    file = settings.source.file
    if name in (overridden := _channel(settings, place).tiers):
        yield f"{file} [{path('channels', place, 'tiers', name)}]", overridden[name]
    if name in settings.tiers:
        yield f"{file} [{path('tiers', name)}]", settings.tiers[name]
    if name in _TIERS:
        yield BUILT_IN, _TIERS[name]
    else:
        for origin, table in _tier_layers(settings, place, "general"):
            yield origin, _for_another(table, name)


def _for_another(general: TierTable, name: str) -> TierTable:
    """What *general* lends to the tier *name*: all but a fallback to that very tier."""
    return general.model_copy(update={"fallback": ""}) if general.fallback == name else general


def _channel(settings: Settings, place: str) -> ChannelTable:
    return settings.channels.get(place, _UNNAMED)


def _resolved(layers: _Layers, table: type[Table]) -> tuple[dict[str, Any], dict[str, str]]:
    """Each key's value in the strongest layer that writes it, and that layer's origin."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for key in table.model_fields:
        for origin, layer in layers:
            origins[key], values[key] = origin, getattr(layer, key)
            if values[key] is not None:
                break
    return values, origins


def _prices(price: PriceTable, long_price: LongPriceTable | None) -> Iterator[Price]:
    for table in (price, long_price):
        if table:
            yield Price(**table.model_dump())
