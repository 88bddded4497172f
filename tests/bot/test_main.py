"""The command line: what an operator types, reads and gets as an exit code."""

import asyncio
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import accounts, showing
from bot.__main__ import main
from bot.model import Author
from bot.settings import in_force, read
from bot.settings.schema import SECRETS
from bot.store import Ledger, Overrides, connect
from tests.bot.store.books import BEN, entry

OURS = (
    *SECRETS,
    *(f"{name}_FILE" for name in SECRETS),
    *("BOT_CONFIG", "PORT", "SLACK_API_URL", "DISCORD_API_URL"),
)


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[CliRunner]:
    """A shell in an empty folder, with nothing of ours in its environment."""
    with contextlib.chdir(tmp_path):
        yield CliRunner(env=dict.fromkeys(OURS))


def typed(cli: CliRunner, line: str, **environ: str) -> Result:
    return cli.invoke(main, line.split(), env=environ)


KEY = {"ANTHROPIC_API_KEY": "sk-ant-canary"}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_APP_TOKEN": "xapp-canary"}


@pytest.mark.parametrize("line", ["", "run"])
def test_without_a_platform_the_two_ways_on_are_named(cli: CliRunner, line: str) -> None:
    result = typed(cli, line, **KEY)
    assert result.exit_code == 2
    assert "SLACK_BOT_TOKEN" in result.stderr
    assert "python -m bot sandbox" in result.stderr


def test_a_missing_token_is_named(cli: CliRunner) -> None:
    result = typed(cli, "run", **KEY, SLACK_BOT_TOKEN="xoxb-canary")
    assert result.exit_code == 2
    assert "SLACK_APP_TOKEN" in result.stderr
    assert "canary" not in result.output


def test_a_missing_key_is_named(cli: CliRunner) -> None:
    result = typed(cli, "run", **SLACK)
    assert (result.exit_code, "ANTHROPIC_API_KEY" in result.stderr) == (2, True)


@pytest.mark.parametrize("line", ["run", "invite discord"])
def test_a_discord_that_cannot_be_reached_is_told(cli: CliRunner, line: str) -> None:
    discord = {"DISCORD_BOT_TOKEN": "can.ar.y", "DISCORD_API_URL": "http://127.0.0.1:9/api"}
    result = typed(cli, line, **KEY, **discord)
    assert result.exit_code == 2
    assert "127.0.0.1:9" in result.stderr
    assert "can.ar.y" not in result.output


def test_an_invitation_needs_a_token(cli: CliRunner) -> None:
    result = typed(cli, "invite discord")
    assert (result.exit_code, "DISCORD_BOT_TOKEN" in result.stderr) == (2, True)


def test_a_slack_that_cannot_be_reached_is_told(cli: CliRunner) -> None:
    result = typed(cli, "run", **KEY, **SLACK, SLACK_API_URL="http://127.0.0.1:9/api/")
    assert result.exit_code == 2
    assert "127.0.0.1:9" in result.stderr
    assert "canary" not in result.output


def test_a_wrong_key_in_the_file_is_told_with_its_place(cli: CliRunner) -> None:
    Path("bot.toml").write_text('[defaults]\ntier = "genral"\n')
    for line in ("run", "settings"):
        result = typed(cli, line, **KEY)
        assert result.exit_code == 2
        assert "bot.toml: defaults.tier" in result.stderr
        assert 'did you mean "general"?' in result.stderr


def test_settings_prints_what_is_in_force_with_origins_and_without_secrets(
    cli: CliRunner,
) -> None:
    Path("bot.toml").write_text('[channels."slack:C1"]\ntier = "complex"\n')
    result = typed(cli, "settings", **KEY, **SLACK)
    assert result.exit_code == 0
    assert "claude-opus-5-5" in result.stdout
    assert 'bot.toml [channels."slack:C1"]' in result.stdout
    assert "canary" not in result.output


async def change(store_url: str) -> None:
    async with connect(store_url, name="test") as client:
        overrides, ana = Overrides(client), Author("U1", "Ana\x1b[2J")
        await overrides.put("slack:C1", ana, at=0, prompt="Be brief.")
        await overrides.put("discord:7", ana, at=0, tier="auto")


