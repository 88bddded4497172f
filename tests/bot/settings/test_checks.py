from pathlib import Path

import pytest

from bot.settings import missing, report, tier_in_force
from tests.bot.settings.written import complaints_of, settings_of

SOUND = {"ANTHROPIC_API_KEY": "sk-ant-1", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


@pytest.mark.parametrize(
    ("toml", "where"),
    [
        ('[defaults]\ntier = "genral"', "defaults.tier"),
        ('[channels."slack:C01"]\ntier = "genral"', 'channels."slack:C01".tier'),
        ('[tiers.complex]\nfallback = "genral"', "tiers.complex.fallback"),
        (
            '[channels."slack:C01".tiers.complex]\nfallback = "genral"',
            'channels."slack:C01".tiers.complex.fallback',
        ),
        ('[channels."slack:C01".tiers.genral]', 'channels."slack:C01".tiers.genral'),
    ],
)
def test_a_tier_that_does_not_exist_is_told_wherever_it_is_named(
    tmp_path: Path, toml: str, where: str
) -> None:
    (told,) = complaints_of(tmp_path, toml)
    assert told.startswith(f"bot.toml: {where}: there is no such tier; there are complex, general")
    assert told.endswith('; did you mean "general"?')


def test_a_tier_of_ones_own_exists_once_it_is_written(tmp_path: Path) -> None:
    settings_of(tmp_path, '[defaults]\ntier = "mine"\n[tiers.mine]\nfallback = "simple"\n')


def test_fallbacks_that_go_in_a_circle_are_told_once(tmp_path: Path) -> None:
    toml = '[tiers.complex]\nfallback = "general"\n[tiers.general]\nfallback = "complex"\n'
    toml += '[channels."slack:C01"]\n[channels."slack:C02"]\n'
    (told,) = complaints_of(tmp_path, toml)
    assert told.startswith("bot.toml: tiers: fallbacks lead back to where they began (complex ->")


def test_a_tier_that_falls_back_to_itself_is_told(tmp_path: Path) -> None:
    toml = '[tiers.complex]\nfallback = "simple"\n[tiers.simple]\nfallback = "simple"\n'
    (told,) = complaints_of(tmp_path, toml)
    assert "(simple -> simple)" in told


def test_a_circle_that_a_channel_closes_is_told_there(tmp_path: Path) -> None:
    toml = '[tiers.complex]\nfallback = "general"\n[channels."slack:C01".tiers.general]\n'
    (told,) = complaints_of(tmp_path, toml + 'fallback = "complex"\n')
    assert told.startswith('bot.toml: channels."slack:C01".tiers: fallbacks lead back')


def test_a_chain_of_fallbacks_that_ends_is_fine(tmp_path: Path) -> None:
    toml = '[tiers.complex]\nfallback = "general"\n[tiers.general]\nfallback = "simple"\n'
    settings_of(tmp_path, toml + '[channels."slack:C01".tiers.general]\nfallback = ""\n')


@pytest.mark.parametrize(
    ("without", "given", "told"),
    [
        ("ANTHROPIC_API_KEY", {}, ["ANTHROPIC_API_KEY is not set"]),
        ("SLACK_APP_TOKEN", {}, ["SLACK_APP_TOKEN is not set, though SLACK_BOT_TOKEN is"]),
        ("SLACK_APP_TOKEN", {"SLACK_SIGNING_SECRET": "s"}, ["SLACK_SIGNING_SECRET asks for"]),
        ("SLACK_BOT_TOKEN", {}, ["SLACK_BOT_TOKEN is not set, though another of Slack's"]),
        (None, {"SLACK_SIGNING_SECRET": "s"}, []),
        (None, {}, []),
    ],
)
def test_what_a_run_lacks_is_no_error_of_reading_and_is_told_when_asked(
    tmp_path: Path, without: str | None, given: dict[str, str], told: list[str]
) -> None:
    environ = {name: value for name, value in SOUND.items() if name != without}
    lacks = missing(settings_of(tmp_path, **environ, **given))
    assert len(lacks) == len(told)
    assert all(line.startswith(begin) for line, begin in zip(lacks, told, strict=True))


def test_no_platform_at_all_is_not_a_matter_of_missing_tokens(tmp_path: Path) -> None:
    assert missing(settings_of(tmp_path, ANTHROPIC_API_KEY="sk-ant-1")) == ()


SAMPLING = """
[tiers.mine]
temperature = 0.2
[channels."slack:C01".tiers.simple]
top_p = 0.9
"""


@pytest.mark.parametrize("version", ["", "2026-10-21", "2027-01-01"])
def test_temperature_and_top_p_are_refused_where_the_api_takes_them_no_more(
    tmp_path: Path, version: str
) -> None:
    told = complaints_of(tmp_path, f'{SAMPLING}[claude]\napi_version = "{version}"\n')
    assert [line.partition(": Claude's API refuses this since")[0] for line in told] == [
        "bot.toml: tiers.mine.temperature",
        'bot.toml: channels."slack:C01".tiers.simple.top_p',
    ]
    assert all("version 2026-10-21" in line and "[claude] api_version" in line for line in told)


@pytest.mark.parametrize("version", ["2023-01-01", "2023-06-01"])
def test_temperature_and_top_p_are_taken_with_an_older_version_of_the_api(
    tmp_path: Path, version: str
) -> None:
    settings = settings_of(tmp_path, f'{SAMPLING}[claude]\napi_version = "{version}"\n')
    mine, _ = tier_in_force(settings, "slack:C01", "mine")
    simple, _ = tier_in_force(settings, "slack:C01", "simple")
    assert (mine.temperature, mine.top_p) == (0.2, None)
    assert (simple.temperature, simple.top_p) == (None, 0.9)
    assert tier_in_force(settings, "slack:C02", "simple")[0].top_p is None
    assert "temperature" in report(settings)
