"""What was read, as one frozen value: the settings that the rest of the bot is built from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.settings.schema import (
    AccessTable,
    BudgetsTable,
    ChannelTable,
    ClaudeTable,
    Language,
    LimitsTable,
    LogFormat,
    LogLevel,
    PlaceTable,
    TierTable,
)


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """What Slack gave us; *api_url* is None for Slack's own."""

    bot_token: SecretStr
    app_token: SecretStr | None
    signing_secret: SecretStr | None
    api_url: str | None


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """What Discord gave us; *api_url* is None for Discord's own."""

    bot_token: SecretStr
    api_url: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where the settings were read from.

    *file* is the configuration file as the user named it, *exists* whether it is there. *variables*
    holds the origin of each of our variables that is set: ``environment``, ``.env``, or the
    variable that names the file a secret stands in; *files* holds that file. *keys* are the keys
    written in the configuration file outside of places and tiers, as ``claude.patience_wait``.
    *near_misses* are pairs: a variable that is nobody's, and the one of ours that may be meant.
    """

    file: str
    exists: bool
    variables: Mapping[str, str]
    files: Mapping[str, Path]
    keys: frozenset[str]
    near_misses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """All that was set, with defaults where nothing was.

    A platform is None without its bot token. *redis_url* is None for the embedded store, which lies
    in *data_dir* and runs *redis_server*, None for the one that comes with us. *port* is None for
    no HTTP. *defaults*, *tiers* and *channels* are what is written; `in_force` joins them.
    """

    language: Language
    anthropic_api_key: SecretStr | None
    anthropic_base_url: str | None
    slack: SlackSettings | None
    discord: DiscordSettings | None
    redis_url: SecretStr | None
    redis_server: Path | None
    data_dir: Path
    port: int | None
    log_level: LogLevel
    log_format: LogFormat
    claude: ClaudeTable
    access: AccessTable
    budgets: BudgetsTable
    limits: LimitsTable
    defaults: PlaceTable
    tiers: Mapping[str, TierTable]
    channels: Mapping[str, ChannelTable]
    source: Source
