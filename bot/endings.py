"""Pure: how an answer ended -> what is to be made of it, and the buttons that stand below it."""

import enum

from bot.ports import Button, Control
from bot.retry import Trouble
from bot.sentences import say


class End(enum.Enum):
    """What an answer that ended is."""

    WHOLE = "whole"
    CUT = "cut"  # at its own length limit, or Claude paused too often
    CROWDED = "crowded"  # at the end of Claude's window, which the conversation has filled
    DECLINED = "declined"
    EMPTY = "empty"
    OVERTHOUGHT = "overthought"  # all that it was allowed went into thinking


PAUSED = "pause_turn"
REFUSAL = "refusal"
CROWDED = "model_context_window_exceeded"
_WHOLE = frozenset({"end_turn", "stop_sequence"})
_CUT = {
    "max_tokens": End.CUT,
    PAUSED: End.CUT,
    CROWDED: End.CROWDED,
}
_HOPELESS = frozenset({Trouble.TOO_LONG, Trouble.MALFORMED})  # the same question fares no better


def judged(text: str, reason: str) -> End:
    """What the answer *text* is that stopped for *reason*; one that we do not know is an end."""
    if reason == REFUSAL:
        return End.DECLINED
    if not text.strip():
        return End.OVERTHOUGHT if reason in _CUT else End.EMPTY
    return _CUT.get(reason, End.WHOLE)


def is_known(reason: str) -> bool:
    """Whether *reason* is one that the API names for what we ask of it."""
    return reason in _WHOLE or reason in _CUT or reason == REFUSAL


def below_a_cut(language: str) -> tuple[Button, ...]:
    """The buttons below an answer that reached a limit."""
    return (_button(Control.CONTINUE, language),)


def below_a_failure(text: str, trouble: Trouble, language: str) -> tuple[Button, ...]:
    """The buttons below *text*, all that came of an answer before *trouble* ended it."""
    if not text.strip():
        return () if trouble in _HOPELESS else (_button(Control.RETRY, language),)
    return _button(Control.CONTINUE, language), _button(Control.RETRY, language)


def below_a_full_budget(language: str) -> tuple[Button, ...]:
    """The buttons below the sentence that nothing of a budget can be had."""
    return _button(Control.RETRY, language), _button(Control.GRANT, language)


def while_it_grows(language: str) -> tuple[Button, ...]:
    """The buttons below an answer that is being written."""
    return (_button(Control.STOP, language),)


def _button(control: Control, language: str) -> Button:
    return Button(control, say(f"button.{control.value}", language))
