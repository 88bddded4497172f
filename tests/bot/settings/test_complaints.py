import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.sentences import LANGUAGES
from bot.settings.complaints import Problems
from bot.settings.schema import BotToml, Environment, Language
from tests.bot.settings.written import complaints_of

SOUND = """
language = "en"
[defaults]
prompt = "p"
tier = "general"
reply = "thread"
pending = "wait"
retention_days = 30
[tiers.simple]
model = "claude-haiku-5-5"
max_tokens = 16000
effort = "low"
stop_sequences = ["a"]
temperature = 0.5
top_p = 1
fallback = ""
price = { input = 0.1, output = 0.5, cache_write = 0.1, cache_read = 0.01 }
long_price = { above = 9, input = 0.5, output = 2.5, cache_write = 0.6, cache_read = 0.05 }
[channels."slack:C01"]
prompt = "q"
[channels."slack:C01".tiers.simple]
effort = "high"
[claude]
api_version = "2023-06-01"
patience_wait = 60
patience_turn = 300
patience_thinking = 300
window_tokens = 150000
[access]
admins = ["slack:U01"]
users = []
guests = false
external = false
bots = false
[budgets]
user = 0.0
channel = 0.0
total = 0.0
[limits]
answers_user = 3
answers_channel = 20
"""


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        (
            '[channels."slack:C01"]\nteir = "x"',
            'channels."slack:C01".teir: unknown key; did you mean "tier"?',
        ),
        ("[chanels]", 'chanels: unknown key; did you mean "channels"?'),
        ("[defaults]\nzzz = 1", "defaults.zzz: unknown key"),
        (
            "[tiers.mine.price]\ninput=1\noutputs=1\ncache_write=1\ncache_read=1",
            "tiers.mine.price: the key output is missing; a table of prices needs all of its keys",
        ),
        ("[defaults]\nprompt = 5", "defaults.prompt: expected text in quotes, got 5"),
        ("[defaults]\nprompt = 1979-05-27", "defaults.prompt: expected text in quotes, got 1979"),
        (
            '[defaults]\nreply = "thred"',
            'defaults.reply: expected one of "thread", "mention", "all", got "thred"; did you mean',
        ),
        (
            "[defaults]\nreply = true",
            'defaults.reply: expected one of "thread", "mention", "all", got true',
        ),
        ("[defaults]\nretention_days = 3651", "defaults.retention_days: expected at most 3650"),
        ("[defaults]\nretention_days = 0", "defaults.retention_days: expected at least 1, got 0"),
        ('[defaults]\nretention_days = "30"', "defaults.retention_days: expected a whole number"),
        ("[tiers.x]\nmax_tokens = 128001", "tiers.x.max_tokens: expected at most 128000"),
        ("[tiers.x]\nmax_tokens = true", "tiers.x.max_tokens: expected a whole number, got true"),
        ("[tiers.x]\nmax_tokens = 0x" + "f" * 5_000, "tiers.x.max_tokens: expected at most 128000"),
        ('[tiers.x]\neffort = "max"', 'tiers.x.effort: expected one of "low", "medium", "high"'),
        ('[tiers.x]\nmodel = " "', "tiers.x.model: a model needs a name"),
        (
            '[tiers.x]\nmodel = "claude-opus-4-20250514"',
            "tiers.x.model: claude-opus-4-20250514 was retired on 2026-06-15",
        ),
        (
            '[channels."slack:C1".tiers.simple]\nmodel = "claude-haiku-3-5-20241022"',
            'channels."slack:C1".tiers.simple.model: claude-haiku-3-5-20241022 never existed',
        ),
        (
            '[tiers.x]\nstop_sequences = "END"',
            'tiers.x.stop_sequences: expected a list in [brackets], got "END"',
        ),
        ("[tiers.x]\nstop_sequences = [1]", "tiers.x.stop_sequences[0]: expected text in quotes"),
        (
            '[tiers.x]\nstop_sequences = ["END", "", " \\t"]',
            "tiers.x.stop_sequences[1]: the stop sequence is blank; Claude refuses such a one",
        ),
        (
            '[tiers.x]\nstop_sequences = [" \\n"]',
            "tiers.x.stop_sequences[0]: the stop sequence is blank; Claude refuses such a one",
        ),
        (
            '[defaults]\nprompt = "a\\u0000b"',
            "defaults.prompt: the text holds the control character U+0000; of these only line",
        ),
        (
            '[channels."slack:C1"]\nprompt = "\\u001b[2J"',
            'channels."slack:C1".prompt: the text holds the control character U+001B; of these',
        ),
        ('[defaults]\nprompt = "\\u0085"', "defaults.prompt: the text holds the control character"),
        ("[tiers.auto]", 'tiers.auto: "auto" is no tier'),
        ('[tiers.x]\nfallback = "auto"', 'tiers.x.fallback: "auto" is no tier'),
        ('[tiers."my tier"]', 'tiers."my tier": not a name for a tier'),
        ("tiers = 3", "tiers: expected a table, got 3"),
        ("[tiers]\nx = [1]", "tiers.x: expected a table, got a list"),
        ("[channels.general]", "channels.general: not a channel; write platform and channel id"),
        ('[channels."slak:C1"]', 'channels."slak:C1": not a channel'),
        ('[access]\nadmins = ["@bob"]', "access.admins[0]: not a person"),
        ('[access]\nguests = "yes"', 'access.guests: expected true or false, got "yes"'),
        ("[tiers.x]\ntemperature = 1.1", "tiers.x.temperature: expected at most 1"),
        (
            '[claude]\napi_version = "latest"',
            "claude.api_version: expected a version of the API, which is a date",
        ),
        ("[budgets]\nuser = nan", "budgets.user: expected a number, got nan"),
        ('[budgets]\nuser = "1"', 'budgets.user: expected a number, got "1"'),
        ("[budgets]\nuser = {}", "budgets.user: expected a number, got a table"),
        ("[budgets]\ntotal = -0.5", "budgets.total: expected at least 0"),
        ("[limits]\nanswers_user = -1", "limits.answers_user: expected at least 0, got -1"),
        ('language = "de"', 'language: expected one of "en", "ja", got "de"'),
    ],
)
def test_each_mistake_in_the_file_is_told_with_its_place(
    tmp_path: Path, toml: str, told: str
) -> None:
    assert complaints_of(tmp_path, toml)[0].startswith(f"bot.toml: {told}")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("PORT", "http", 'expected a whole number, got "http"'),
        ("PORT", "0", 'expected at least 1, got "0"'),
        ("PORT", "65536", 'expected at most 65535, got "65536"'),
        ("PORT", "9" * 5_000, "expected a whole number"),
        ("LOG_FORMAT", "jsn", 'expected one of "text", "json", got "jsn"; did you mean "json"?'),
        ("LOG_LEVEL", "verbose", 'expected one of "DEBUG", "INFO", "WARNING", "ERROR"'),
        ("ANTHROPIC_BASE_URL", "api.example.com", "expected an address that begins with http://"),
        ("ANTHROPIC_BASE_URL", "https://", "expected an address that begins with http://"),
        ("SLACK_API_URL", "http://[::1", "expected an address that begins with http://"),
        ("SLACK_API_URL", "http://h:port/", "expected an address that begins with http://"),
        ("DISCORD_API_URL", "http://h /x", "expected an address that begins with http://"),
        ("REDIS_URL", "localhost:6379", "expected an address that begins with one of redis://"),
        ("REDIS_URL", "redis://", "expected an address that begins with one of redis://"),
        ("ANTHROPIC_API_KEY", '"sk-ant"', "the quotes around the value are part of it"),
        ("ANTHROPIC_API_KEY", "sk-ant-1, sk-änt", "the value holds a blank"),
        ("ANTHROPIC_API_KEY", ",", "the value holds a blank"),
        ("ANTHROPIC_API_KEY", "sk-ant-1 'sk-ant-2'", "the quotes around the value are part of it"),
        ("ANTHROPIC_API_KEY", "sk-änt", "the value holds a blank"),
        ("DISCORD_BOT_TOKEN", "a\tb", "the value holds a blank"),
        ("SLACK_BOT_TOKEN", "xapp-1", "a token that begins with xapp- belongs in SLACK_APP_TOKEN"),
        ("SLACK_APP_TOKEN", "xoxb-1", "a token that begins with xoxb- belongs in SLACK_BOT_TOKEN"),
        ("SLACK_BOT_TOKEN", "xoxp-1", "a token that begins with xoxp- is of another kind"),
    ],
)
def test_each_mistake_in_a_variable_is_told_with_its_name(
    tmp_path: Path, variable: str, value: str, told: str
) -> None:
    (line,) = complaints_of(tmp_path, **{variable: value})
    assert line.startswith(f"environment: {variable}: {told}")


