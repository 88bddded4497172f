"""The settings: read from the environment and `bot.toml` once, then asked what holds where."""

from bot.settings.checks import missing, not_in_force_yet
from bot.settings.complaints import refusal
from bot.settings.in_force import InForce, Pending, Reply, in_force, tier_in_force, tier_names
from bot.settings.overrides import UNCHANGED, Override
from bot.settings.reading import read
from bot.settings.report import report
from bot.settings.schema import AccessTable
from bot.settings.values import DiscordSettings, Settings, SlackSettings, Source

__all__ = [
    "AccessTable",
    "DiscordSettings",
    "UNCHANGED",
    "InForce",
    "Override",
    "Pending",
    "Reply",
    "Settings",
    "SlackSettings",
    "Source",
    "in_force",
    "missing",
    "not_in_force_yet",
    "read",
    "refusal",
    "report",
    "tier_in_force",
    "tier_names",
]
