"""The way of a command: read, its author looked up, handed to the desk, told what came of it."""

import time
from collections.abc import Callable, Mapping

from structlog import get_logger

from adapters.slack import asked, forms, private
from adapters.slack.asked import Asked
from adapters.slack.events import settings_place
from adapters.slack.messages import Said
from adapters.slack.notes import note
from adapters.slack.orders import By, Filled, Pointed, Typed, read
from adapters.slack.people import Known
from adapters.slack.reading import ESCAPES
from adapters.slack.thread import Workspace
from adapters.slack.trouble import code_of
from adapters.slack.web import ts_of
from adapters.slack.wire import fields, micros, text
from adapters.slack.words import Words, word
from bot.errors import Denied, PlatformError, Unreachable
from bot.model import Address, Conversation, IncomingMessage, Place
from bot.ports import Caller, Desk, Form, Kind, Mark, Outcome, Thread

_NOT_THERE = frozenset({"not_in_channel", "channel_not_found"})

_log = get_logger(__name__)


class Commander:
    """Takes what people of one workspace do with commands, items and forms to *desk*."""

    def __init__(
        self,
        desk: Desk,
        workspace: Workspace,
        reopen: Callable[[Conversation], Thread],
        words: Words,
    ) -> None:
        self._desk = desk
        self._workspace = workspace
        self._web = workspace.web
        self._reopen = reopen
        self._words = words

    async def take(self, body: Mapping[str, object]) -> None:
        """Do what *body* says, and tell the caller alone what came of it.

        It was acknowledged before: raises nothing that a platform can.
        """
        order = read(body, self._workspace.us)
        try:
            match order:
                case Typed():
                    await self._typed(order)
                case Pointed():
                    await self._pointed(order)
                case Filled():
                    await self._filled(order)
                case None:
                    _log.debug("slack_command_dropped")
        except PlatformError as error:
            _log.warning("slack_command_lost", reason=str(error))

    async def _typed(self, order: Typed) -> None:
        by, said = order.by, Said.by(order.by.user, order.by.team, order.text)
        known = await self._known(by, said)
        if known is None:
            return
        caller = self._caller(by, known, said)
        outcome = await self._desk.typed(known.text(said), caller)
        if outcome.question is not None:
            ask = self._ask_alone if outcome.privately else self._ask
            await ask(by, caller, outcome.question)
        elif outcome.form is None or not await self._opened(by, outcome.form):
            await self._answer(by, outcome)

    async def _pointed(self, order: Pointed) -> None:
        by, said = order.by, Said.by(order.by.user, order.by.team, "")
        known = await self._known(by, said)
        if known is None:
            return
        caller = self._caller(by, known, said)
        if not await self._is_there(by):
            await self._tell_away(by, caller)
            return
        # A DM without a thread is answered in line.
        thread = order.thread or (None if by.is_direct else order.said.ts)
        place = Place.DM if by.is_direct else Place.THREAD
        question = self._question(caller, thread, place, order.at or f"{time.time():.6f}", "")
        told_of = await self._workspace.people.know([order.said])
        about = IncomingMessage(
            conversation=question.conversation,
            id=order.said.ts,
            sent_at=order.said.sent_at,
            place=place,
            address=Address.US,
            author=told_of.author(order.said),
            text=told_of.text(order.said),
            attachments=order.said.attachments,
        )
        door = self._reopen(question.conversation)
        refusal = await self._desk.ask_about(about, question, door)
        if refusal is not None:
            await self._tell(by, refusal)

    async def _filled(self, order: Filled) -> None:
        by, said = order.by, Said.by(order.by.user, order.by.team, "")
        known = await self._known(by, said)
        if known is not None:
            caller = self._caller(by, known, said)
            await self._answer(by, await self._desk.command(f"{order.line} {order.text}", caller))

    async def _ask(self, by: By, caller: Caller, text_: str) -> None:
        """Post the question where everybody sees it, and take it in as if it had been said."""
        try:
            ts = await self._posted(by, caller, text_)
        except PlatformError as error:
            _log.warning("slack_question_unposted", reason=str(error))
            if isinstance(error, Denied) and code_of(error) in _NOT_THERE:
                await self._tell_away(by, caller)
            else:
                await self._tell_word(by, caller, "told.unposted")
            return
        direct = by.is_direct
        place = Place.DM if direct else Place.CHANNEL
        question = self._question(caller, None if direct else ts, place, ts, text_)
        refusal = await self._desk.ask(question, self._reopen(question.conversation))
        if refusal is not None:
            await self._tell(by, refusal)

    async def _ask_alone(self, by: By, caller: Caller, text_: str) -> None:
        """Post the question in our DM with the caller, where its answer follows in its thread."""
        channel = by.channel.channel
        told = "told.privately_here" if by.is_direct else "told.privately"
        above = self._word(told, caller, channel=f"<#{channel}>")
        try:
            dm, ts = await self._post(by.user, Asked(by.user, text_, channel), above)
        except PlatformError as error:
            _log.warning("slack_question_unposted", reason=str(error))
            refused = isinstance(error, Denied)
            await self._tell_word(by, caller, "told.no_dm" if refused else "told.unposted")
            return
        conversation = private.conversation(by.channel, dm, ts)
        question = self._question(caller, conversation.thread, Place.THREAD, ts, text_)
        refusal = await self._desk.ask(question, self._reopen(conversation))
        if refusal is not None:
            await self._tell(by, refusal)
        elif dm != by.channel.channel:
            await self._tell_word(by, caller, "told.in_dm")

    async def _posted(self, by: By, caller: Caller, text_: str) -> str:
        """The ts of the question in its channel: under the asker's name, or with it above."""
        question, name = Asked(by.user, text_), caller.author.name
        channel = by.channel.channel
        if self._workspace.us.customizes:
            try:
                return (await self._post(channel, question, None, username=name))[1]
            except Denied as denied:
                if code_of(denied) != "missing_scope":
                    raise
        above = self._word("told.asks", caller, name=name)
        return (await self._post(channel, question, above))[1]

    async def _post(
        self, where: str, question: Asked, above: str | None, **name: str
    ) -> tuple[str, str]:
        """The channel and ts of *question*; *where* may be a person, for our DM with them."""
        answer = await self._web.write(
            "chat.postMessage",
            channel=where,
            text=asked.fallback(question, above).translate(ESCAPES),
            blocks=asked.shown(question, above),
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
            link_names=False,
            mrkdwn=False,
            **name,
        )
        return text(answer.body.get("channel")) or where, ts_of(answer, "chat.postMessage")

    def _question(
        self, caller: Caller, thread: str | None, place: Place, ts: str, text_: str
    ) -> IncomingMessage:
        channel = caller.place
        return IncomingMessage(
            conversation=Conversation(channel.platform, channel.workspace, channel.channel, thread),
            id=ts,
            sent_at=micros(ts) or 0,
            place=place,
            address=Address.US,
            author=caller.author,
            text=text_,
            language=caller.language,
            manages=caller.manages,
        )

    async def _opened(self, by: By, form: Form) -> bool:
        """Whether the caller sees *form*; where it could not be opened, the reason is logged."""
        view = forms.view(form, by.channel.channel, by.url)
        try:
            await self._web.write("views.open", trigger_id=by.trigger, view=view)
        except PlatformError as error:
            _log.warning("slack_form_lost", reason=str(error))
            return False
        return True

    async def _answer(self, by: By, outcome: Outcome) -> None:
        try:
            await self._tell(by, outcome.alone)
        finally:  # what was changed is announced, whether or not its caller could be told
            await self._announce(by, outcome)

    async def _announce(self, by: By, outcome: Outcome) -> None:
        if outcome.everybody is None:
            return
        try:
            door = self._reopen(by.channel)
            await door.post(outcome.everybody, Mark(by.trigger, 0, Kind.NOTICE))
        except PlatformError as error:
            _log.warning("slack_change_not_announced", reason=str(error))

    async def _tell_away(self, by: By, caller: Caller) -> None:
        # Nobody can be invited into the DM of two people.
        await self._tell_word(by, caller, "told.not_in_dm" if by.is_direct else "told.not_there")

    async def _tell_word(self, by: By, caller: Caller, key: str) -> None:
        """Show the caller alone the sentence *key*."""
        await self._tell(by, self._word(key, caller, us=self._workspace.us.name))

    async def _tell(self, by: By, markdown: str) -> None:
        """Show the caller alone *markdown*; it needs no membership where they gave a command."""
        if by.url is not None:
            try:
                await self._web.respond(by.url, {"response_type": "ephemeral", **note(markdown)})
            except PlatformError as error:
                _log.info("slack_response_lost", reason=str(error))
            else:
                return
        await self._reopen(by.channel).whisper(by.user, markdown)

    async def _known(self, by: By, said: Said) -> Known | None:
        """Who gives the command, and whom it names; None, and told, where Slack does not say."""
        try:
            return await self._workspace.people.hear(said)
        except Unreachable as error:
            _log.warning("slack_command_lost", reason=str(error))
            await self._tell(by, word(self._words, "told.unknown", None))
            return None

    async def _is_there(self, by: By) -> bool:
        """Whether we are in that channel, so that an answer can be posted there."""
        try:
            answer = await self._web.read("conversations.info", channel=by.channel.channel)
        except Denied as denied:
            return code_of(denied) not in _NOT_THERE
        return fields(answer.body.get("channel")).get("is_member") is not False

    def _caller(self, by: By, known: Known, said: Said) -> Caller:
        return Caller(
            known.author(said),
            by.channel,
            settings_place(by.channel.channel),
            manages=known.manages(said),
            is_direct=by.is_direct,
            language=known.language(said),
        )

    def _word(self, key: str, caller: Caller, **arguments: object) -> str:
        return word(self._words, key, caller.language, **arguments)
