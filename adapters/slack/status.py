"""The line below a thread that says what we are doing, where a workspace can show it."""

import asyncio
import time
from collections.abc import Callable

from structlog import get_logger

from adapters.slack.trouble import code_of
from adapters.slack.web import Web
from bot.errors import Denied, PlatformError

_PATIENCE = 2.0  # seconds; nobody waits for an ornament
_LATCH = 3600.0  # seconds until a workspace that refused is asked again

# What says nothing about the workspace: the next thread may well show it.
_ONE_THREAD_ONLY = frozenset(
    {"channel_not_found", "is_archived", "not_in_channel", "thread_not_found"}
)

_log = get_logger(__name__)


class Status:
    """Shows *words* behind our name, nothing where they are None; silent for an hour on errors."""

    def __init__(
        self, web: Web, words: str | None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._web = web
        self._words = words
        self._clock = clock
        self._silent_until = float("-inf")

    async def show(self, channel: str, thread: str) -> None:
        """Show it in *thread*; Slack takes it away with our next message, or after two minutes.

        Raises nothing: an answer without this line is as good.
        """
        if self._words is None or self._clock() < self._silent_until:
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._web.write(
                    "assistant.threads.setStatus",
                    channel_id=channel,
                    thread_ts=thread,
                    status=self._words,
                )
        except Denied as denied:
            if code_of(denied) not in _ONE_THREAD_ONLY:
                self._fall_silent(denied)
        except (PlatformError, TimeoutError) as error:
            self._fall_silent(error)

    def _fall_silent(self, error: Exception) -> None:
        self._silent_until = self._clock() + _LATCH
        reason = str(error) or type(error).__name__
        _log.info("slack_status_off", reason=reason, seconds=_LATCH)
