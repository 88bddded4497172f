"""The way of an event: read, asked whether it concerns us, decoded, and handed to the ear."""

from collections import Counter
from collections.abc import Callable, Mapping

from structlog import get_logger

from adapters.slack.events import Dropped, Heard, read
from adapters.slack.thread import Workspace
from bot.model import Conversation, IncomingMessage
from bot.ports import Ear, Thread

_log = get_logger(__name__)


class Listener:
    """Takes the events of one workspace, and counts in *dropped* what is no message for us."""

    def __init__(
        self,
        ear: Ear,
        workspace: Workspace,
        reopen: Callable[[Conversation], Thread],
        dropped: Counter[Dropped],
    ) -> None:
        self._ear = ear
        self._workspace = workspace
        self._reopen = reopen
        self._dropped = dropped

    async def take(self, body: Mapping[str, object]) -> None:
        """Return when the ear has the message in *body*, or it is not for us.

        Raises what the ear raises, and Unreachable where nobody knows who speaks: the event must
        then not be acknowledged, so that Slack sends it again.
        """
        heard = read(body, self._workspace.us)
        if isinstance(heard, Dropped):
            self._dropped[heard] += 1
            _log.debug("slack_event_dropped", reason=heard.value)
        elif await self._ear.concerns(heard.hint):
            message = await self._decoded(heard)
            await self._ear.hear(message, self._reopen(message.conversation))

    async def _decoded(self, heard: Heard) -> IncomingMessage:
        hint, said = heard.hint, heard.said
        known = await self._workspace.people.hear(said)
        return IncomingMessage(
            conversation=hint.conversation,
            id=hint.message_id,
            sent_at=said.sent_at,
            place=hint.place,
            address=hint.address,
            author=known.author(said),
            text=known.text(said),
            attachments=said.attachments,
            language=known.language(said),
            manages=known.manages(said),
        )
