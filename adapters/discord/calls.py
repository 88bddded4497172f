"""A call to Discord by way of discord.py: how long it may take, and its errors in our own words."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import aiohttp
import discord

from adapters.discord.trouble import translated
from bot.errors import RateLimited, Unreachable

# discord.py asks again for up to 25 s after a 502, and its session lets an answer take 5 minutes.
_PATIENCE = 60.0  # seconds


@contextmanager
def discords_errors(method: str) -> Generator[None]:
    """Within it, what discord.py raises of *method* becomes a platform error."""
    try:
        yield
    except discord.RateLimited as error:
        # Of one bucket: the end of a whole bot's patience is what discord.py waits for itself.
        raise RateLimited(
            "discord.rate_limited", error.retry_after, narrow=True, method=method
        ) from error
    except discord.HTTPException as error:
        raise translated(method, error.status, error.code, error.text) from error
    except (aiohttp.ClientError, OSError, TimeoutError, discord.DiscordException) as error:
        reason = type(error).__name__
        raise Unreachable("discord.unreachable", method=method, reason=reason) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # discord.py trips over an answer that is no JSON, or lacks what it counts on.
        raise Unreachable("discord.unreachable", method=method, reason="no sense") from error


@asynccontextmanager
async def call(method: str) -> AsyncGenerator[None]:
    """`discords_errors` around one call, which takes 60 s at most."""
    with discords_errors(method):
        async with asyncio.timeout(_PATIENCE):
            yield
