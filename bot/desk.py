"""Shell: the desk where commands are given and buttons pressed; implements `bot.ports.Desk`."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from bot import admission, commands, prompting
from bot.errors import StoreAway
from bot.forgetting import Forgetting
from bot.governing import Governing
from bot.model import Conversation, IncomingMessage, Standing, Turn, answer_id, person_id
from bot.ports import Caller, Control, Ear, Outcome, Thread
from bot.sentences import say
from bot.settings import Settings
from bot.spending import Spending, spender_of
from bot.store import Again, Conversations, Heard, Lease, Nudges
from bot.usage import Scope, Within, lines

log = structlog.get_logger(__name__)

LOOKS, LOOK = 8, 0.2  # how often, and how many seconds apart, an answer that is shown is looked for


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
        self._nudges = nudges
        self._ear = ear
        self._governing = governing
        self._spending = spending
        self._forgetting = forgetting
        self._lead = lead

    async def ask(self, question: IncomingMessage, thread: Thread) -> str | None:
        """Take *question* in, which was asked by command; a sentence where it was not taken."""
        language = question.language or self._settings.language
        if not question.text.strip():
            return say("ask.blank", language, example="/claude ask ...")
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
        quoted = [say("ask.about", language, name=prompting.plain(message.author.name))]
        quoted += [f"> {line}" for line in message.text.splitlines()]
        text, files = "\n".join(quoted), message.attachments
        asked = replace(question, text=text, attachments=files, about=message.author)
        return await self.ask(asked, thread)

    async def press(self, control: Control, turn: str, caller: Caller) -> str | None:
        """Do to the answer to *turn*, in the caller's place, what was pressed below it."""
        language = caller.language or self._settings.language
        try:
            match control:
                case Control.STOP:
                    return await self._stop_one(turn, caller, language)
                case Control.CONTINUE:
                    return await self._answer_again(turn, Again.CONTINUE, caller, language)
                case Control.RETRY:
                    return await self._answer_again(turn, Again.RETRY, caller, language)
                case Control.GRANT:
                    return await self._grant(turn, caller, language)
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
        try:
            if not self._admits(caller) and not _forgets(commands.typed(line), caller):
                return Outcome(say("access.denied", language))
            return await self._typed(line, caller, language)
        except StoreAway:
            return Outcome(say("store.away_now", language))

    async def _typed(self, line: str, caller: Caller, language: str) -> Outcome:
        command = commands.typed(line)
        match command:
            case commands.Help() if not line.strip():
                holds = await self._governing.carry_out(commands.ShowSettings(), caller, language)
                return Outcome(f"{say('command.help', language)}\n\n{holds.alone}")
            case commands.Misused("prompt set"):
                return await self._governing.form(caller, language)
            case commands.Ask(question):
                # What is posted as a question is to be answered: now, not when the store is back.
                await self._store.ready()
                return Outcome("", question=question)
            case _:
                return await self._obeyed(command, caller, language)

    async def _obeyed(self, command: commands.Command, caller: Caller, language: str) -> Outcome:
        if not self._admits(caller) and not _forgets(command, caller):
            return Outcome(say("access.denied", language))
        match command:
            case commands.ForgetMe():
                alone = await self._forget(caller, language)
            case commands.Reset():
                return await self._reset(caller, language)
            case commands.Stop():
                alone = await self._stop_all(caller, language)
            case commands.ShowUsage(within):
                alone = await self._used(within, caller, language)
            case commands.Help():
                alone = say("command.help", language)
            case commands.Unknown(word):
                shown, overview = prompting.plain(word), say("command.help", language)
                alone = say("command.unknown", language, word=shown, help=overview)
            case commands.Ask():
                alone = say("ask.elsewhere", language)
            case commands.Misused(name):
                example = f"/claude {commands.EXAMPLES[name]}"
                alone = say("command.misused", language, name=name, example=example)
            case _:
                return await self._governing.carry_out(command, caller, language)
        return Outcome(alone)

    def _admits(self, caller: Caller) -> bool:
        access, platform = self._settings.access, caller.place.platform
        rules = admission.rules(access, caller)
        return rules or admission.admits(access, caller.author, platform)

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

    async def _grant(self, turn: str, caller: Caller, language: str) -> str | None:
        question = await self._store.turn(caller.place, turn)
        if question is None:
            return say("again.none", language)
        full = await self._spending.full(spender_of(question, caller.place, caller.settings_place))
        within = full.scope.within if full is not None else None
        if not admission.may_grant(self._settings.access, caller, within):
            return say("grant.not_yours", language)
        refusal = await self._refusal(turn, question, caller, language)
        if refusal is not None:
            return refusal
        if full is not None:
            await self._spending.grant(full, f"{caller.place.key}/{turn}/{full.cap}")
            log.info("budget_granted", scope=full.scope.key, by=caller.author.id)
        return await self._answer_again(turn, Again.RETRY, caller, language)

    async def _stop_one(self, turn: str, caller: Caller, language: str) -> str | None:
        questions = await self._store.pending(caller.place)
        question = next((one for one in questions if one.id == turn), None)
        if question is None:
            return say("stop.ended", language)
        # Questions that are answered together end as one: each of their askers may stop that.
        merged = self._governing.merges(caller.settings_place)
        together = [one for one in questions if merged and one.sent_at <= question.sent_at]
        access = self._settings.access
        if not any(admission.may_press(access, caller, one) for one in [question, *together]):
            return say("stop.not_yours", language)
        stopped = await self._stop(caller.place, turn, caller)
        return None if stopped else say("stop.ended", language)

    async def _answer_again(
        self, turn: str, how: Again, caller: Caller, language: str
    ) -> str | None:
        question = await self._store.turn(caller.place, turn)
        refusal = await self._refusal(turn, question, caller, language)
        if refusal is not None:
            return refusal
        submitted = await self._store.again(caller.place, turn, how)
        if submitted.heard in {Heard.IGNORED, Heard.REPEATED}:
            gone = submitted.heard is Heard.IGNORED
            return say("again.none" if gone else "again.coming", language)
        log.info(
            "asked_again",
            conversation=caller.place.key,
            turn=turn,
            how=how.value,
            by=caller.author.id,
        )
        if submitted.lease is not None:
            self._lead(submitted.lease)
        return None

    async def _refusal(
        self, turn: str, question: Turn | None, caller: Caller, language: str
    ) -> str | None:
        """Why the answer to *turn* is not written again for *caller*; None where it may be."""
        answer = await self._answer(caller.place, turn)
        if question is None or answer is None or not answer.incomplete:
            return say("again.none", language)
        access = self._settings.access
        if not admission.admits(access, caller.author, caller.place.platform):
            return say("access.denied", language)
        allowed = admission.may_press(access, caller, question)
        return None if allowed else say("again.not_yours", language)

    async def _answer(self, place: Conversation, turn: str) -> Turn | None:
        """The answer to *turn*; its buttons may stand there a moment before the store has it."""
        for _ in range(LOOKS):
            # In this order: an answer is remembered in the moment in which its question is done.
            waiting = turn in {question.id for question in await self._store.pending(place)}
            answer = await self._store.turn(place, answer_id(turn))
            if answer is not None or not waiting:
                return answer
            await asyncio.sleep(LOOK)
        return None

    async def _stop_all(self, caller: Caller, language: str) -> str:
        count = 0
        for conversation in await self._store.active(caller.place):
            for question in await self._store.pending(conversation):
                if question.author is not None and question.author.id == caller.author.id:
                    count += await self._stop(conversation, question.id, caller)
        return say("stop.done", language, count=count) if count else say("stop.none", language)

    async def _stop(self, conversation: Conversation, turn: str, caller: Caller) -> bool:
        stopped = await self._store.stop(conversation, turn)
        if stopped:
            log.info("stopped", conversation=conversation.key, turn=turn, by=caller.author.id)
            await self._nudges.send(conversation)
        return stopped


def _forgets(command: commands.Command, caller: Caller) -> bool:
    """Whether it is about the caller's own words: who may not use us is in threads we read, too."""
    return command == commands.ForgetMe() and caller.author.standing is not Standing.BOT
