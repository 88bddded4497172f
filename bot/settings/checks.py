"""Pure: what is wrong with settings whose every value is right by itself, or missing for a run."""

from collections.abc import Iterator, Mapping

from bot.lineup import SAMPLING_ENDS
from bot.sentences import say
from bot.settings.complaints import Problems, did_you_mean
from bot.settings.in_force import tier_in_force, tier_names
from bot.settings.places import where
from bot.settings.schema import TierTable
from bot.settings.values import Settings
from bot.tiering import AUTO

_Keys = tuple[str, ...]

SAMPLING = ("temperature", "top_p")
"""The keys of a tier that only an older API takes."""


def check(settings: Settings, problems: Problems) -> None:
    """Tell *problems* of what the values, each of them right, are wrong about together.

    Tiers that do not exist, fallbacks that lead back to themselves, and parameters that the API's
    version refuses.
    """
    file = settings.source.file
    known = tier_names(settings)
    for keys, name in _named_tiers(settings):
        if name not in (*known, AUTO):
            hint = did_you_mean(name, known)
            problems.tell(
                where(file, *keys), "settings.unknown_tier", known=", ".join(known), hint=hint
            )
    for keys in _refused_parameters(settings):
        problems.tell(where(file, *keys), "settings.sampling", version=SAMPLING_ENDS)
    told: set[frozenset[str]] = set()
    for keys, channel in (((), ""), *((("channels", name), name) for name in settings.channels)):
        for circle in _circles(settings, channel):
            if frozenset(circle) not in told:
                told.add(frozenset(circle))
                steps = " -> ".join(circle)
                problems.tell(where(file, *keys, "tiers"), "settings.circle", steps=steps)


def missing(settings: Settings) -> tuple[str, ...]:
    """What `run` lacks, a sentence each: Claude's key, or the rest of a platform's tokens.

    That no platform is set up at all is no part of it.
    """
    return tuple(say(sentence) for sentence in _lacking(settings))


def _lacking(settings: Settings) -> Iterator[str]:
    if settings.anthropic_api_key is None:
        yield "settings.missing.anthropic"
    slack = settings.slack
    if slack is None:
        if {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"} & settings.source.variables.keys():
            yield "settings.missing.slack_bot_token"
    elif slack.app_token is None:
        http = slack.signing_secret is not None
        yield "settings.missing.slack_http" if http else "settings.missing.slack_app_token"


def _named_tiers(settings: Settings) -> Iterator[tuple[_Keys, str]]:
    """Each place in the file that names a tier which has to exist, with that name."""
    if settings.defaults.tier:
        yield ("defaults", "tier"), settings.defaults.tier
    for name, channel in settings.channels.items():
        if channel.tier:
            yield ("channels", name, "tier"), channel.tier
        for tier in channel.tiers:
            yield ("channels", name, "tiers", tier), tier
    yield from _fallbacks(settings)


def _fallbacks(settings: Settings) -> Iterator[tuple[_Keys, str]]:
    for keys, tier in _written_tiers(settings):
        if tier.fallback:
            yield (*keys, "fallback"), tier.fallback


def _refused_parameters(settings: Settings) -> Iterator[_Keys]:
    version = settings.claude.api_version
    if version and version < SAMPLING_ENDS:
        return
    for keys, tier in _written_tiers(settings):
        yield from ((*keys, key) for key in SAMPLING if getattr(tier, key) is not None)


def _written_tiers(settings: Settings) -> Iterator[tuple[_Keys, TierTable]]:
    tables: dict[_Keys, Mapping[str, TierTable]] = {("tiers",): settings.tiers}
    tables |= {
        ("channels", name, "tiers"): channel.tiers for name, channel in settings.channels.items()
    }
    for keys, tiers in tables.items():
        yield from (((*keys, name), tier) for name, tier in tiers.items())


def _circles(settings: Settings, channel: str) -> Iterator[tuple[str, ...]]:
    """The tiers in *channel* whose fallbacks lead back to where they began, step by step."""
    fallbacks = {
        name: tier_in_force(settings, channel, name)[0].fallback for name in tier_names(settings)
    }
    for name in fallbacks:
        chain = [name]
        while (following := fallbacks.get(chain[-1])) and following not in chain:
            chain.append(following)
        if following == name:
            yield (*chain, name)
