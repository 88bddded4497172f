"""Shell: asks Claude until an attempt ends whole; the one retry loop round the Messages API."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from bot import retry
from bot.claude import AttemptFailed, Claude
from bot.errors import ParleyError
from bot.model import Draft, Ending, Request
from bot.reply import Reply
from bot.sentences import say

log = structlog.get_logger(__name__)

UNEXPLAINED = 3.0  # seconds of waiting that need no explanation


@dataclass(frozen=True, slots=True)
class Answer:
    """A draft that ended whole, and how."""

    draft: Draft
    ending: Ending


class GaveUp(ParleyError):
    """No attempt ended whole: *failure* is what stood in the way of the last one."""

    def __init__(self, failure: retry.Failure, attempts: int) -> None:
        super().__init__(failure.trouble.key)
        self.failure = failure
        self.attempts = attempts


async def ask(
    claude: Claude,
    request: Request,
    reply: Reply,
    *,
    user: str | None,
    language: str,
    patience: retry.Patience,
    dice: Callable[[], float],
) -> Answer:
    """The first answer to *request* that ended whole, shown through *reply* as it grows.

    Each attempt is a draft of its own: what a broken one has shown stays until the next one has
    something to put in its place. A wait of more than 3 s is told in *language*.

    Raises GaveUp where `bot.retry` says so.
    """
    attempt, waited = 0, 0.0
    while True:
        attempt += 1
        try:
            return await _attempt(claude, request, reply, Draft.of(request.said, attempt), user)
        except AttemptFailed as error:
            failure = error.failure
        delay = retry.backoff(
            failure, attempt=attempt, waited=waited, patience=patience, dice=dice()
        )
        log.warning(
            "attempt_failed",
            attempt=attempt,
            trouble=failure.trouble.value,
            detail=failure.detail,
            wait=delay,
        )
        if delay is None:
            raise GaveUp(failure, attempt)
        if delay > UNEXPLAINED:
            reply.tell(_waiting(failure, attempt + 1, delay, language))
        await asyncio.sleep(delay)
        waited += delay


async def _attempt(
    claude: Claude, request: Request, reply: Reply, draft: Draft, user: str | None
) -> Answer:
    """*draft* grown to a whole answer. Raises AttemptFailed."""
    async with aclosing(claude.attempt(request, user)) as said:
        async for piece in said:
            if isinstance(piece, Ending):
                return Answer(draft, piece)
            draft.append(piece)
            reply.grow(draft)
    raise AssertionError("an attempt ends with an Ending, or fails")


def _waiting(failure: retry.Failure, attempt: int, delay: float, language: str) -> str:
    trouble = say(failure.trouble.key, language)
    return say("claude.waiting", language, trouble=trouble, attempt=attempt, seconds=round(delay))
