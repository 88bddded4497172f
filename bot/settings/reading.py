"""Reads the settings: the environment and `bot.toml` together, or a line for each thing wrong."""

import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.settings.checks import check
from bot.settings.complaints import Problems
from bot.settings.places import quoted
from bot.settings.schema import BotToml, Environment
from bot.settings.values import DiscordSettings, Settings, SlackSettings, Source
from bot.settings.variables import ENCODING, Variables, read_variables

BOT_TOML = "bot.toml"


def read(environ: Mapping[str, str], folder: Path) -> Settings:
    """What *environ*, and `.env` and `bot.toml` in *folder*, say together.

    The environment wins over `.env`; what is blank is absent; paths start at *folder*. Raises
    SetupError with a line for each thing that is written and wrong; what is not written at all is
    told by `missing`.
    """
    folder = folder.absolute()
    problems = Problems()
    variables = read_variables(environ, folder, problems)
    environment = _environment(variables, problems)
    name = variables.values.get("BOT_CONFIG")
    written = _written(folder / (name or BOT_TOML), name, problems)
    toml = _bot_toml(written or {}, name or BOT_TOML, problems)
    server = _program(variables, folder, environ.get("PATH"), problems)
    if environment is None or toml is None:
        raise problems.refusal()
    source = Source(
        file=name or BOT_TOML,
        exists=written is not None,
        variables=variables.origins,
        files=variables.files,
        keys=frozenset(_keys(toml)),
        near_misses=tuple(variables.near_misses()),
    )
    settings = _joined(environment, toml, source, folder, server)
    check(settings, problems)
    if problems:
        raise problems.refusal()
    return settings


def _environment(variables: Variables, problems: Problems) -> Environment | None:
    try:
        return Environment.model_validate(variables.values)
    except ValidationError as error:
        problems.of_environment(error, variables.origins)
        return None


def _written(file: Path, name: str | None, problems: Problems) -> Mapping[str, Any] | None:
    """What *file* holds, None where it is not there; it has to be, if the user gave its *name*."""
    with problems.of_file(name or BOT_TOML):
        if file.is_file():
            return tomllib.loads(file.read_bytes().decode(ENCODING))
        if name or file.exists():
            problems.tell(name or BOT_TOML, "settings.no_file")
    return None


def _bot_toml(written: Mapping[str, Any], name: str, problems: Problems) -> BotToml | None:
    try:
        return BotToml.model_validate(written)
    except ValidationError as error:
        problems.of_toml(error, name)
        return None


def _program(
    variables: Variables, folder: Path, search: str | None, problems: Problems
) -> Path | None:
    """The server binary that the user chose: a path, or a name to *search* for."""
    wanted = variables.values.get("BOT_REDIS_SERVER")
    if wanted is None:
        return None
    for where in (str(folder / wanted), wanted):
        if found := shutil.which(where, path=search or ""):
            return Path(found)
    problems.tell(
        variables.origins["BOT_REDIS_SERVER"], "settings.no_program", program=quoted(wanted)
    )
    return None


def _keys(toml: BotToml) -> Iterator[str]:
    """The keys that are written outside of places and tiers."""
    if "language" in toml.model_fields_set:
        yield "language"
    for name in ("claude", "access", "budgets", "limits"):
        yield from (f"{name}.{key}" for key in getattr(toml, name).model_fields_set)


def _joined(
    environment: Environment, toml: BotToml, source: Source, folder: Path, server: Path | None
) -> Settings:
    return Settings(
        language=toml.language,
        anthropic_api_key=environment.anthropic_api_key,
        anthropic_base_url=environment.anthropic_base_url,
        slack=_slack(environment),
        discord=_discord(environment),
        redis_url=environment.redis_url,
        redis_server=server,
        data_dir=folder / environment.bot_data_dir,
        port=environment.port,
        log_level=environment.log_level,
        log_format=environment.log_format,
        claude=toml.claude,
        access=toml.access,
        budgets=toml.budgets,
        limits=toml.limits,
        defaults=toml.defaults,
        tiers=toml.tiers,
        channels=toml.channels,
        source=source,
    )


def _slack(environment: Environment) -> SlackSettings | None:
    if environment.slack_bot_token is None:
        return None
    return SlackSettings(
        bot_token=environment.slack_bot_token,
        app_token=environment.slack_app_token,
        signing_secret=environment.slack_signing_secret,
        api_url=environment.slack_api_url,
    )


def _discord(environment: Environment) -> DiscordSettings | None:
    if environment.discord_bot_token is None:
        return None
    return DiscordSettings(environment.discord_bot_token, environment.discord_api_url)
