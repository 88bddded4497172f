"""An answer that one person alone sees: the response to their command, and what follows it."""

import time
from collections.abc import Callable, Mapping
from typing import Final

from structlog import get_logger

from adapters.discord.buttons import shown
from adapters.discord.events import DIRECT, PLATFORM, settings_place
from adapters.discord.limits import EVERYTHING, Window, spec
from adapters.discord.menu import Words, word
from adapters.discord.responses import TOKEN_LIVES, asked, response_of
from adapters.discord.snowflakes import number
from adapters.discord.thread import DiscordThread
from adapters.discord.trouble import edit_refused, has_expired
from adapters.discord.web import Web
from adapters.discord.writing import DiscordDialect, render
from bot.errors import Denied, EditRefused, MessageGone, PlatformError
from bot.model import Conversation, History, Turn
from bot.ports import BucketSpec, Call, Control, Found, Kind, Mark

# Of each token, as third parties measure it: facts of the calls by webhooks.
_OF_A_TOKEN: Final = Window(5, 2.0)

_log = get_logger(__name__)


class PrivateThread:
    """A conversation of one question, which nobody but its asker sees.

    Discord shows it, and lets it be changed, by the token of the command: for 15 minutes. What
    stands there then stays as it is, and an answer that has not ended by then goes into the DM with
    that person, whole. *direct* opens a DM.
    """

    def __init__(
        self,
        conversation: Conversation,
        web: Web,
        words: Words,
        direct: Callable[[Conversation], DiscordThread],
    ) -> None:
        self._conversation = conversation
        self._web = web
        self._words = words
        self._direct = direct
        self._question: Turn | None = None
        self._responded = False
        self._over = False
        self._dm: DiscordThread | None = None
        self._in_dm: set[str] = set()
        self._spec = spec(f"discord.private:{conversation.thread}", _OF_A_TOKEN)

    @property
    def conversation(self) -> Conversation:
        """The conversation that this thread shows."""
        return self._conversation

    @property
    def settings_place(self) -> str:
        """The channel in which the command was given; its settings hold here too."""
        return settings_place(self._conversation.channel)

    @property
    def dialect(self) -> DiscordDialect:
        """How text is measured on Discord."""
        return DiscordDialect()

    @property
    def controls(self) -> frozenset[Control]:
        """Everything: what one person alone sees has buttons too."""
        return frozenset(Control)

    @property
    def whispers(self) -> bool:
        """Never: what is said here answers a command."""
        return False

    @property
    def buckets(self) -> Mapping[Call, tuple[BucketSpec, ...]]:
        """That of the token; Discord leaves such calls out of the whole bot's."""
        all_ = (self._spec, EVERYTHING) if self._over else (self._spec,)
        return dict.fromkeys(Call, all_)

    def take_up(self, question: Turn) -> None:
        """Learn the token by which *question* is answered, and who asked it."""
        self._question = question
        self._over = question.ticket is None

    async def history(self, before: str) -> History:  # noqa: ARG002  - as every thread
        """Nothing: what is asked here goes on from nowhere."""
        return History(())

    async def post(self, text: str, mark: Mark) -> str:
        """The id of a new message that shows *text* to the asker alone."""
        if not await self._ended():
            try:
                return await self._responding(render(text), mark)
            except Denied as denied:
                await self._give_up(denied)
        posted = await (await self._opened()).post(text, _in_dm(mark))
        self._in_dm.add(posted)
        return posted

    async def edit(self, message_id: str, text: str, mark: Mark) -> None:
        """Make the message *message_id* of ours show *text*; EditRefused once the token is over."""
        if message_id in self._in_dm:
            return await (await self._opened()).edit(message_id, text, _in_dm(mark))
        if not await self._ended():
            try:
                return await self._rewrite(message_id, render(text), mark)
            except Denied as denied:
                await self._give_up(denied)
        raise EditRefused("discord.edit_refused", method="edit_response")

    async def delete(self, message_id: str) -> None:
        """Remove the message *message_id* of ours, where that can still be done."""
        if message_id in self._in_dm:
            return await (await self._opened()).delete(message_id)
        if await self._ended():
            raise EditRefused("discord.edit_refused", method="delete_response")
        try:
            await self._web.webhook.delete(self._token, self._follow_up(message_id))
        except MessageGone:
            return None

    async def dismiss(self, turn: str) -> None:
        """Nothing: no question here is answered with another."""

    async def whisper(self, person: str, text: str) -> None:
        """Not to be called here."""
        raise NotImplementedError(person, text)

    async def find(self, turn: str) -> tuple[Found, ...]:
        """The response alone: Discord lists no other message that one person sees.

        So a follow-up whose post got no answer may stand there twice.
        """
        response = response_of(turn)
        return () if response is None else (Found(response, Mark(turn, 0, Kind.ANSWER)),)

    async def busy(self) -> None:
        """Nothing: Discord shows that we think for as long as the response is empty."""

    @property
    def _asked(self) -> Turn:
        assert self._question is not None  # nothing is shown before it is known what for
        return self._question

    @property
    def _token(self) -> str:
        return self._asked.ticket or ""

    def _follow_up(self, message_id: str) -> int | None:
        return None if message_id == response_of(self._asked.id) else number(message_id)

    async def _responding(self, content: str, mark: Mark) -> str:
        response = response_of(mark.turn)
        if mark.part > 0 or self._responded or response is None:
            return await self._web.webhook.follow_up(self._token, content, shown(mark))
        await self._web.webhook.respond(self._token, content, shown(mark))
        self._responded = True
        return response

    async def _rewrite(self, message_id: str, content: str, mark: Mark) -> None:
        follow_up = self._follow_up(message_id)
        try:
            await self._web.webhook.respond(self._token, content, shown(mark), follow_up)
        except Denied as denied:
            raise edit_refused(denied) or denied from denied

    async def _ended(self) -> bool:
        """Whether the token is over, or about to be."""
        if not self._over and time.time() >= self._asked.sent_at / 1_000_000 + TOKEN_LIVES:
            await self._move()
        return self._over

    async def _give_up(self, denied: Denied) -> None:
        """Go over to the DM where *denied* says that the token is over; else raise it again."""
        if not has_expired(denied):
            raise denied
        await self._move()

    async def _move(self) -> None:
        """Go over to the DM with who asked, and tell them there, and here while that can be."""
        self._over = True
        turn = f"{asked(self._asked.id)}.moved"
        said = self._word("menu.private_answer", channel=f"<#{self._conversation.channel}>")
        told = "menu.goes_on_in_dm"
        try:
            await (await self._opened()).post(said, Mark(turn, 1, Kind.NOTICE))
        except PlatformError as error:
            _log.warning("discord_private_answer_stays", reason=str(error))
            told = "menu.no_dm" if isinstance(error, Denied) else told
        try:
            await self._web.webhook.follow_up(self._token, self._word(told))
        except PlatformError as error:
            _log.info("discord_private_answer_moves_untold", reason=str(error))

    def _word(self, key: str, **arguments: str) -> str:
        said = word(self._words, key, self._asked.language or "en")
        return render(said.format(**arguments))

    async def _opened(self) -> DiscordThread:
        """The DM with who asked."""
        if self._dm is None:
            author = self._asked.author
            channel = await self._web.dm(number("" if author is None else author.id))
            self._dm = self._direct(Conversation(PLATFORM, DIRECT, str(channel), None))
        return self._dm


def _in_dm(mark: Mark) -> Mark:
    """*mark* without the response, which stands elsewhere, and its buttons, which would mean it."""
    return Mark(str(asked(mark.turn)), mark.part, mark.kind)
