from pathlib import Path

from sandbox.claude import Claude
from sandbox.discord import Discord
from sandbox.house.environment import ROOT, chosen, for_bot, has_key
from sandbox.slack import Slack


def test_only_what_holds_in_the_sandbox_is_let_in(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "DISCORD_BOT_TOKEN=x\nPORT=8080\nLOG_LEVEL=DEBUG\nREDIS_URL=redis://prod\n"
        "ANTHROPIC_BASE_URL=https://gateway.example\nANTHROPIC_API_KEY=\n"
    )
    assert chosen({"SLACK_SIGNING_SECRET": "x", "LOG_LEVEL": "WARNING"}, tmp_path) == {
        "ANTHROPIC_BASE_URL": "https://gateway.example",
        "LOG_LEVEL": "WARNING",
    }


def test_what_is_blank_in_the_environment_does_not_hide_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ANTHROPIC_API_KEY=sk-1\n")
    assert has_key(chosen({"ANTHROPIC_API_KEY": " "}, tmp_path))


def test_a_key_in_the_environment_wins_over_a_file_of_one_in_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ANTHROPIC_API_KEY_FILE=key\n")
    assert chosen({"ANTHROPIC_API_KEY": "sk-2"}, tmp_path) == {"ANTHROPIC_API_KEY": "sk-2"}


def test_paths_that_exist_are_absolute_since_the_bot_runs_elsewhere(tmp_path: Path) -> None:
    for name in ("bot.toml", "other.toml", "key"):
        (tmp_path / name).touch()
    assert chosen({}, tmp_path) == {"BOT_CONFIG": str(tmp_path / "bot.toml")}
    given = {
        "BOT_CONFIG": "other.toml",
        "ANTHROPIC_API_KEY_FILE": "key",
        "BOT_REDIS_SERVER": "valkey-server",
    }
    assert chosen(given, tmp_path) == {
        "BOT_CONFIG": str(tmp_path / "other.toml"),
        "ANTHROPIC_API_KEY_FILE": str(tmp_path / "key"),
        "BOT_REDIS_SERVER": "valkey-server",
    }


async def test_the_bot_is_told_of_nothing_but_this_sandbox(tmp_path: Path) -> None:
    environ = {
        "PATH": "/bin",
        "HTTPS_PROXY": "http://proxy:3128",
        "PYTHONPATH": "/elsewhere",
        "PORT": "80",
        "REDIS_URL": "redis://prod",
        "DISCORD_BOT_TOKEN": "x",
        "SLACK_SIGNING_SECRET": "x",
        "ANTHROPIC_API_KEY": "sk-real",
        "ANTHROPIC_API_KEY_FILE": "key",
    }
    async with Slack() as slack, Discord() as discord, Claude() as claude:
        chosen_here = {"LOG_LEVEL": "DEBUG"}
        told = for_bot(
            environ, chosen_here, slack=slack, discord=discord, claude=claude, store=tmp_path
        )
        assert told == {
            "PATH": "/bin",
            "HTTPS_PROXY": "http://proxy:3128",
            "PYTHONPATH": f"{ROOT}:/elsewhere",
            "LOG_LEVEL": "DEBUG",
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_BOT_TOKEN": discord.bot_token,
            "BOT_DATA_DIR": str(tmp_path),
            "ANTHROPIC_BASE_URL": claude.base_url,
            "ANTHROPIC_API_KEY": claude.api_key,
        }


async def test_with_a_key_the_real_claude_is_asked(tmp_path: Path) -> None:
    async with Slack() as slack, Discord() as discord:
        key = {"ANTHROPIC_API_KEY": "sk-real", "ANTHROPIC_BASE_URL": "https://gateway.example"}
        told = for_bot({}, key, slack=slack, discord=discord, claude=None, store=tmp_path)
        assert key.items() <= told.items()
