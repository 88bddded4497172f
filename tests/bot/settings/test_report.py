import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.settings import report
from bot.settings.report import masked
from tests.bot.settings.written import settings_of

TOML = """
language = "ja"
[defaults]
prompt = "two\\nlines"
[tiers.swift]
max_tokens = 900
stop_sequences = ["END", "STOP"]
[channels."slack:C01"]
tier = "complex"
[channels."slack:C01".tiers.simple]
effort = "high"
[claude]
patience_wait = 5
[access]
users = ["slack:U01", "slack:U02"]
[limits]
answers_user = 1
"""


def sections(text: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """The report as title -> name -> (value, origin)."""
    return {
        title: {row[0]: tuple(row[1:]) for row in (re.split(r" {2,}", ln[2:]) for ln in lines)}
        for title, *lines in (section.split("\n") for section in text.split("\n\n"))
    }


def test_the_report_names_each_value_and_its_origin(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-1")
    told = sections(
        report(
            settings_of(
                tmp_path,
                TOML,
                env="LOG_LEVEL=debug\n",
                ANTHROPIC_API_KEY="sk-ant-api03-abc",
                SLACK_BOT_TOKEN_FILE="token",
                SLACK_APP_TOKEN="xapp-1",
                PORT="80",
            )
        )
    )
    variables = told["Variables"]
    assert variables["ANTHROPIC_API_KEY"] == ("sk-ant-…", "environment")
    assert variables["SLACK_BOT_TOKEN"] == ("xoxb-…", "SLACK_BOT_TOKEN_FILE")
    assert variables["LOG_LEVEL"] == ("DEBUG", ".env")
    assert variables["LOG_FORMAT"] == ("text", "built in")
    assert variables["PORT"] == ("80", "environment")
    assert variables["REDIS_URL"] == ("not set",)
    assert variables["BOT_DATA_DIR"] == (str(tmp_path / "data"), "built in")
    everywhere = told["bot.toml"]
    assert everywhere["language"] == ("ja", "bot.toml")
    assert everywhere["claude.patience_wait"] == ("5", "bot.toml")
    assert everywhere["claude.patience_turn"] == ("300", "built in")
    assert everywhere["access.users"] == ("slack:U01, slack:U02", "bot.toml")
    assert everywhere["access.guests"] == ("false", "built in")
    assert told["[tiers.swift]"]["max_tokens"] == ("900", "bot.toml [tiers.swift]")
    assert told["[tiers.swift]"]["stop_sequences"] == ("END, STOP", "bot.toml [tiers.swift]")
    assert told["[tiers.swift]"]["fallback"] == ("-", "built in")
    assert told["[tiers.simple]"]["long_price"] == (
        "above 100000 input 0.5 output 2.5 cache_write 0.625 cache_read 0.05",
        "built in",
    )
    channel = told["slack:C01"]
    assert channel["prompt"] == ("two lines", "bot.toml [defaults]")
    assert channel["tier"] == ("complex", 'bot.toml [channels."slack:C01"]')
    assert channel["reply"] == ("thread", "built in")
    assert channel["tiers.complex.model"] == ("claude-opus-5-5", "built in")
    assert channel["tiers.simple.effort"] == (
        "high",
        'bot.toml [channels."slack:C01".tiers.simple]',
    )
    assert told["Every channel without a word of its own"]["tier"] == ("general", "built in")
    assert everywhere["limits.answers_user"] == ("1", "bot.toml")
    assert "Missing for a run:" not in told


def test_a_report_without_any_token_says_what_is_missing_and_nearly_there(tmp_path: Path) -> None:
    text = report(settings_of(tmp_path, SLACK_APP_TOKEN="xapp-1", ANTHROPIC_APIKEY="x"))
    assert "bot.toml (there is no such file: defaults hold)" in text
    assert sections(text)["Variables"]["SLACK_APP_TOKEN"] == ("set", "environment")
    missing, near = text.split("\n\n")[-2:]
    assert missing.startswith("Missing for a run:\n  ANTHROPIC_API_KEY is not set")
    assert "\n  SLACK_BOT_TOKEN is not set" in missing
    assert near.endswith("\n  ANTHROPIC_APIKEY is not read; did you mean ANTHROPIC_API_KEY?")


def test_columns_line_up_where_letters_are_wide_and_long_prompts_are_cut(tmp_path: Path) -> None:
    toml = '[defaults]\nprompt = "日本語\\u202e[2J"\n[channels."slack:C01"]\nprompt = "'
    text = report(settings_of(tmp_path, toml + "x" * 500 + '"\n'))
    assert "\u202e" not in text
    rows = text.partition("Every channel")[2].split("\n\n")[0].split("\n")[1:3]
    prompt, tier = (
        row.rindex("bot.toml") if "bot.toml" in row else row.rindex("built in") for row in rows
    )
    assert tier - prompt == 3  # three letters that take two columns each
    assert max(map(len, text.split("\n"))) < 140


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("xoxb-123-abc", "xoxb-…"),
        ("xapp-1-A", "xapp-…"),
        ("sk-ant-api03-x", "sk-ant-…"),
        ("whatever", "…"),
        ("redis://h:6379/0", "redis://h:6379/0"),
        ("redis://user:pw@h:6379/0", "redis://…@h:6379/0"),
        ("rediss://:p%40w@[::1]:6379", "rediss://…@[::1]:6379"),
        ("unix:///run/redis.sock?db=1&password=pw", "unix:///run/redis.sock?…"),
        ("redis://:p/w@h/0", "redis://…"),
        ("redis://:p?w@h/0", "redis://…"),
        ("redis://:p#w@h/0", "redis://…"),
        ("redis://h/0?password=p@w", "redis://…"),
        ("redis://pw with blanks", "redis://…"),
    ],
)
def test_a_secret_shows_its_kind_and_an_address_its_host_only(secret: str, shown: str) -> None:
    assert masked(SecretStr(secret)) == shown


@given(password=st.text("abc/?#@:[]% ", min_size=1).map(lambda rest: f"CANARY{rest}CANARY"))
def test_no_password_is_ever_shown_however_it_is_written(password: str) -> None:
    for address in (f"redis://:{password}@h:1/0", f"redis://h:1/0?password={password}"):
        assert "CANARY" not in masked(SecretStr(address))


def test_no_secret_stands_in_a_report_or_in_the_settings_own_words(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        ANTHROPIC_API_KEY="sk-ant-CANARY",
        ANTHROPIC_BASE_URL="https://me:CANARY@gateway/x?key=CANARY",
        SLACK_BOT_TOKEN="xoxb-CANARY",
        SLACK_APP_TOKEN="xapp-CANARY",
        SLACK_SIGNING_SECRET="CANARY",
        DISCORD_BOT_TOKEN="CANARY",
        REDIS_URL="redis://:CANARY@h",
    )
    assert "CANARY" not in report(settings)
    assert "CANARY" not in repr(settings).replace(str(settings.anthropic_base_url), "")
