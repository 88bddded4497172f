"""What the bot's process is told: where this sandbox is, and what the user chose that holds here.

The bot runs in a folder of its own, so that no `.env` but through here reaches it: a token of a
real platform or the address of a real store has no business in the sandbox.
"""

from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from sandbox.claude import Claude
from sandbox.discord import Discord
from sandbox.slack import Slack

ROOT = Path(__file__).parents[2]
"""The checkout, where the bot is found."""

REAL_CLAUDE = ("ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY_FILE", "ANTHROPIC_BASE_URL")
"""The variables by which the real Claude is asked."""

MACHINE = ("BOT_REDIS_SERVER", "LOG_LEVEL")
"""The variables that say how this machine runs the bot, whoever talks to it."""

_HOLDS_HERE = (*REAL_CLAUDE, *MACHINE, "BOT_CONFIG")
_PATHS = ("ANTHROPIC_API_KEY_FILE", "BOT_CONFIG", "BOT_REDIS_SERVER")
_THE_BOTS_OWN = ("ANTHROPIC_", "BOT_", "DISCORD_", "LOG_", "PORT", "REDIS_", "SLACK_")


def chosen(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What the user chose in *environ* and in *folder*'s files that holds in the sandbox too.

    As for the bot itself, *environ* wins and blank is absent; a path that exists is absolute.
    """
    dotenv = _present(dotenv_values(folder / ".env"))
    process = _present(environ)
    if has_key(process):
        dotenv = {name: value for name, value in dotenv.items() if not _is_key(name)}
    told = {"BOT_CONFIG": "bot.toml"} if (folder / "bot.toml").exists() else {}
    told |= {name: value for name, value in (dotenv | process).items() if name in _HOLDS_HERE}
    return told | {name: _absolute(told[name], folder) for name in _PATHS if name in told}


def has_key(variables: Mapping[str, str]) -> bool:
    """Whether *variables* hold a key of the real Claude, or name the file that does."""
    return any(_is_key(name) for name in variables)


def for_bot(
    environ: Mapping[str, str],
    choices: Mapping[str, str],
    *,
    slack: Slack,
    discord: Discord,
    claude: Claude | None,
    store: Path,
) -> dict[str, str]:
    """The environment of a bot that serves *slack* and *discord*, and asks *claude*.

    Without a *claude* it asks the real one. *environ* is this process's own, for all that is not
    the bot's: PATH, HOME, a proxy.
    """
    machine = {name: v for name, v in environ.items() if not name.startswith(_THE_BOTS_OWN)}
    path = [str(ROOT), *filter(None, [environ.get("PYTHONPATH")])]
    simulated = {
        "PYTHONPATH": ":".join(path),
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_BOT_TOKEN": discord.bot_token,
        "BOT_DATA_DIR": str(store),
    }
    if claude is not None:
        simulated |= {"ANTHROPIC_BASE_URL": claude.base_url, "ANTHROPIC_API_KEY": claude.api_key}
    return machine | dict(choices) | simulated


def _is_key(name: str) -> bool:
    return name in ("ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY_FILE")


def _present(variables: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if value and value.strip()}


def _absolute(path: str, folder: Path) -> str:
    # A program may also be the name of one on PATH; what does not exist, the bot itself tells.
    return str((folder / path).absolute()) if (folder / path).exists() else path
