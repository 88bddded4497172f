"""What a call costs whose attempts break off: each of them, by itself."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.bill import Bill
from bot.lineup import DEFAULT_TIERS
from bot.model import Draft, Message, Request, Role, Usage
from bot.prices import LARGEST_PROMPT, broken_off, cost
from bot.prompting import weigh
from bot.usage import Charge, Entry, Spender

SIMPLE = DEFAULT_TIERS["simple"]
REQUEST = Request(SIMPLE, "", (Message(Role.USER, ("why?",)),))
TOLD = Usage(input=3, output=1, cache_read=70, cache_write=7)
ANA = Spender("slack:U1", "slack:C1", "Ana")
TOKENS = st.integers(-5, 2 * LARGEST_PROMPT)


def test_what_was_not_begun_costs_nothing() -> None:
    bill = Bill(REQUEST, 40)
    assert (bill.used(), bill.attempts) == ((), 0)


def test_a_prompt_is_paid_for_each_attempt_and_what_was_said_by_its_weight() -> None:
    bill = Bill(REQUEST, 40)
    first, second = Draft.of("", 1), Draft.of("", 3)
    bill.begun(first, TOLD)
    first.append("Because of ")
    bill.broke(TOLD)
    bill.begun(second, Usage())
    assert bill.used() == (
        replace(TOLD, output=weigh("Because of ")),
        Usage(cache_write=40),  # the API told nothing: as it was estimated
    )
    assert bill.attempts == 3
    second.append("Since")
    bill.ended(replace(TOLD, output=9))
    assert bill.used()[1] == replace(TOLD, output=9)


def test_what_was_said_before_this_call_is_not_paid_again() -> None:
    bill = Bill(replace(REQUEST, said="One, "), 40)
    draft = Draft.of("One, ")
    bill.begun(draft, TOLD)
    assert bill.used() == (TOLD,)
    draft.append("two")
    assert bill.used() == (replace(TOLD, output=weigh("two")),)


def test_attempts_are_priced_each_by_the_length_of_its_own_prompt() -> None:
    short = Usage(input=60_000, output=10)
    entry = Entry.of(Charge("c", "t", "1"), ANA, SIMPLE, short, short)
    alone = cost(short, SIMPLE)
    assert alone is not None
    assert entry.tally.cost == 2 * alone
    assert (entry.tally.answers, entry.tally.input) == (1, 120_000)
    unpriced = Entry.of(Charge("c", "t", "1"), ANA, replace(SIMPLE, prices=()), short, short)
    assert unpriced.tally.unpriced == 1


@given(st.builds(Usage, TOKENS, TOKENS, TOKENS, TOKENS), TOKENS, st.integers(0, 10**6))
def test_whatever_was_told_an_attempt_that_broke_off_settles_something_that_can_be(
    told: Usage, said: int, weight: int
) -> None:
    settled = broken_off(told, SIMPLE, prompt_tokens=weight, said_tokens=said)
    counts = (settled.input, settled.cache_read, settled.cache_write)
    assert min(counts) >= 0
    assert sum(counts) <= LARGEST_PROMPT
    assert 0 <= settled.output <= SIMPLE.max_tokens
    assert settled.output >= min(said, SIMPLE.max_tokens)