def rows_of(report: str, title: str) -> set[tuple[str, ...]]:
    """The rows below *title* of what `settings` prints, their columns apart."""
    section = report.partition(f"{title}\n")[2].partition("\n\n")[0]
    return {tuple(re.split(r" {2,}", row.strip())) for row in section.splitlines()}


def test_settings_tells_what_was_changed_by_command_as_the_chat_does(
    cli: CliRunner, store_url: str
) -> None:
    written = '[defaults]\nprompt = "Be kind."\n[channels."slack:C1"]\ntier = "complex"\n'
    Path("bot.toml").write_text(written)
    asyncio.run(change(store_url))
    result = typed(cli, "settings", REDIS_URL=store_url)
    settings = read({"REDIS_URL": store_url}, Path.cwd())
    for place in ("slack:C1", "discord:7"):
        told = showing.settings(
            in_force(settings, place, asyncio.run(accounts.changed(settings))[place]), "en"
        )
        for row in re.findall(r"^- `([a-z_]+)`: (.*?) \(([/b].*)\)$", told, re.MULTILINE):
            shown = tuple(" ".join(column.replace("\x1b", " ").split()) for column in row)
            assert shown in rows_of(result.stdout, place)
    assert ("prompt", "Be brief.", "/claude (Ana [2J)") in rows_of(result.stdout, "slack:C1")
    assert "\x1b" not in result.stdout


def test_settings_without_its_store_says_what_is_not_shown(cli: CliRunner) -> None:
    result = typed(cli, "settings", REDIS_URL="redis://127.0.0.1:9/0")
    assert (result.exit_code, "LOG_LEVEL" in result.stdout) == (0, True)
    assert result.stderr.startswith("What was changed by command is not shown, since the store")


def test_settings_looks_into_no_store_that_was_never_opened(cli: CliRunner) -> None:
    assert typed(cli, "settings").exit_code == 0
    assert not list(Path.cwd().iterdir())


async def spend(store_url: str) -> None:
    async with connect(store_url, name="test") as client:
        await Ledger(client).settle(None, entry("t1", cost=1_500_000_000))
        await Ledger(client).settle(None, entry("t2", BEN, cost=250_000_000))


def test_usage_tells_what_the_store_knows(cli: CliRunner, store_url: str) -> None:
    asyncio.run(spend(store_url))
    result = typed(cli, "usage", REDIS_URL=store_url)
    assert result.exit_code == 0
    assert "What everybody used" in result.stdout
    assert "USD             1.7500   1.7500   1.7500" in result.stdout
    assert "Ana    1.5000 ████████████████" in result.stdout


def test_usage_as_csv_has_a_row_for_each_person(cli: CliRunner, store_url: str) -> None:
    asyncio.run(spend(store_url))
    result = typed(cli, "usage --csv --days 1", REDIS_URL=store_url)
    assert result.exit_code == 0
    header, *rows = result.stdout.splitlines()
    assert header.startswith("day,user,name,channel,tier,")
    assert [row.split(",")[2] for row in rows] == ["Ana", "Ben"]


def test_usage_looks_into_the_store_that_the_bot_brings_along(cli: CliRunner) -> None:
    result = typed(cli, "usage")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Nothing in the last 30 days." in result.stdout


def test_usage_says_which_store_it_cannot_use(cli: CliRunner) -> None:
    result = typed(cli, "usage", REDIS_URL="redis://localhost:6379?unknown=1")
    assert (result.exit_code, "redis://localhost:6379" in result.stderr) == (2, True)


@pytest.mark.parametrize("days", ["0", "401", "many"])
def test_usage_goes_back_as_far_as_the_store_does(cli: CliRunner, days: str) -> None:
    assert typed(cli, f"usage --days {days}").exit_code == 2


def test_the_manifest_can_be_pasted(cli: CliRunner) -> None:
    result = typed(cli, "manifest slack")
    assert result.exit_code == 0
    assert "socket_mode_enabled: true" in result.stdout


def test_help_names_every_command(cli: CliRunner) -> None:
    result = typed(cli, "--help")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in main.commands)
