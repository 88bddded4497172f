from bot import prompting, seeding
from bot.model import Author, Effort, History, PastMessage, Role, Tier, Turn

ANA = Author("U1", "Ana")
TIER = Tier("general", "claude-sonnet-5-5", 1000, Effort.LOW)
ROOT = PastMessage("1", 10, ANA, "The plan")
OURS = PastMessage("2", 20, None, "Noted.")
LAST = PastMessage("3", 30, ANA, "Thanks")


def test_people_are_users_and_our_own_words_the_assistants() -> None:
    assert [
        (turn.id, turn.role, turn.text)
        for turn in seeding.turns(History((ROOT, OURS, LAST)), known=(), forgotten={})
    ] == [
        ("1", Role.USER, "The plan"),
        ("2", Role.ASSISTANT, "Noted."),
        ("3", Role.USER, "Thanks"),
    ]


def test_a_gap_is_told_directly_behind_the_root() -> None:
    root, gap, last = seeding.turns(History((ROOT, LAST), omitted=7), known=(), forgotten={})
    assert gap.text == "[7 messages between these two are not shown]"
    assert (root.sent_at, root.id) < (gap.sent_at, gap.id) < (last.sent_at, last.id)


def test_our_own_words_are_left_out_where_the_store_has_our_answers() -> None:
    answer = Turn("1~a", Role.ASSISTANT, 10, "Noted.")
    turns = seeding.turns(History((ROOT, OURS, LAST)), known=(answer,), forgotten={})
    assert [turn.id for turn in turns] == ["1", "3"]


def test_words_that_their_author_had_us_forget_are_not_read_nor_what_we_answered() -> None:
    ben = PastMessage("4", 40, Author("U2", "Ben"), "Me too")
    ours = PastMessage("5", 50, None, "Good.")
    history = History((ROOT, OURS, ben, ours, LAST), omitted=3)
    told = [turn.id for turn in seeding.turns(history, (), {"U1": 29, "U3": 99})]
    assert told == ["4", "4~gap", "5", "3"]
    assert seeding.turns(History((ROOT, OURS)), (), {"U1": 10}) == ()


def test_an_empty_thread_has_no_turns() -> None:
    assert seeding.turns(History(()), known=(), forgotten={}) == ()


def test_a_thread_below_our_own_message_is_begun_by_the_chat() -> None:
    aside, ours, last = seeding.turns(History((OURS, LAST)), known=(), forgotten={})
    assert (aside.role, ours.role, last.role) == (Role.USER, Role.ASSISTANT, Role.USER)
    assert (aside.sent_at, aside.id) < (ours.sent_at, ours.id)
    request = prompting.request((aside, ours, last), tier=TIER, prompt="")
    assert "Noted." in str(request.messages)
