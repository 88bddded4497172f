"""Shell: the one line in the log that says what an answer took, all its attempts together."""

import re

import structlog

from bot import prices
from bot.asking import Answer
from bot.bill import Bill
from bot.usage import Entry

log = structlog.get_logger(__name__)

_WORD = re.compile(r"[A-Za-z0-9_.-]{1,100}")


def tell(entry: Entry, bill: Bill, answer: Answer | None) -> None:
    """Log what *answer* took, or a call that brought none, as it stands in *entry* and *bill*."""
    tally = entry.tally
    facts: dict[str, object] = {
        "question": entry.charge.turn,
        "tier": entry.tier,
        "model": bill.model,
        "attempts": bill.attempts,
        "input_tokens": tally.input,
        "output_tokens": tally.output,
        "cache_read_tokens": tally.cache_read,
        "cache_write_tokens": tally.cache_write,
        "usd": None if tally.unpriced else float(prices.usd(tally.cost)),
    }
    if answer is None:
        log.info("claude_broke_off", **facts)
        return
    log.info(
        "claude_ended",
        **facts,
        stop_reason=_plain(answer.ending.stop_reason),
        first_word=round(answer.first, 3),
        seconds=round(answer.total, 3),
        request_id=_plain(answer.ending.request_id),
    )


def _plain(word: str | None) -> str | None:
    """*word*, a server's own, where it is one plain word; anything else might quote somebody."""
    return word if word is None or _WORD.fullmatch(word) else "unfit"
