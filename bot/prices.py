"""Pure: what an answer costs in nano-dollars, the most that it may cost, what caching saves.

Money is whole nano-dollars. In Redis and in its Lua such integers add up exactly, up to nine
million dollars a sum, which floats of dollars do not; and a token read from the cheapest cache
costs ten of them, so that nothing worth counting is rounded away. Prices are multiplied as
fractions of the decimals that were written, and each sum is rounded up once.
"""

import math
from decimal import Decimal
from fractions import Fraction

from bot.model import Price, Tier, Usage

NANO = 10**9
"""Nano-dollars in a dollar."""

LARGEST_PROMPT = 1_000_000
"""Tokens that the largest context window holds (Anthropic's models overview, November 2026)."""

_LEAST_SAID = 32  # characters: no tokenizer makes so few tokens of a text that each has more

_PER_TOKEN = Fraction(NANO, 1_000_000)  # nano-dollars a token, for each dollar a million tokens


def cost(usage: Usage, tier: Tier) -> int | None:
    """Nano-dollars that *usage* costs on *tier*, rounded up; None where its price is not known.

    The whole request has the price of the band that its prompt reaches.
    """
    price = _band(usage, tier)
    return None if price is None else _sum(usage, price)


def uncached(usage: Usage, tier: Tier) -> int | None:
    """Nano-dollars that *usage* would cost on *tier* if no token of it had gone through the cache.

    Less than `cost` where more was written to the cache than was read from it. None where the price
    is not known.
    """
    return cost(Usage(input=prompt(usage), output=usage.output), tier)


def bound(tier: Tier, prompt_tokens: int) -> int | None:
    """The most nano-dollars that a request of at most *prompt_tokens* may cost on *tier*.

    It has the dearest price that any such prompt may have, mostly that of a write to the cache, and
    `max_tokens` of output. None where a price is not known.
    """
    reached = [band for band in tier.prices if _reached(band, prompt_tokens)]
    if not any(band.above == 0 for band in reached):
        return None
    worst = most(tier, prompt_tokens)
    return max(_sum(worst, _dearest(band)) for band in reached)


def most(tier: Tier, prompt_tokens: int) -> Usage:
    """What a request of *prompt_tokens* may use on *tier*: all written to the cache, all said."""
    return Usage(output=tier.max_tokens, cache_write=prompt_tokens)


def settled(usage: Usage | None, tier: Tier, *, prompt_tokens: int, said: int) -> Usage:
    """What to settle for *usage*, as a request reported it that was estimated at *prompt_tokens*.

    *said* is how many characters of its answer came; *usage* is None where nothing was reported.
    What is missing or cannot be is settled at its most: as it was reserved where it is too little,
    at the context window or `max_tokens` where it is too much.
    """
    worst = most(tier, prompt_tokens)
    if usage is None:
        return worst
    output = usage.output
    if output < 0 or output * _LEAST_SAID < said or (output == 0 and prompt(usage) == 0):
        output = worst.output
    return _bounded(usage, min(output, tier.max_tokens), prompt_tokens)


def broken_off(usage: Usage, tier: Tier, *, prompt_tokens: int, said_tokens: int) -> Usage:
    """What to settle for an attempt that broke off, which had told of *usage* by then.

    The prompt is settled as `settled` does. Of its output the API tells at the end only, so it is
    *said_tokens*, about what came, unless more was told; what was thought unseen is not known.
    """
    said = max(usage.output, said_tokens, 0)
    return _bounded(usage, min(said, tier.max_tokens), prompt_tokens)


def possible(usage: Usage, tier: Tier, *, prompt_tokens: int) -> Usage:
    """*usage*, as a request on *tier* reported it, without what no such request can use.

    A prompt estimated at *prompt_tokens* is four times that at most, and a thousand that the API
    may add; an answer is `max_tokens`.
    """
    most = 4 * prompt_tokens + 1000
    counts = (usage.input, usage.cache_read, usage.cache_write)
    input_, read, written = (min(count, most) for count in counts)
    return Usage(input_, min(usage.output, tier.max_tokens), read, written)


def prompt(usage: Usage) -> int:
    """All tokens of the prompt, whatever the cache had to do with them."""
    return usage.input + usage.cache_read + usage.cache_write


def nano(usd: float) -> int:
    """*usd* in nano-dollars, rounded to the nearest."""
    return round(_exact(usd) * NANO)


def usd(nano_dollars: int) -> Decimal:
    """*nano_dollars* in dollars, exactly."""
    return Decimal(nano_dollars).scaleb(-9)


def _bounded(usage: Usage, output: int, prompt_tokens: int) -> Usage:
    """*output*, and the prompt of *usage* as far as it can be."""
    if min(usage.input, usage.cache_read, usage.cache_write) < 0 or prompt(usage) == 0:
        return Usage(output=output, cache_write=prompt_tokens)
    if prompt(usage) > LARGEST_PROMPT:
        return Usage(output=output, cache_write=LARGEST_PROMPT)
    return Usage(usage.input, output, usage.cache_read, usage.cache_write)


def _band(usage: Usage, tier: Tier) -> Price | None:
    reached = [band for band in tier.prices if _reached(band, prompt(usage))]
    return max(reached, key=lambda band: band.above, default=None)


def _reached(band: Price, prompt_tokens: int) -> bool:
    return band.above == 0 or prompt_tokens > band.above


def _dearest(band: Price) -> Price:
    """*band*, with the price of its dearest token for whatever stands in a prompt."""
    price = max(band.input, band.cache_write, band.cache_read)
    return Price(input=price, output=band.output, cache_write=price, cache_read=price)


def _sum(usage: Usage, price: Price) -> int:
    dollars_a_million = (
        usage.input * _exact(price.input)
        + usage.output * _exact(price.output)
        + usage.cache_write * _exact(price.cache_write)
        + usage.cache_read * _exact(price.cache_read)
    )
    return math.ceil(dollars_a_million * _PER_TOKEN)


def _exact(written: float) -> Fraction:
    """The decimal that *written* was written as: 0.1 is a tenth, not the nearest binary float."""
    return Fraction(repr(written))