@pytest.mark.parametrize("variable", ["ANTHROPIC_API_KEY", "REDIS_URL", "SLACK_BOT_TOKEN"])
def test_no_sentence_repeats_a_secret(tmp_path: Path, variable: str) -> None:
    for value in ("canary canary", '"canary"', "xapp-canary ", "xoxp-canary", "kanäry://canary"):
        for line in complaints_of(tmp_path, env="PORT=http", **{variable: value}):
            assert "canary" not in line


def test_a_long_value_is_cut_and_its_line_breaks_do_not_break_ours(tmp_path: Path) -> None:
    (told,) = complaints_of(tmp_path, '[defaults]\nreply = "a\\nb' + "c" * 500 + '"')
    assert '"a\\nb' in told
    assert len(told) < 200


def paths(tree: Any, *above: str) -> Iterator[tuple[str, ...]]:
    if isinstance(tree, dict):
        for key, below in cast("dict[str, Any]", tree).items():
            yield (*above, key)
            yield from paths(below, *above, key)


def told_of(shape: type[BotToml | Environment], tree: dict[str, Any]) -> tuple[list[str], int]:
    """The sentences told of *tree*, and how many errors there are to be told."""
    problems = Problems()
    try:
        shape.model_validate(tree)
    except ValidationError as error:
        if shape is BotToml:
            problems.of_toml(error, "bot.toml")
        else:
            problems.of_environment(error, dict.fromkeys(tree, "environment"))
        return problems.sentences, error.error_count()
    return [], 0


WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.dates(),
    st.lists(st.integers() | st.text(), max_size=3),
    st.dictionaries(st.text(), st.integers() | st.text(), max_size=3),
)


@given(data=st.data())
def test_whatever_replaces_a_value_or_a_key_there_is_a_settings_or_a_sentence(
    data: st.DataObject,
) -> None:
    tree = tomllib.loads(SOUND)
    *above, last = data.draw(st.sampled_from(list(paths(tree))))
    table = tree
    for key in above:
        table = table[key]
    table[data.draw(st.just(last) | st.text())] = data.draw(WRONG)
    told, errors = told_of(BotToml, tree)
    assert len(told) == errors
    assert all(line.startswith("bot.toml: ") for line in told)
    assert all(len(line.splitlines()) == 1 for line in told)
    assert not any("another kind of value" in line for line in told)


@given(
    variable=st.sampled_from(["PORT", "LOG_LEVEL", "REDIS_URL", "SLACK_API_URL"]), text=st.text()
)
def test_whatever_a_variable_holds_there_is_a_value_or_a_sentence(variable: str, text: str) -> None:
    told, errors = told_of(Environment, {variable: text})
    assert len(told) == errors


def test_the_languages_of_the_file_are_those_of_the_sentences() -> None:
    assert get_args(Language) == LANGUAGES
