from pathlib import Path

from bot.settings import stated_tiers
from tests.bot.settings.written import settings_of


def told(folder: Path, toml: str) -> list[tuple[str, str, str, bool]]:
    stated = stated_tiers(settings_of(folder, toml))
    return [(one.tier.name, one.tier.model, one.origin, one.wanted) for one in stated]


def test_of_the_tiers_that_nobody_wrote_the_one_in_use_is_wanted(tmp_path: Path) -> None:
    assert told(tmp_path, "") == [
        ("complex", "claude-opus-5-5", "built in", False),
        ("general", "claude-sonnet-5-5", "built in", True),
        ("simple", "claude-haiku-5-5", "built in", False),
    ]


def test_a_tier_that_is_written_used_or_fallen_back_to_is_wanted(tmp_path: Path) -> None:
    toml = """
    [tiers.mine]
    model = "ours"
    fallback = "simple"
    [channels."slack:C01"]
    tier = "complex"
    [channels."slack:C02".tiers.simple]
    model = "theirs"
    """
    assert told(tmp_path, toml) == [
        ("complex", "claude-opus-5-5", "built in", True),
        ("general", "claude-sonnet-5-5", "built in", True),
        ("simple", "claude-haiku-5-5", "built in", True),
        ("mine", "ours", "bot.toml [tiers.mine]", True),
        ("simple", "theirs", 'bot.toml [channels."slack:C02".tiers.simple]', True),
    ]
