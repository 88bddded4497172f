"""Pure: what `python -m bot settings` prints: each value in force and where it comes from."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import cast

from pydantic import SecretStr

from bot.model import Price
from bot.sentences import say
from bot.settings.checks import missing
from bot.settings.in_force import BUILT_IN, in_force, tier_in_force, tier_names
from bot.settings.kinds import keys_in
from bot.settings.overrides import UNCHANGED, Override
from bot.settings.places import path
from bot.settings.schema import ChannelTable, Table
from bot.settings.values import Settings

_Row = tuple[str, str, str]  # name, value, origin

_WIDEST = 60  # columns of a value; prompts are longer than anybody wants to read here
_TELLING = ("xoxb-", "xapp-", "sk-ant-")  # what a token begins with says its kind, and no more
_PLAIN_ADDRESS = re.compile(
    r"(?P<scheme>[a-z]+://)(?P<user>[^/?#@]*@)?"
    r"(?P<host>(?:[\w.-]*|\[[\da-fA-F:.]+\])(?::\d+)?)(?P<path>/[^?#@]*)?(?P<query>\?[^#@]*)?"
)


def report(settings: Settings, overrides: Mapping[str, Override] | None = None) -> str:
    """The settings as aligned lines of text: variables, file, tiers, then place by place.

    *overrides* are what was changed by command, by place. Secrets and passwords are masked. What a
    run lacks, and what is misspelt, stands at the end.
    """
    changed = overrides or {}
    places = dict.fromkeys((*settings.channels, *changed))
    sections = (
        _section(say("settings.report.variables"), _variables(settings)),
        _section(_file(settings), _everywhere(settings)),
        *(
            _section(f"[{path('tiers', name)}]", _tier(settings, "", name))
            for name in tier_names(settings)
        ),
        _section(say("settings.report.every_channel"), _place(settings, "")),
        *(_section(one, _place(settings, one, changed.get(one, UNCHANGED))) for one in places),
        _listed("settings.report.missing", missing(settings)),
        _listed("settings.report.near_misses", _near_misses(settings)),
    )
    return "\n\n".join(filter(None, sections))


def masked(secret: SecretStr) -> str:
    """The kind of a token, the host of an address, and nothing that could be secret."""
    value = secret.get_secret_value()
    if "://" in value:
        return _address(value)
    return next((kind for kind in _TELLING if value.startswith(kind)), "") + "…"


def _each(keys: SecretStr | None) -> tuple[SecretStr, ...] | None:
    return tuple(map(SecretStr, keys_in(keys.get_secret_value()))) if keys else None


def _file(settings: Settings) -> str:
    there = "settings.report.file" if settings.source.exists else "settings.report.no_file"
    return say(there, file=settings.source.file)


def _variables(settings: Settings) -> Iterator[_Row]:
    slack, discord = settings.slack, settings.discord
    values: Mapping[str, object] = {
        "ANTHROPIC_API_KEY": _each(settings.anthropic_api_key),
        "ANTHROPIC_BASE_URL": settings.anthropic_base_url,
        "SLACK_BOT_TOKEN": slack and slack.bot_token,
        "SLACK_APP_TOKEN": slack and slack.app_token,
        "SLACK_SIGNING_SECRET": slack and slack.signing_secret,
        "SLACK_API_URL": slack and slack.api_url,
        "DISCORD_BOT_TOKEN": discord and discord.bot_token,
        "DISCORD_API_URL": discord and discord.api_url,
        "REDIS_URL": settings.redis_url,
        "BOT_REDIS_SERVER": settings.redis_server,
        "BOT_DATA_DIR": settings.data_dir,
        "BOT_CONFIG": settings.source.file,
        "PORT": settings.port,
        "LOG_LEVEL": settings.log_level,
        "LOG_FORMAT": settings.log_format,
    }
    for name, value in values.items():
        origin = settings.source.variables.get(name)
        if origin and value is None:
            yield name, say("settings.report.set"), origin  # it belongs to a platform that is off
        elif value is None:
            yield name, say("settings.report.not_set"), ""
        else:
            yield name, _shown(value), origin or BUILT_IN


def _everywhere(settings: Settings) -> Iterator[_Row]:
    values: dict[str, object] = {"language": settings.language}
    tables: Mapping[str, Table] = {
        "claude": settings.claude,
        "access": settings.access,
        "budgets": settings.budgets,
        "limits": settings.limits,
    }
    for name, table in tables.items():
        values |= {f"{name}.{key}": value for key, value in table}
    for key, value in values.items():
        yield key, _shown(value), settings.source.file if key in settings.source.keys else BUILT_IN


def _place(settings: Settings, place: str, override: Override = UNCHANGED) -> Iterator[_Row]:
    held = in_force(settings, place, override)
    values = {
        "prompt": held.prompt,
        "tier": held.chosen,
        "reply": held.reply.value,
        "pending": held.pending.value,
        "retention_days": held.retention_days,
    }
    for key, value in values.items():
        yield key, _shown(value), _line(held.origins[key])
    if place:
        written = settings.channels.get(place, ChannelTable()).tiers
        for name in dict.fromkeys((held.tier.name, *written)):
            yield from _tier(settings, place, name, prefix=f"{path('tiers', name)}.")


def _tier(settings: Settings, place: str, name: str, *, prefix: str = "") -> Iterator[_Row]:
    tier, origins = tier_in_force(settings, place, name)
    values = {
        "model": tier.model,
        "max_tokens": tier.max_tokens,
        "effort": tier.effort.value,
        "stop_sequences": tier.stop_sequences,
        "temperature": tier.temperature,
        "top_p": tier.top_p,
        "fallback": tier.fallback or "",
        "price": tier.prices[0],
        "long_price": tier.prices[1] if len(tier.prices) > 1 else (),
    }
    for key, value in values.items():
        if value is not None:
            yield f"{prefix}{key}", _shown(value), origins[key]


def _near_misses(settings: Settings) -> Iterator[str]:
    for name, meant in settings.source.near_misses:
        yield say("settings.near_miss", name=name, meant=meant)


def _shown(value: object) -> str:
    match value:
        case SecretStr():
            return masked(value)
        case Price():
            prices = asdict(value)
            above = prices.pop("above")
            written = " ".join(f"{name} {dollars:g}" for name, dollars in prices.items())
            return f"above {above} {written}" if above else written
        case tuple():
            return ", ".join(map(_shown, cast("tuple[object, ...]", value))) or "-"
        case bool():
            return str(value).lower()
        case str():
            return _line(_address(value) if "://" in value else value) or "-"
        case _:
            return str(value)


def _address(address: str) -> str:
    """*address* without what may be a password; only its scheme where that cannot be told apart."""
    found = _PLAIN_ADDRESS.fullmatch(address)
    if not found:
        return f"{address.partition('://')[0]}://…"
    user = "…@" if found["user"] else ""
    query = "?…" if found["query"] else ""
    return f"{found['scheme']}{user}{found['host']}{found['path'] or ''}{query}"


def _line(text: str) -> str:
    """*text* on one line, cut to what a screen holds, and nothing in it that moves the cursor."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(line.split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"


def _section(title: str, rows: Iterable[_Row]) -> str:
    """*rows* below *title*, their columns aligned."""
    rows = list(rows)
    names, values = (max(_columns(row[column]) for row in rows) for column in (0, 1))
    lines = (f"  {_padded(n, names)}  {_padded(v, values)}  {o}".rstrip() for n, v, o in rows)
    return "\n".join((title, *lines))


def _listed(title: str, lines: Iterable[str]) -> str:
    """*lines* below the sentence *title*; "" where there are none."""
    listed = [f"  {line}" for line in lines]
    return "\n".join((say(title), *listed)) if listed else ""


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - _columns(text))


def _columns(text: str) -> int:
    """How many columns of a terminal *text* takes: a Japanese letter takes two."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)
