"""Whether we answer in a conversation what is not said to us; kept as long as its turns."""

from datetime import timedelta

from bot.model import Conversation
from bot.store.scripts import Scripts, lifetime


class FollowUps:
    """Follow-ups of conversations, on until somebody switches them off; `submit` heeds it.

    *retention* is how long the conversation is kept from then on, also where nobody has said
    anything to us yet. Each method raises StoreAway.
    """

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def off(self, conversation: Conversation, *, retention: timedelta) -> bool:
        """Answer in *conversation* only what is said to us; False where that holds already."""
        return await self._switch(conversation, 1, retention)

    async def on(self, conversation: Conversation, *, retention: timedelta) -> bool:
        """Answer follow-ups in *conversation* again; False where that holds already.

        What was said there so far stays without an answer, however late it is delivered.
        """
        return await self._switch(conversation, 0, retention)

    async def _switch(self, conversation: Conversation, quiet: int, retention: timedelta) -> bool:
        seconds = lifetime(retention)
        status, *_ = await self._scripts.change("quiet", conversation, quiet, seconds)
        return bool(status == b"switched")
