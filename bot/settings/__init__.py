"""The settings: read from the environment and `bot.toml` once, then asked what holds where."""

from bot.settings.checks import missing
from bot.settings.complaints import refusal
from bot.settings.in_force import (
    InForce,
    Pending,
    Reply,
    in_force,
    lesser,
    reply_in_force,
    stand_ins,
    tier_in_force,
    tier_names,
)
from bot.settings.kinds import holds_control
from bot.settings.overrides import UNCHANGED, Override
from bot.settings.reading import read
from bot.settings.report import report
from bot.settings.schema import LONGEST_RETENTION, AccessTable, BudgetsTable, LimitsTable
from bot.settings.secrets import Secrets
from bot.settings.tiers import Stated, stated_tiers
from bot.settings.values import DiscordSettings, Settings, SlackSettings, Source

__all__ = [
    "LONGEST_RETENTION",
    "UNCHANGED",
    "AccessTable",
    "BudgetsTable",
    "DiscordSettings",
    "InForce",
    "LimitsTable",
    "Override",
    "Pending",
    "Reply",
    "Secrets",
    "Settings",
    "SlackSettings",
    "Source",
    "Stated",
    "holds_control",
    "in_force",
    "lesser",
    "missing",
    "read",
    "refusal",
    "reply_in_force",
    "report",
    "stand_ins",
    "stated_tiers",
    "tier_in_force",
    "tier_names",
]
