from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lineup import DEFAULT_TIERS
from bot.model import Effort, Price
from bot.settings import (
    InForce,
    Pending,
    Reply,
    Settings,
    in_force,
    read,
    reply_in_force,
    tier_in_force,
    tier_names,
)
from bot.settings.schema import ChannelTable, PlaceTable, TierTable
from tests.bot.settings.written import settings_of

NOTHING = read({}, Path("/nonexistent"))


def settings_with(**tables: Any) -> Settings:
    """Settings where nothing is written but *tables*."""
    values = {name: getattr(NOTHING, name) for name in Settings.__slots__}
    return Settings(**values | tables)


def test_where_nothing_is_written_what_is_built_in_holds() -> None:
    held = in_force(NOTHING, "slack:C01")
    assert held.prompt.startswith("You are Claude")
    assert held.tier == DEFAULT_TIERS["general"]
    assert held.tier.name == "general"
    assert (held.reply, held.pending, held.retention_days) == (Reply.THREAD, Pending.WAIT, 30)
    assert set(held.origins.values()) == {"built in"}


@pytest.mark.parametrize("name", DEFAULT_TIERS)
def test_a_tier_that_nobody_wrote_is_the_one_that_is_built_in(name: str) -> None:
    assert tier_in_force(NOTHING, "slack:C01", name)[0] == DEFAULT_TIERS[name]


def test_a_channel_wins_over_defaults_and_these_over_what_is_built_in(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        """
        [defaults]
        prompt = "for all"
        reply = "mention"
        pending = "merge"
        [channels."slack:C01"]
        prompt = "for one"
        tier = "simple"
        reply = "all"
        """,
    )
    one, other = in_force(settings, "slack:C01"), in_force(settings, "slack:C02")
    assert (one.prompt, one.tier.name, one.reply, one.pending) == (
        "for one",
        "simple",
        Reply.ALL,
        Pending.MERGE,
    )
    assert (other.prompt, other.tier.name, other.reply) == ("for all", "general", Reply.MENTION)
    assert one.origins["prompt"] == 'bot.toml [channels."slack:C01"]'
    assert one.origins["pending"] == other.origins["prompt"] == "bot.toml [defaults]"
    assert one.origins["retention_days"] == "built in"


def test_a_tier_is_overridden_key_by_key_and_in_one_channel_only(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        """
        [tiers.general]
        max_tokens = 5000
        stop_sequences = ["END"]
        [channels."slack:C01".tiers.general]
        max_tokens = 700
        effort = "high"
        """,
    )
    one, other = in_force(settings, "slack:C01"), in_force(settings, "slack:C02")
    assert (one.tier.max_tokens, one.tier.effort) == (700, Effort.HIGH)
    assert (other.tier.max_tokens, other.tier.effort) == (5000, Effort.LOW)
    assert one.tier.stop_sequences == other.tier.stop_sequences == ("END",)
    assert one.tier.model == "claude-sonnet-5-5"
    assert one.origins["tier.max_tokens"] == 'bot.toml [channels."slack:C01".tiers.general]'
    assert other.origins["tier.max_tokens"] == "bot.toml [tiers.general]"
    assert one.origins["tier.model"] == "built in"


def test_a_new_tier_takes_from_general_what_it_does_not_write(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        """
        [tiers.general]
        max_tokens = 5000
        price = { input = 1, output = 2, cache_write = 3, cache_read = 4 }
        [tiers.swift]
        model = "claude-haiku-5-5"
        [channels."slack:C01".tiers.general]
        effort = "high"
        """,
    )
    assert tier_names(settings) == ("complex", "general", "simple", "swift")
    swift, origins = tier_in_force(settings, "slack:C01", "swift")
    assert (swift.name, swift.model, swift.max_tokens) == ("swift", "claude-haiku-5-5", 5000)
    assert swift.effort is Effort.HIGH
    assert swift.prices == (Price(1, 2, 3, 4),)
    assert origins["max_tokens"] == "bot.toml [tiers.general]"
    assert origins["effort"] == 'bot.toml [channels."slack:C01".tiers.general]'


