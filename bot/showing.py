"""Pure: the settings of a place as a person reads them in a chat."""

from collections.abc import Iterable, Iterator, Sequence

from bot.sentences import say
from bot.settings import InForce
from bot.tiering import AUTO

_LONGEST = 1_200  # characters of a prompt that are shown: an answer has to fit into one message


def settings(mode: InForce, language: str | None) -> str:
    """What holds in a place, a line each, with where it comes from."""
    return "\n".join([say("settings.here", language), *_rows(mode)])


def prompt(mode: InForce, language: str | None) -> str:
    """The prompt of a place, and where it comes from; a long one is cut, and says so."""
    origin = mode.origins["prompt"]
    shown = mode.prompt if len(mode.prompt) <= _LONGEST else f"{mode.prompt[:_LONGEST]}…"
    quoted = "\n".join(f"> {line}" for line in shown.splitlines()) or "> "
    return f"{say('prompt.here', language, origin=origin)}\n{quoted}"


def tiers(mode: InForce, names: Sequence[str], language: str | None) -> str:
    """The tier of a place, and those that may be chosen."""
    origin = mode.origins["tier"]
    listing = listed((*names, AUTO))
    return say("tier.here", language, tier=mode.chosen, origin=origin, tiers=listing)


def listed(names: Iterable[str]) -> str:
    """*names* of tiers or presets, in a row."""
    return ", ".join(f"`{name}`" for name in names)


def _rows(mode: InForce) -> Iterator[str]:
    first = next(iter(mode.prompt.splitlines()), "")
    short = first if first == mode.prompt and len(first) <= 80 else f"{first[:80]}…"
    values = {
        "prompt": short,
        "tier": mode.chosen,
        "tier.model": mode.tier.model,
        "reply": mode.reply.value,
        "pending": mode.pending.value,
        "retention_days": str(mode.retention_days),
    }
    for name, value in values.items():
        yield f"- `{name}`: {value} ({mode.origins[name]})"
