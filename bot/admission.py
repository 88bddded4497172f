"""Pure: which messages are ours to answer, which to remember, and whose we hear at all."""

from collections.abc import Sequence
from typing import Final

from bot.model import Address, Author, Place, Role, Standing, Turn, Wish, person_id
from bot.ports import Caller
from bot.settings import AccessTable, Reply
from bot.usage import Within

_PATIENCE_WITH_BOTS: Final = 6  # turns: more than any polite exchange of two machines needs


def wish(place: Place, address: Address, reply: Reply) -> Wish | None:
    """What we would do with a message, by the `reply` setting of its place; None: not ours.

    Whether we take part in its conversation, and are to be quiet there, is for the store to say.
    """
    if address is Address.US or place is Place.DM:
        return Wish.ANSWER
    if reply is Reply.ALL:
        return Wish.JOIN
    if place is Place.CHANNEL:
        return None
    if reply is Reply.THREAD and address is Address.NOBODY:
        return Wish.FOLLOW
    return Wish.REMEMBER


def may_press(access: AccessTable, caller: Caller, question: Turn) -> bool:
    """Whether *caller* may press what stands below the answer to *question*.

    Who asked it, and who rules there: an answer is somebody's, and another one costs.
    """
    asked = question.author is not None and question.author.id == caller.author.id
    return asked or rules(access, caller)


def rules(access: AccessTable, caller: Caller) -> bool:
    """Whether *caller* may change how we behave where they are: its managers, and our admins.

    No bot may, whatever its platform lets it do.
    """
    if caller.author.standing is Standing.BOT:
        return False
    return caller.manages or is_admin(access, caller)


def is_admin(access: AccessTable, caller: Caller) -> bool:
    """Whether *caller* is one of our admins, who rule everywhere and see what everybody used."""
    return person_id(caller.place.platform, caller.author) in access.admins


def may_grant(access: AccessTable, caller: Caller, within: Within | None) -> bool:
    """Whether *caller* may have a full budget of the kind *within* begin anew; None: none is full.

    Who rules where they are may; but the budget of the whole is the admins' alone.
    """
    ruling = rules(access, caller)
    return ruling and is_admin(access, caller) if within is Within.TOTAL else ruling


def circles(turns: Sequence[Turn]) -> bool:
    """Whether nobody but bots has spoken for so long that answering on would feed a loop.

    The last six turns of others are all by bots; one word of a person begins the count anew.
    """
    said = [turn for turn in turns if turn.role is Role.USER][-_PATIENCE_WITH_BOTS:]
    bots = [turn.author is not None and turn.author.standing is Standing.BOT for turn in said]
    return len(said) == _PATIENCE_WITH_BOTS and all(bots)


def admits(access: AccessTable, author: Author, platform: str) -> bool:
    """Whether *author* may speak with us: `[access]` of bot.toml.

    A person named in `users` or `admins` may, a guest or stranger too; where `users` is empty,
    everybody whose standing is let in. Whose standing nobody knows may be a guest or a stranger.
    """
    name = person_id(platform, author)
    if name in access.users or name in access.admins:
        return True
    let_in = {
        Standing.MEMBER: True,
        Standing.GUEST: access.guests,
        Standing.EXTERNAL: access.external,
        Standing.BOT: access.bots,
        Standing.UNKNOWN: access.guests and access.external,
    }
    return not access.users and let_in[author.standing]