def test_a_new_tier_does_not_take_a_fallback_to_itself(tmp_path: Path) -> None:
    toml = '[tiers.general]\nfallback = "swift"\n[tiers.swift]\n[tiers.other]\n'
    settings = settings_of(tmp_path, toml)
    assert tier_in_force(settings, "slack:C01", "general")[0].fallback == "swift"
    assert tier_in_force(settings, "slack:C01", "swift")[0].fallback is None
    assert tier_in_force(settings, "slack:C01", "other")[0].fallback == "swift"


def test_a_long_price_holds_above_its_tokens(tmp_path: Path) -> None:
    toml = """
    [tiers.general]
    long_price = { above = 9, input = 1, output = 2, cache_write = 3, cache_read = 4 }
    """
    settings = settings_of(tmp_path, toml)
    first, long = in_force(settings, "slack:C01").tier.prices
    assert first == DEFAULT_TIERS["general"].prices[0]
    assert long == Price(1, 2, 3, 4, above=9)


PLACES = {
    "prompt": st.text(st.characters(exclude_categories=["Cc", "Cs"])),
    "tier": st.sampled_from(list(DEFAULT_TIERS)),
    "reply": st.sampled_from(["thread", "mention", "all"]),
    "pending": st.sampled_from(["wait", "merge"]),
    "retention_days": st.integers(1, 3650),
}
TIERS = {
    "model": st.sampled_from(["claude-opus-5-5", "a-gateway-s-own"]),
    "max_tokens": st.integers(1, 128_000),
    "effort": st.sampled_from(["low", "medium", "high"]),
    "stop_sequences": st.lists(st.text().filter(str.strip), max_size=2).map(tuple),
}


def shown(held: InForce) -> dict[str, Any]:
    tier = {f"tier.{key}": getattr(held.tier, key) for key in TIERS}
    tier["tier.effort"] = held.tier.effort.value
    return tier | {
        "prompt": held.prompt,
        "tier": held.tier.name,
        "reply": held.reply.value,
        "pending": held.pending.value,
        "retention_days": held.retention_days,
    }


@given(
    defaults=st.fixed_dictionaries({}, optional=PLACES),
    channel=st.fixed_dictionaries({}, optional=PLACES),
    tier=st.fixed_dictionaries({}, optional=TIERS),
    tier_here=st.fixed_dictionaries({}, optional=TIERS),
)
def test_each_value_is_that_of_the_strongest_layer_that_writes_it(
    defaults: dict[str, Any],
    channel: dict[str, Any],
    tier: dict[str, Any],
    tier_here: dict[str, Any],
) -> None:
    name = channel.get("tier") or defaults.get("tier") or "general"
    settings = settings_with(
        defaults=PlaceTable(**defaults),
        tiers={name: TierTable(**tier)},
        channels={"slack:C01": ChannelTable(**channel, tiers={name: TierTable(**tier_here)})},
    )
    held = in_force(settings, "slack:C01")
    nothing = shown(in_force(NOTHING, "slack:C01"))
    built_in = {
        key: shown(in_force(settings_with(defaults=PlaceTable(tier=name)), "slack:C01"))[key]
        for key in nothing
        if key.startswith("tier.")
    }
    below = {f"tier.{key}": value for key, value in tier.items()}
    above = {f"tier.{key}": value for key, value in tier_here.items()}
    assert shown(held) == nothing | built_in | defaults | below | channel | above
    for key, origin in held.origins.items():
        written = {
            'bot.toml [channels."slack:C01"]': channel,
            f'bot.toml [channels."slack:C01".tiers.{name}]': above,
            "bot.toml [defaults]": defaults,
            f"bot.toml [tiers.{name}]": below,
        }
        assert origin == "built in" or key in written[origin]
    for place in ("slack:C01", "slack:C02"):
        assert reply_in_force(settings, place) is in_force(settings, place).reply


def test_the_tiers_that_stand_in_are_told_in_turn(tmp_path: Path) -> None:
    toml = '[tiers.complex]\nfallback = "general"\n[tiers.general]\nfallback = "simple"\n'
    settings = settings_of(tmp_path, toml + '[channels."slack:C01"]\ntier = "complex"\n')
    assert [tier.name for tier in in_force(settings, "slack:C01").stand_ins] == [
        "general",
        "simple",
    ]
    assert [tier.name for tier in in_force(settings, "slack:C02").stand_ins] == ["simple"]
