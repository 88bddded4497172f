"""Shell: how a reply ends: whole, cut, declined, stopped or given up on, each with its sentence."""

from collections.abc import Iterator, Sequence

import structlog

from bot import endings, prompting
from bot.asking import Answer, GaveUp
from bot.endings import End
from bot.model import Draft, Ended, Turn
from bot.ports import Kind
from bot.reply import Reply
from bot.sentences import explain, say
from bot.spending import OverBudget
from bot.store import Work

log = structlog.get_logger(__name__)


class Closing:
    """Ends *reply*, in *language*; *before* is an answer that stood there when it began.

    *postscripts* is what a person should know besides, by the time it ends. What a method returns
    is to be remembered of the answer, None for nothing.
    """

    def __init__(
        self, reply: Reply, language: str, before: Turn | None, postscripts: Sequence[str]
    ) -> None:
        self._reply = reply
        self._language = language
        self._before = before.text if before else ""
        self._postscripts = postscripts

    def bring_back(self) -> None:
        """Show again what stood there before, unless what has come since is longer.

        Nobody loses half an answer by asking for the whole.
        """
        if len(self._before) > len(self._reply.text()):
            self._reply.grow(Draft.of(self._before))

    def judge(self, answer: Answer) -> Ended | None:
        """*answer* as it is to be shown; None, the reply ended, where there is no answer in it."""
        text, reason = answer.draft.text(), answer.ending.stop_reason
        if not endings.is_known(reason):
            log.warning("stop_reason_unknown", length=len(reason))
        end = endings.judged(text, reason)
        if end in {End.EMPTY, End.OVERTHOUGHT} and self._before:
            text = self._before
        elif end in {End.DECLINED, End.EMPTY, End.OVERTHOUGHT}:
            self._reply.withdraw()
            self._reply.end(self._say(f"answer.{end.value}"), kind=Kind.NOTICE)
            return None
        cut = "" if end is End.WHOLE else self._say(f"answer.{end.value}")
        return Ended(text, self._with_postscripts(cut) or None, incomplete=bool(cut))

    def show(self, ended: Ended | None) -> Ended | None:
        """*ended*, with which the reply ends; what was streamed of it stays."""
        if ended is None:
            return None
        if self._reply.text() != ended.text:
            self._reply.grow(Draft.of(ended.text))
        buttons = endings.below_a_cut(self._language) if ended.incomplete else ()
        self._reply.end(ended.notice, buttons=buttons)
        return ended

    def stopped(self) -> Ended | None:
        """What stands there when somebody stops it."""
        self.bring_back()
        self._reply.end(self._with_postscripts(self._say("answer.stopped")))
        text = self._reply.text()
        return Ended(text, None, incomplete=True) if text else None

    def gave_up(self, error: GaveUp) -> Ended:
        """What is left when no attempt came to an end; without a word, it may be tried again."""
        self.bring_back()
        text, trouble = self._reply.text(), error.failure.trouble
        told = self._with_postscripts(self._sorry(error, text))
        buttons = endings.below_a_failure(text, trouble, self._language)
        self._reply.end(told, kind=Kind.NOTICE, buttons=buttons)
        return Ended(text, None, incomplete=True)

    def over_budget(self, error: OverBudget) -> Ended:
        """What is left when there is no money for an answer; it may be tried again."""
        self.bring_back()
        text = self._reply.text()
        told = self._with_postscripts(explain(error, self._language))
        buttons = endings.below_a_full_budget(self._language)
        self._reply.end(told, kind=Kind.NOTICE, buttons=buttons)
        return Ended(text, None, incomplete=True)

    def notice(self, key: str) -> None:
        """End with the sentence *key*; history does not hold what is shown."""
        self._reply.end(self._say(key), kind=Kind.NOTICE)

    def _sorry(self, error: GaveUp, text: str) -> str:
        trouble = self._say(error.key)
        if text.strip():
            return self._say("claude.interrupted", trouble=trouble)
        if not error.failure.retryable:
            return trouble
        if not error.attempts:
            return self._say("claude.not_asked", trouble=trouble)
        if error.attempts == 1:
            return self._say("claude.gave_up_once", trouble=trouble)
        return self._say("claude.gave_up", trouble=trouble, attempts=error.attempts)

    def _with_postscripts(self, sentence: str) -> str:
        return "\n".join([*([sentence] if sentence else []), *self._postscripts])

    def _say(self, key: str, **arguments: object) -> str:
        return say(key, self._language, **arguments)


def unread(work: Work, language: str) -> Iterator[str]:
    """A line for each file that came with a question that is answered here."""
    for turn in work.turns:
        for file in turn.attachments if turn.id in work.questions else ():
            yield say("file.unread", language, name=prompting.plain(file.name))
