import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import endings
from bot.endings import End
from bot.ports import Control
from bot.retry import Trouble

REASONS = {
    "end_turn": End.WHOLE,
    "stop_sequence": End.WHOLE,
    "max_tokens": End.CUT,
    "pause_turn": End.CUT,
    "model_context_window_exceeded": End.CROWDED,
    "refusal": End.DECLINED,
}


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_that_the_api_names_is_known(reason: str) -> None:
    assert endings.is_known(reason)
    assert endings.judged("Text.", reason) is REASONS[reason]


@given(st.text().filter(lambda reason: reason not in REASONS), st.text(min_size=1))
def test_a_reason_that_nobody_knows_is_an_end(reason: str, text: str) -> None:
    assert not endings.is_known(reason)
    assert endings.judged(text, reason) is (End.WHOLE if text.strip() else End.EMPTY)


@given(st.sampled_from(sorted(REASONS)), st.text(" \n\t"))
def test_blanks_are_never_an_answer(reason: str, blanks: str) -> None:
    assert endings.judged(blanks, reason) in {End.EMPTY, End.OVERTHOUGHT, End.DECLINED}


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_stands_may_go_on_and_what_is_hopeless_is_not_offered(
    trouble: Trouble, language: str
) -> None:
    def controls(text: str) -> list[Control]:
        return [one.control for one in endings.below_a_failure(text, trouble, language)]

    assert controls("Half of") == [Control.CONTINUE, Control.RETRY]
    hopeless = trouble in {Trouble.TOO_LONG, Trouble.MALFORMED}
    assert controls(" ") == ([] if hopeless else [Control.RETRY])
