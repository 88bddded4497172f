"""Shell: the desk where people ask and give commands; implements `bot.ports.Desk`."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from bot import admission, commands, prompting
from bot.errors import StoreAway
from bot.forgetting import Forgetting
from bot.governing import Governing
from bot.model import IncomingMessage, Standing, is_forgotten, person_id
from bot.ports import Caller, Control, Ear, Outcome, Thread
from bot.pressing import Pressing
from bot.quieting import Quieting
from bot.sentences import say
from bot.settings import Settings
from bot.spending import Spending
from bot.store import Conversations, Lease, Nudges
from bot.usage import Scope, Within, lines

log = structlog.get_logger(__name__)


class Desk:
    """Obeys who may; what it answers is for the caller alone.

    *lead* begins to answer in a conversation whose lease it is given.
    """

    def __init__(  # noqa: PLR0913  - each does a part of what people ask for here
        self,
        settings: Settings,
        store: Conversations,
        nudges: Nudges,
        ear: Ear,
        governing: Governing,
        spending: Spending,
        forgetting: Forgetting,
        *,
        lead: Callable[[Lease], None],
    ) -> None:
        self._settings = settings
        self._store = store
        self._ear = ear
        self._governing = governing
        self._quieting = Quieting(store.follow_ups, governing.in_force, settings.language)
        self._spending = spending
        self._pressing = Pressing(settings, store, nudges, governing.in_force, spending, lead=lead)
        self._forgetting = forgetting

    async def ask(self, question: IncomingMessage, thread: Thread) -> str | None:
        """Take *question* in, which was asked by command; a sentence where it was not taken."""
        language = question.language or self._settings.language
        if not question.text.strip():
            return say("ask.blank", language, example="/claude ask ...")
        if commands.spoken(question.text.strip()) is not None:
            # Claude would say that it has done it.
            given = prompting.plain(question.text.strip().removeprefix("!"))
            return say("ask.is_command", language, example=f"/claude {given}")
        try:
            taken = await self._ear.hear(question, thread)
        except StoreAway:
            return say("store.away_now", language)
        return None if taken else say("access.denied", language)

    async def ask_about(
        self, message: IncomingMessage, question: IncomingMessage, thread: Thread
    ) -> str | None:
        """Take in *question*, which has no words but *message*; a sentence where it was not."""
        language = question.language or self._settings.language
        try:
            if await self._is_forgotten(message):
                return say("ask.forgotten", language)
        except StoreAway:
            return say("store.away_now", language)
        quoted = [say("ask.about", language, name=prompting.plain(message.author.name))]
        quoted += [f"> {line}" for line in message.text.splitlines()]
        text, files = "\n".join(quoted), message.attachments
        asked = replace(question, text=text, attachments=files, about=message.author)
        return await self.ask(asked, thread)

    async def press(self, control: Control, turn: str, caller: Caller) -> str | None:
        """Do to the answer to *turn*, in the caller's place, what was pressed below it."""
        language = caller.language or self._settings.language
        try:
            return await self._pressing.press(control, turn, caller, language)
        except StoreAway:
            return say("store.away_now", language)

    async def command(self, line: str, caller: Caller) -> Outcome:
        """What comes of the command *line*, as people type it behind ``/claude``."""
        language = caller.language or self._settings.language
        try:
            return await self._obeyed(commands.parse(line), caller, language)
        except StoreAway:
            return Outcome(say("store.away_now", language))

    async def typed(self, line: str, caller: Caller) -> Outcome:
        """What comes of *line* where a line that is no command as a whole is a question."""
        language = caller.language or self._settings.language
        command = commands.typed(line)
        try:
            if not self._may(command, caller):
                return Outcome(say("access.denied", language))
            return await self._typed(command, line, caller, language)
        except StoreAway:
            return Outcome(say("store.away_now", language))

    def choices(self, line: str, caller: Caller) -> Sequence[str]:
        """The names that the command *line* may go on with; none for who may not use us."""
        return self._governing.choices(line) if self._admits(caller) else ()

    async def _typed(
        self, command: commands.Command, line: str, caller: Caller, language: str
    ) -> Outcome:
        match command:
            case commands.Help() if not line.strip():
                holds = await self._governing.carry_out(commands.ShowSettings(), caller, language)
                return Outcome(f"{say('command.help', language)}\n\n{holds.alone}")
            case commands.Misused("prompt set"):
                return await self._governing.form(caller, language)
            case commands.Ask(question, privately):
                # What is posted as a question is to be answered: now, not when the store is back.
                await self._store.ready()
                return Outcome("", question=question, privately=privately)
            case _:
                return await self._obeyed(command, caller, language)

    async def _obeyed(self, command: commands.Command, caller: Caller, language: str) -> Outcome:
        if not self._may(command, caller):
            return Outcome(say("access.denied", language))
        match command:
            case commands.ForgetMe():
                alone = await self._forget(caller, language)
            case commands.Reset():
                return await self._reset(caller, language)
            case commands.Quiet() | commands.Wake():
                return await self._quieting.carry_out(command, caller, language)
            case commands.Stop():
                alone = await self._pressing.stop_all(caller, language)
            case commands.ShowUsage(within):
                alone = await self._used(within, caller, language)
            case commands.Help() | commands.Unknown() | commands.Ask() | commands.Misused():
                alone = _explained(command, language)
            case _:
                return await self._governing.carry_out(command, caller, language)
        return Outcome(alone)

    def _admits(self, caller: Caller) -> bool:
        return admission.admits(self._settings.access, caller.author, caller.place.platform)

    def _may(self, command: commands.Command, caller: Caller) -> bool:
        return self._admits(caller) or _forgets(command, caller)

    async def _is_forgotten(self, message: IncomingMessage) -> bool:
        platform, author = message.conversation.platform, message.author
        until = await self._store.people.authors(platform, [author])
        return is_forgotten(message.sent_at, until.get(author.id))

    async def _reset(self, caller: Caller, language: str) -> Outcome:
        if caller.place.thread is None and not caller.is_direct:
            return Outcome(say("reset.where", language))
        await self._store.reset(caller.place)
        log.info("reset", conversation=caller.place.key, by=caller.author.id)
        who = prompting.plain(caller.author.name)
        return Outcome(
            say("reset.done", language), say("reset.by", self._settings.language, by=who)
        )

    async def _forget(self, caller: Caller, language: str) -> str:
        receipt = await self._forgetting.forget(caller.place.platform, caller.author)
        erased = receipt.erased
        told = "forget.done" if receipt.places else "forget.nothing"
        done = say(
            told,
            language,
            said=erased.said,
            answered=erased.answered,
            owed=erased.owed,
            places=receipt.places,
        )
        return f"{done}\n{say('forget.kept', language)}"

    async def _used(self, within: Within, caller: Caller, language: str) -> str:
        if within is Within.TOTAL and not admission.is_admin(self._settings.access, caller):
            return say("usage.not_yours", language)
        who = person_id(caller.place.platform, caller.author)
        ids = {Within.USER: who, Within.CHANNEL: caller.settings_place, Within.TOTAL: ""}
        report = await self._spending.report(Scope(within, ids[within]))
        return "\n".join(await asyncio.to_thread(lines, report, language))


def _explained(
    command: commands.Help | commands.Unknown | commands.Ask | commands.Misused, language: str
) -> str:
    match command:
        case commands.Help():
            return say("command.help", language)
        case commands.Unknown(word):
            shown, overview = prompting.plain(word), say("command.help", language)
            return say("command.unknown", language, word=shown, help=overview)
        case commands.Ask():
            return say("ask.elsewhere", language)
        case commands.Misused(name):
            example = f"/claude {commands.EXAMPLES[name]}"
            return say("command.misused", language, name=name, example=example)


def _forgets(command: commands.Command, caller: Caller) -> bool:
    """Whether it is about the caller's own words: who may not use us is in threads we read, too."""
    return command == commands.ForgetMe() and caller.author.standing is not Standing.BOT
