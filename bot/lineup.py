"""Pure: which models Claude's API serves, which it refuses, and the tiers that are built in."""

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bot.model import Effort, Price, Tier

CURRENT = ("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5")
"""The model to choose today in each line, strongest first (Anthropic's overview, November 2026)."""

_OPUS, _SONNET, _HAIKU = CURRENT

SAMPLING_ENDS = "2026-10-21"
"""The first version of the API that refuses `temperature` and `top_p` (its migration guide)."""

# Thinking counts in it: with less than some 4,000 a hard question may leave no room for text.
_MAX_TOKENS = 16_000

DEFAULT_TIERS: Mapping[str, Tier] = {
    tier.name: tier
    for tier in (
        Tier(
            name="complex",
            model=_OPUS,
            max_tokens=_MAX_TOKENS,
            effort=Effort.MEDIUM,
            prices=(Price(input=4.0, output=20.0, cache_write=5.0, cache_read=0.20),),
        ),
        Tier(
            name="general",
            model=_SONNET,
            max_tokens=_MAX_TOKENS,
            effort=Effort.LOW,
            prices=(Price(input=2.0, output=10.0, cache_write=2.50, cache_read=0.10),),
        ),
        Tier(
            name="simple",
            model=_HAIKU,
            max_tokens=_MAX_TOKENS,
            effort=Effort.LOW,
            prices=(
                Price(input=0.10, output=0.50, cache_write=0.125, cache_read=0.01),
                Price(input=0.50, output=2.50, cache_write=0.625, cache_read=0.05, above=100_000),
            ),
        ),
    )
}
"""The tiers that exist without being written; prices are those of 5-minute caching, in USD."""

_RETIRED: Mapping[str, tuple[str, str]] = {
    # Dates: Anthropic's deprecations page, and the table in the SDK's own `messages.py`.
    "claude-1.3": ("2024-11-06", _SONNET),
    "claude-1.3-100k": ("2024-11-06", _SONNET),
    "claude-instant-1.1": ("2024-11-06", _HAIKU),
    "claude-instant-1.1-100k": ("2024-11-06", _HAIKU),
    "claude-instant-1.2": ("2024-11-06", _HAIKU),
    "claude-2.0": ("2025-07-21", _SONNET),
    "claude-2.1": ("2025-07-21", _SONNET),
    "claude-3-sonnet-20240229": ("2025-07-21", _SONNET),
    "claude-3-5-sonnet-20240620": ("2025-10-28", _SONNET),
    "claude-3-5-sonnet-20241022": ("2025-10-28", _SONNET),
    "claude-3-5-sonnet-latest": ("2025-10-28", _SONNET),
    "claude-3-opus-20240229": ("2026-01-05", _OPUS),
    "claude-3-opus-latest": ("2026-01-05", _OPUS),
    "claude-3-7-sonnet-20250219": ("2026-02-19", _SONNET),
    "claude-3-7-sonnet-latest": ("2026-02-19", _SONNET),
    "claude-3-5-haiku-20241022": ("2026-02-19", _HAIKU),
    "claude-3-5-haiku-latest": ("2026-02-19", _HAIKU),
    "claude-opus-4-0": ("2026-06-15", _OPUS),
    "claude-opus-4-20250514": ("2026-06-15", _OPUS),
    "claude-sonnet-4-0": ("2026-06-15", _SONNET),
    "claude-sonnet-4-20250514": ("2026-06-15", _SONNET),
    "claude-mythos-preview": ("2026-06-30", _OPUS),
    "claude-opus-4-1": ("2026-08-05", _OPUS),
    "claude-opus-4-1-20250805": ("2026-08-05", _OPUS),
}

_ANNOUNCED: Mapping[str, tuple[date, str]] = {
    # The same table: retirements that are still to come when this was written.
    "claude-sonnet-4-5": (date(2026, 11, 30), _SONNET),
    "claude-sonnet-4-5-20250929": (date(2026, 11, 30), _SONNET),
}

SOON = 30
"""Days before its retirement from which on a model is warned of: half of Anthropic's notice."""

# Up to generation 3 an id names the generation first (claude-3-5-haiku-20241022), so an id of those
# that names the line first was never served, though articles quote some.
_NEVER = re.compile(r"claude-(opus|sonnet|haiku)-[1-3](?![0-9]).*")


class Verdict(NamedTuple):
    """Why a model cannot be used: a key into the catalogue of sentences, and its arguments."""

    key: str
    arguments: Mapping[str, str]


def verdict(model: str) -> Verdict | None:
    """Why the API refuses *model*, or None where nothing is known against it.

    An id that is on no list is accepted: it may be newer than this table, or a gateway's own. The
    arguments name the model, its successor, today's models, and the date where it was retired.
    """
    if retired := _RETIRED.get(model):
        on, successor = retired
        return Verdict("model.retired", _told(model, successor) | {"date": on})
    if _NEVER.fullmatch(model):
        return Verdict("model.never_existed", _told(model, _successor(model)))
    return None


class Stage(enum.Enum):
    """What the Models API says of a model: it is served, it was, or it knows of none such."""

    SERVED = "served"
    RETIRED = "retired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Life:
    """What the Models API tells of a model; *retires* is None where no day was named."""

    stage: Stage
    retires: date | None = None


class Outlook(NamedTuple):
    """What an operator should know of a model; *over*: no request for it is answered."""

    verdict: Verdict
    over: bool


def outlook(model: str, life: Life | None, today: date) -> Outlook | None:
    """What is to be told of *model* on *today*, None where all is well.

    *life* is what the Models API tells, which knows better than the tables here; None where it was
    not asked, or did not answer.
    """
    announced, successor = _ANNOUNCED.get(model, (None, _successor(model)))
    told = _told(model, successor)
    if life is None and (refused := verdict(model)):
        return Outlook(refused, over=True)
    retires = life.retires if life and life.retires else announced
    if life and life.stage is Stage.UNKNOWN:
        return Outlook(Verdict("model.unknown", told), over=True)
    dated = told | {"date": retires.isoformat() if retires else "?"}
    if life and life.stage is Stage.RETIRED:
        return Outlook(Verdict("model.retired", dated), over=True)
    if retires is not None and (retires - today).days <= SOON:
        return Outlook(Verdict("model.retires", dated), over=False)
    return None


def _successor(model: str) -> str:
    """The model of today in the line that *model* names, the middle one where it names none."""
    return next((one for one in CURRENT if one.split("-")[1] in model), _SONNET)


def _told(model: str, successor: str) -> dict[str, str]:
    return {"model": model, "successor": successor, "models": ", ".join(CURRENT)}
