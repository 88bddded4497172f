"""The shape of `bot.toml` and of the environment: which keys there are, and what each may hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings import kinds

Language = Literal["en", "ja"]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], kinds.Upper]
LogFormat = Literal["text", "json"]

# TOML has lists where we want tuples: the list itself is read leniently, what it holds is not.
_StopSequences = Annotated[tuple[kinds.StopSequence, ...], Field(strict=False)]
_People = Annotated[tuple[kinds.PersonId, ...], Field(strict=False)]
_Dollars = Annotated[float, Field(ge=0)]
_Seconds = Annotated[int, Field(ge=1, le=3600)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Cap = Annotated[int, Field(ge=0, le=10_000)]
LONGEST_RETENTION = 3650
"""Days; ten years."""


class Table(BaseModel):
    """A table of `bot.toml`: a key without a name here, or a value of another type, is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class PriceTable(Table):
    """USD for a million tokens; all four, since half a price makes a wrong bill."""

    input: _Dollars
    output: _Dollars
    cache_write: _Dollars
    cache_read: _Dollars


class LongPriceTable(PriceTable):
    """What the whole request costs once its prompt holds more than *above* tokens."""

    above: Annotated[int, Field(ge=1)]


class TierTable(Table):
    """What is written of a tier; None is not written, and comes from the layer below."""

    model: kinds.ModelId | None = None
    max_tokens: Annotated[int, Field(ge=1, le=128_000)] | None = None  # the most that Claude writes
    effort: Literal["low", "medium", "high"] | None = None
    stop_sequences: _StopSequences | None = None
    temperature: _Share | None = None  # these two have no default: not written is not sent
    top_p: _Share | None = None
    fallback: kinds.Fallback | None = None  # "" is written, and says: none
    price: PriceTable | None = None
    long_price: LongPriceTable | None = None


class PlaceTable(Table):
    """What is written of a place; None is not written, and comes from the layer below."""

    prompt: kinds.Prompt | None = None
    tier: kinds.ChosenTier | None = None
    reply: Literal["thread", "mention", "all"] | None = None
    pending: Literal["wait", "merge"] | None = None
    retention_days: Annotated[int, Field(ge=1, le=LONGEST_RETENTION)] | None = None


class ChannelTable(PlaceTable):
    """What is written of one channel; its tiers override keys of tiers that exist."""

    tiers: Mapping[str, TierTable] = Field(default_factory=dict[str, TierTable])


class ClaudeTable(Table):
    """How long a person waits, in seconds, how many tokens a request may hold, and which API."""

    patience_wait: _Seconds = 60
    patience_turn: _Seconds = 300
    patience_thinking: _Seconds = 300
    window_tokens: Annotated[int, Field(ge=100, le=1_000_000)] = 150_000
    api_version: kinds.ApiVersion = ""


class AccessTable(Table):
    """Who is answered, and who may change what; people as ``slack:U0123``."""

    admins: _People = ()
    users: _People = ()
    guests: bool = False
    external: bool = False
    bots: bool = False


class BudgetsTable(Table):
    """USD a day; 0 is no limit."""

    user: _Dollars = 0.0
    channel: _Dollars = 0.0
    total: _Dollars = 0.0


class LimitsTable(Table):
    """How many answers may be written at once; 0 is no limit."""

    answers_user: _Cap = 3
    answers_channel: _Cap = 20


class BotToml(Table):
    """The whole of `bot.toml`; an empty file is a good one."""

    language: Language = "en"
    defaults: PlaceTable = PlaceTable()
    tiers: Mapping[kinds.TierName, TierTable] = Field(default_factory=dict[str, TierTable])
    channels: Mapping[kinds.ChannelId, ChannelTable] = Field(
        default_factory=dict[str, ChannelTable]
    )
    claude: ClaudeTable = ClaudeTable()
    access: AccessTable = AccessTable()
    budgets: BudgetsTable = BudgetsTable()
    limits: LimitsTable = LimitsTable()


class Environment(BaseSettings):
    """The variables that are ours, each under its own name in capitals."""

    model_config = SettingsConfigDict(
        alias_generator=str.upper,
        case_sensitive=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    anthropic_api_key: kinds.Keys | None = None
    anthropic_api_key_file: Path | None = None
    anthropic_base_url: kinds.WebAddress | None = None
    slack_bot_token: kinds.SlackBotToken | None = None
    slack_bot_token_file: Path | None = None
    slack_app_token: kinds.SlackAppToken | None = None
    slack_app_token_file: Path | None = None
    slack_signing_secret: kinds.Secret | None = None
    slack_signing_secret_file: Path | None = None
    slack_api_url: kinds.WebAddress | None = None
    discord_bot_token: kinds.Secret | None = None
    discord_bot_token_file: Path | None = None
    discord_api_url: kinds.WebAddress | None = None
    redis_url: kinds.RedisAddress | None = None
    redis_url_file: Path | None = None
    bot_redis_server: Path | None = None
    bot_data_dir: Path = Path("data")
    bot_config: Path = Path("bot.toml")
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    log_level: LogLevel = "INFO"
    log_format: LogFormat = "text"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed over: `reading` asks the sources itself, to know who said what."""
        return (init_settings,)


VARIABLES = tuple(name.upper() for name in Environment.model_fields)
SECRETS = tuple(name.removesuffix("_FILE") for name in VARIABLES if name.endswith("_FILE"))
"""The variables whose value may also stand in a file that ``NAME_FILE`` names."""
