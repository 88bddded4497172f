"""Shell: where messages come in; a command that somebody says goes to the desk."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from bot import admission, commands
from bot.errors import PlatformError, origin
from bot.model import Conversation, Hint, IncomingMessage, Place, Standing
from bot.ports import Caller, Desk, Kind, Mark, Outcome, RememberingEar, Thread
from bot.sentences import say
from bot.settings import Settings
from bot.store import Claims

log = structlog.get_logger(__name__)


class Reception:
    """An ear that takes out the commands, ``!tier complex``; *ear* hears everything else.

    A command is carried out once, is no turn of its conversation, and is not answered by Claude.
    What comes of it its author alone is told. It is carried out in a task of *tasks*.
    *open_thread* opens a conversation, or gives None where this process does not serve its
    platform.
    """

    def __init__(
        self,
        settings: Settings,
        ear: RememberingEar,
        desk: Desk,
        claims: Claims,
        *,
        tasks: asyncio.TaskGroup,
        open_thread: Callable[[Conversation], Thread | None],
    ) -> None:
        self._settings = settings
        self._ear = ear
        self._desk = desk
        self._claims = claims
        self._tasks = tasks
        self._open_thread = open_thread

    async def concerns(self, hint: Hint) -> bool:
        """Whether the message may be for us. Raises StoreAway."""
        return await self._ear.concerns(hint)

    async def hear(self, message: IncomingMessage, thread: Thread) -> bool:
        """Take *message* in; True when the store has it, False where it is not for us.

        Raises StoreAway where nothing was remembered for sure.
        """
        if commands.spoken(message.text) is None or message.author.standing is Standing.BOT:
            return await self._ear.hear(message, thread)
        if not await self._ear.concerns(_hint(message, thread)):
            return False
        if await self._claims.claim(message.conversation, message.id):
            self._tasks.create_task(self._carry_out(message, thread))
        return True

    async def heard_until(self, platform: str) -> int | None:
        """Up to when *platform* was heard without a gap; None: never. Raises StoreAway."""
        return await self._ear.heard_until(platform)

    async def note_heard(self, platform: str, sent_at: int) -> None:
        """All of *platform* up to *sent_at* was taken in. Raises StoreAway."""
        await self._ear.note_heard(platform, sent_at)

    async def dms(self, platform: str) -> Sequence[Conversation]:
        """The DMs on *platform* that spoke with us of late. Raises StoreAway."""
        return await self._ear.dms(platform)

    async def _carry_out(self, message: IncomingMessage, thread: Thread) -> None:
        place = message.conversation
        if message.place is Place.CHANNEL:  # its thread is not there yet, and need not be
            place = replace(place, thread=None)
        there = thread if place == message.conversation else self._open_thread(place) or thread
        try:
            if there.whispers:
                await self._obey(message, place, there)
            elif self._admits(message):
                language = message.language or self._settings.language
                told = say("command.by_menu", language, line=message.text[1:].split()[0])
                await there.post(told, _notice(message))
        except PlatformError as error:
            log.warning("command_unanswered", conversation=place.key, reason=str(error))
        except Exception as error:  # noqa: BLE001  - one command must not end every conversation
            # Without its stack, which may quote what a person wrote.
            log.error("command_failed", fault=type(error).__name__, where=origin(error))  # noqa: TRY400

    async def _obey(self, message: IncomingMessage, place: Conversation, there: Thread) -> None:
        caller = Caller(
            message.author,
            place,
            there.settings_place,
            manages=message.manages,
            is_direct=message.place is Place.DM,
            language=message.language,
        )
        outcome = await self._desk.command(message.text[1:], caller)
        try:
            await there.whisper(message.author.id, outcome.alone)
        finally:
            await self._announce(message, outcome, there)

    async def _announce(self, message: IncomingMessage, outcome: Outcome, there: Thread) -> None:
        if outcome.everybody is None:
            return
        if not isinstance(commands.spoken(message.text), commands.OfThread):
            # It holds in all of the channel, and is of interest there.
            channel = replace(message.conversation, thread=None)
            there = self._open_thread(channel) or there
        await there.post(outcome.everybody, _notice(message))

    def _admits(self, message: IncomingMessage) -> bool:
        platform = message.conversation.platform
        return admission.admits(self._settings.access, message.author, platform)


def _hint(message: IncomingMessage, thread: Thread) -> Hint:
    return Hint(
        message.conversation, message.id, message.place, message.address, thread.settings_place
    )


def _notice(message: IncomingMessage) -> Mark:
    return Mark(message.id, 0, Kind.NOTICE)
