import itertools

import pytest

from bot.admission import admits, circles, may_grant, wish
from bot.model import Address, Author, Conversation, Place, Role, Standing, Turn, Wish
from bot.ports import Caller
from bot.settings import AccessTable, Reply
from bot.usage import Within

A, J, F, R, N = Wish.ANSWER, Wish.JOIN, Wish.FOLLOW, Wish.REMEMBER, None

# place, reply: what to do with a message to us, to nobody, to somebody else
TABLE = {
    (Place.CHANNEL, Reply.THREAD): (A, N, N),
    (Place.CHANNEL, Reply.MENTION): (A, N, N),
    (Place.CHANNEL, Reply.ALL): (A, J, J),
    (Place.THREAD, Reply.THREAD): (A, F, R),
    (Place.THREAD, Reply.MENTION): (A, R, R),
    (Place.THREAD, Reply.ALL): (A, J, J),
    (Place.DM, Reply.THREAD): (A, A, A),
    (Place.DM, Reply.MENTION): (A, A, A),
    (Place.DM, Reply.ALL): (A, A, A),
}


def test_each_place_and_setting_has_its_row() -> None:
    assert set(TABLE) == set(itertools.product(Place, Reply))


@pytest.mark.parametrize(("place", "reply"), TABLE)
def test_what_we_would_do_with_a_message(place: Place, reply: Reply) -> None:
    assert tuple(wish(place, address, reply) for address in Address) == TABLE[place, reply]


def test_everybody_of_the_workspace_is_heard_and_nobody_else_unless_let_in() -> None:
    heard = {s: admits(AccessTable(), Author("U1", "x", s), "slack") for s in Standing}
    assert heard == {
        Standing.MEMBER: True,
        Standing.GUEST: False,
        Standing.EXTERNAL: False,
        Standing.BOT: False,
        Standing.UNKNOWN: False,
    }
    everybody = AccessTable(guests=True, external=True, bots=True)
    assert all(admits(everybody, Author("U1", "x", s), "slack") for s in Standing)


@pytest.mark.parametrize(
    ("access", "heard"),
    [
        (AccessTable(guests=True), False),
        (AccessTable(external=True), False),
        (AccessTable(guests=True, external=True), True),
        (AccessTable(users=("slack:U1",)), True),
        (AccessTable(users=("slack:U2",), guests=True, external=True), False),
        (AccessTable(admins=("slack:U1",)), True),
    ],
)
def test_whose_standing_is_unknown_is_heard_where_everybody_is_or_by_name(
    access: AccessTable, *, heard: bool
) -> None:
    assert admits(access, Author("U1", "x", Standing.UNKNOWN), "slack") is heard


def test_a_list_of_users_keeps_everybody_else_out() -> None:
    access = AccessTable(users=("slack:U1",), admins=("slack:U2",), guests=True)
    assert admits(access, Author("U1", "x", Standing.GUEST), "slack")
    assert admits(access, Author("U2", "x"), "slack")
    assert not admits(access, Author("U3", "x"), "slack")
    assert not admits(access, Author("U1", "x"), "discord")


def turns(*speakers: str) -> list[Turn]:
    """What people (P), bots (B) and we (-) said, one after the other."""
    authors = {"P": Author("1", "Ana"), "B": Author("2", "Robot", Standing.BOT), "-": None}
    return [
        Turn(f"{number}", Role.USER if who != "-" else Role.ASSISTANT, number, "x", authors[who])
        for number, who in enumerate("".join(speakers))
    ]


@pytest.mark.parametrize(
    ("said", "circle"),
    [
        ("PB-B-B-B-B-B", True),
        ("BBBBBB", True),
        ("PB-B-B-B-B", False),
        ("B-B-B-PB-B-B", False),
        ("P", False),
        ("", False),
    ],
)
def test_bots_among_themselves_are_answered_for_a_while(said: str, *, circle: bool) -> None:
    assert circles(turns(said)) is circle


@pytest.mark.parametrize("within", [None, *Within])
def test_a_budget_is_granted_by_who_rules_and_the_whole_by_admins_alone(
    within: Within | None,
) -> None:
    access, place = AccessTable(admins=("slack:U9",)), Conversation("slack", "T", "C", None)
    member = Caller(Author("U1", "Ana"), place, "slack:C")
    manager = Caller(Author("U2", "Boss"), place, "slack:C", manages=True)
    admin = Caller(Author("U9", "Admin"), place, "slack:C")
    may = [may_grant(access, caller, within) for caller in (member, manager, admin)]
    assert may == [False, within is not Within.TOTAL, True]
