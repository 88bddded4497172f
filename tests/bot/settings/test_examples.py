import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.settings import Settings, in_force, read, tier_in_force
from bot.settings.schema import (
    VARIABLES,
    BotToml,
    ChannelTable,
    LongPriceTable,
    PlaceTable,
    PriceTable,
    TierTable,
)

ROOT = Path(__file__).parents[3]
TOML = (ROOT / "bot.example.toml").read_text(encoding="utf-8")
ENV = (ROOT / ".env.example").read_text(encoding="utf-8")
# What has no default is shown in another manner, so that it stays out of what holds by default.
WITHOUT_DEFAULT = tomllib.loads("\n".join(re.findall(r"^#  (\w+ = .*)$", TOML, re.MULTILINE)))
UNCOMMENTED = re.sub(r"^#(?=[\[a-z_]+.*[=\]])", "", TOML, flags=re.MULTILINE)


def settings_from(folder: Path, toml: str) -> Settings:
    (folder / "bot.toml").write_text(toml, encoding="utf-8")
    return read({}, folder)


def test_the_example_as_it_is_changes_nothing(tmp_path: Path) -> None:
    nothing = read({}, tmp_path)
    example = settings_from(tmp_path, TOML)
    for name in ("language", "claude", "access", "budgets", "limits", "defaults", "channels"):
        assert getattr(example, name) == getattr(nothing, name)
    assert in_force(example, "slack:C01") == in_force(nothing, "slack:C01")


def test_the_example_tells_every_default_truly(tmp_path: Path) -> None:
    nothing = read({}, tmp_path)
    example = settings_from(tmp_path, UNCOMMENTED)
    for name in ("language", "claude", "access", "budgets", "limits"):
        assert getattr(example, name) == getattr(nothing, name)
    held, default = in_force(example, "slack:C9"), in_force(nothing, "slack:C9")
    assert replace(held, origins={}) == replace(default, origins={})
    for tier in ("complex", "general", "simple"):
        assert tier_in_force(example, "", tier)[0] == tier_in_force(nothing, "", tier)[0]


def test_the_example_shows_every_key_there_is() -> None:
    written = tomllib.loads(UNCOMMENTED)
    (channel,) = written["channels"].values()
    shown: dict[type[BaseModel], Any] = {
        BotToml: written,
        PlaceTable: written["defaults"],
        TierTable: written["tiers"]["simple"] | WITHOUT_DEFAULT,
        PriceTable: written["tiers"]["simple"]["price"],
        LongPriceTable: written["tiers"]["simple"]["long_price"],
        ChannelTable: channel,
    }
    for name in ("claude", "access", "budgets", "limits"):
        shown[type(getattr(BotToml(), name))] = written[name]
    for shape, table in shown.items():
        assert set(table) == set(shape.model_fields), shape


def test_the_environment_s_example_names_every_variable_and_sets_none(tmp_path: Path) -> None:
    named = set(re.findall(r"^#([A-Z_]+)=", ENV, flags=re.MULTILINE))
    assert named == set(VARIABLES)
    (tmp_path / ".env").write_text(ENV, encoding="utf-8")
    assert read({}, tmp_path).source.variables == {}


def test_what_has_no_default_is_shown_as_it_may_be_written(tmp_path: Path) -> None:
    written = "\n".join(f"{key} = {value}" for key, value in WITHOUT_DEFAULT.items())
    toml = f'[tiers.simple]\n{written}\n[claude]\napi_version = "2023-06-01"\n'
    tier, _ = tier_in_force(settings_from(tmp_path, toml), "", "simple")
    assert {key: getattr(tier, key) for key in WITHOUT_DEFAULT} == WITHOUT_DEFAULT
