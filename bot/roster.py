"""Shell: at start, asks what becomes of each tier's model; warns in time, refuses what is over."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import structlog

from bot.claude import Claude
from bot.lineup import Life, Outlook, outlook
from bot.sentences import say
from bot.settings import Settings, Stated, refusal, stated_tiers

log = structlog.get_logger(__name__)


async def check(settings: Settings, claude: Claude, today: date) -> None:
    """Tell the log of each tier whose model is retired, unknown, or retires within 30 days.

    Raises SetupError where such a tier could answer nobody: its model is over, somebody wants it,
    and it has no fallback.
    """
    stated = tuple(stated_tiers(settings))
    lives = await claude.lives(dict.fromkeys(one.tier.model for one in stated))
    told = tuple(_told(stated, lives, today))
    if hopeless := [_sentence(one, seen) for one, seen in told if _is_hopeless(one, seen)]:
        raise refusal(hopeless)
    for one, seen in told:
        sentence = _sentence(one, seen)
        if not one.wanted:
            log.info("model_unavailable", tier=one.tier.name, sentence=sentence)
        elif seen.over:
            log.error("model_over", tier=one.tier.name, sentence=sentence)
        else:
            log.warning("model_retires", tier=one.tier.name, sentence=sentence)


def _told(
    stated: Sequence[Stated], lives: Mapping[str, Life], today: date
) -> Iterator[tuple[Stated, Outlook]]:
    for one in stated:
        seen = outlook(one.tier.model, lives.get(one.tier.model), today)
        if seen is not None:
            yield one, seen


def _is_hopeless(one: Stated, seen: Outlook) -> bool:
    return seen.over and one.wanted and one.tier.fallback is None


def _sentence(one: Stated, seen: Outlook) -> str:
    sentence = say(seen.verdict.key, **seen.verdict.arguments)
    return say("model.of_tier", tier=one.tier.name, origin=one.origin, sentence=sentence)
