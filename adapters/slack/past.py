"""What of a thread is worth telling: the root, the newest, and no notice of ours; pure."""

from collections import deque

from adapters.slack.identity import Identity
from adapters.slack.messages import SLACK_ITSELF, Said
from bot.ports import Kind

# What somebody said; the rest is Slack telling of joins, topics, and messages that were deleted.
_SAID_SUBTYPES = frozenset({None, "bot_message", "file_share", "me_message", "thread_broadcast"})


class Past:
    """Collects a thread from its oldest message on; holds no more than it will tell."""

    def __init__(self, root: str, us: Identity, *, newest: int, before: int | None) -> None:
        self._root_ts = root
        self._us = us
        self._before = before
        self._root: Said | None = None
        self._newest: deque[Said] = deque(maxlen=newest)
        self._count = 0

    @property
    def messages(self) -> tuple[Said, ...]:
        """The root, then the newest messages, oldest first."""
        return tuple(self._newest) if self._root is None else (self._root, *self._newest)

    @property
    def omitted(self) -> int:
        """How many messages stood between the root and the newest."""
        return self._count - len(self._newest)

    def add(self, said: Said) -> None:
        """Take the next message in; each page of a thread may repeat its root."""
        if not self._is_worth_telling(said):
            return
        if said.ts == self._root_ts:
            self._root = said
        else:
            self._count += 1
            self._newest.append(said)

    def _is_worth_telling(self, said: Said) -> bool:
        if self._before is not None and said.sent_at >= self._before:
            return False
        if said.subtype not in _SAID_SUBTYPES or said.user in SLACK_ITSELF:
            return False
        if self._us.wrote(said.user, said.bot):
            return bool(said.text) and (said.mark is None or said.mark.kind is Kind.ANSWER)
        return bool(said.text or said.quoted or said.attachments)
