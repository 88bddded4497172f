"""How far platforms were heard, and the DMs that are known, on a real server."""

from bot.model import Conversation
from bot.store import Conversations
from bot.store.bookmarks import MOST_DMS
from tests.bot.store.words import NOON


def dm(number: int) -> Conversation:
    return Conversation("discord", "dm", str(number), None)


async def test_a_bookmark_moves_only_up_each_platform_its_own(store: Conversations) -> None:
    marks = store.bookmarks
    assert await marks.heard_until("discord") is None
    await marks.note_heard("discord", NOON + 1)
    await marks.note_heard("discord", NOON)
    await marks.note_heard("slack", NOON + 7)
    assert await marks.heard_until("discord") == NOON + 1
    assert await marks.heard_until("slack") == NOON + 7


async def test_the_dms_that_spoke_last_are_known_the_last_one_first(store: Conversations) -> None:
    marks = store.bookmarks
    for number in range(MOST_DMS + 2):
        await marks.note_dm(dm(number), NOON + number)
    await marks.note_dm(dm(50), NOON + 1000)
    known = await marks.dms("discord")
    assert known[:2] == (dm(50), dm(MOST_DMS + 1))
    assert len(known) == MOST_DMS
    assert dm(0) not in known
    assert await marks.dms("slack") == ()
