"""A script that is sent again because its reply was lost answers the same and changes nothing."""

from collections.abc import Awaitable, Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from bot.model import Conversation, Ended, Wish
from bot.store import Again, Conversations, Lease, pseudonym
from bot.store.scripts import changing, plain
from tests.bot.store import test_throttle_repeats as throttle
from tests.bot.store.wire import with_a_lost_reply
from tests.bot.store.words import MONTH, THREAD, answer, said

READ = {"window", "due", "settle", "pending", "active", "enrol"}
TIMED = {b"lu", b"enrolled", b"bot:due"}  # what a script takes from the clock, as rolls do
ANN = pseudonym("slack:U1")

FIRST, SECOND, EARLIER = said("m1", 1), said("m2", 2), said("m0", 0)

Move = Callable[[Conversations, Lease], Awaitable[object]]


async def submit_first(store: Conversations, _: Lease) -> object:
    return await store.submit(
        Conversation("slack", "T1", "C1", "1700.2"), FIRST, Wish.ANSWER, tokens=1, retention=MONTH
    )


async def submit_another(store: Conversations, _: Lease) -> object:
    return await store.submit(THREAD, SECOND, Wish.FOLLOW, tokens=1, retention=MONTH)


async def submit_context(store: Conversations, _: Lease) -> object:
    return await store.submit(THREAD, SECOND, Wish.REMEMBER, tokens=1, retention=MONTH)


async def begin(store: Conversations, lease: Lease) -> object:
    return await store.begin(lease, merge=False)


async def seed(store: Conversations, lease: Lease) -> None:
    await store.seed(lease, [(EARLIER, 1)], retention=MONTH)


async def move_floor(store: Conversations, lease: Lease) -> None:
    await store.move_floor(lease, FIRST.sent_at)


async def note_parts(store: Conversations, lease: Lease) -> None:
    await store.note_parts(lease, ["p1", "p2"])


async def note_ended(store: Conversations, lease: Lease) -> object:
    await store.begin(lease, merge=False)
    await store.note_ended(lease, Ended("All of it.", None))
    return await store.begin(lease, merge=False)


async def renew(store: Conversations, lease: Lease) -> object:
    return await store.renew(lease)


async def finish(store: Conversations, lease: Lease) -> object:
    await store.begin(lease, merge=False)
    return await store.finish(lease, answer(FIRST, parts=("p1",)), tokens=1, retention=MONTH)


async def finish_one_of_two(store: Conversations, lease: Lease) -> object:
    await submit_another(store, lease)
    return await finish(store, lease)


async def release(store: Conversations, lease: Lease) -> None:
    await store.release(lease)


async def stop(store: Conversations, _: Lease) -> object:
    return await store.stop(THREAD, FIRST.id)


async def answer_again(store: Conversations, lease: Lease) -> object:
    await finish(store, lease)
    again = await store.again(THREAD, FIRST.id, Again.RETRY)
    assert again.lease
    return again, await store.begin(again.lease, merge=False)


async def finish_again(store: Conversations, lease: Lease) -> object:
    await finish(store, lease)
    again = await store.again(THREAD, FIRST.id, Again.CONTINUE)
    assert again.lease
    await store.begin(again.lease, merge=False)
    newer = answer(FIRST, "another", parts=("p1", "p2"))
    more = await store.finish(again.lease, newer, tokens=1, retention=MONTH)
    return more, await store.turn(THREAD, newer.id)


async def set_aside(store: Conversations, lease: Lease) -> object:
    await submit_another(store, lease)
    await store.set_aside(lease, [FIRST.id])
    return await store.pending(THREAD)


async def note_stand_in(store: Conversations, lease: Lease) -> object:
    await store.note_stand_in(lease, "simple")
    told = await store.begin(lease, merge=False)
    await store.note_stand_in(lease, None)
    return told, await store.begin(lease, merge=False)


async def take(store: Conversations, lease: Lease) -> object:
    await store.release(lease)
    return await store.take(THREAD)


async def take_nothing(store: Conversations, lease: Lease) -> object:
    await finish(store, lease)
    return await store.take(THREAD)


async def due(store: Conversations, lease: Lease) -> object:
    await store.release(lease)
    return await store.due(5)


async def pending(store: Conversations, _: Lease) -> object:
    return await store.pending(THREAD)


async def active(store: Conversations, _: Lease) -> object:
    return await store.active(THREAD)


async def reset(store: Conversations, _: Lease) -> None:
    await store.reset(THREAD)


async def be_quiet(store: Conversations, lease: Lease) -> object:
    off = await store.follow_ups.off(THREAD, retention=MONTH)
    return off, await submit_another(store, lease)


async def wake(store: Conversations, lease: Lease) -> object:
    await store.follow_ups.off(THREAD, retention=MONTH)
    return await store.follow_ups.on(THREAD, retention=MONTH), await submit_another(store, lease)


async def erase(store: Conversations, lease: Lease) -> object:
    await submit_another(store, lease)
    await finish(store, lease)
    return await store.people.erase(THREAD, ANN, SECOND.sent_at), await store.pending(THREAD)


async def strike(store: Conversations, lease: Lease) -> object:
    await finish_one_of_two(store, lease)
    await store.people.strike(THREAD, [FIRST.id, SECOND.id])
    return await store.turn(THREAD, FIRST.id), await store.pending(THREAD)


MOVES: list[tuple[str, Move]] = [
    ("submit", submit_first),
    ("submit", submit_another),
    ("submit", submit_context),
    ("begin", begin),
    ("window", begin),
    ("seed", seed),
    ("floor", move_floor),
    ("parts", note_parts),
    ("ended", note_ended),
    ("renew", renew),
    ("finish", finish),
    ("finish", finish_one_of_two),
    ("again", answer_again),
    ("again", finish_again),
    ("finish", finish_again),
    ("aside", set_aside),
    ("stood", note_stand_in),
    ("release", release),
    ("stop", stop),
    ("take", take),
    ("settle", take_nothing),
    ("due", due),
    ("pending", pending),
    ("active", active),
    ("reset", reset),
    ("quiet", be_quiet),
    ("quiet", wake),
    ("erase", erase),
    ("strike", strike),
    ("enrol", submit_first),
    ("enrolled", submit_first),
]


@pytest.mark.parametrize(("script", "move"), MOVES)
async def test_a_lost_reply_changes_neither_the_answer_nor_what_is_kept(
    script: str, move: Move, store_url: str, tmp_path: Path
) -> None:
    source = plain(script) if script in READ else changing(script)
    undisturbed, disturbed = await with_a_lost_reply(
        source, lambda client: played(client, move), store_url, tmp_path
    )
    assert disturbed == undisturbed


def test_every_script_is_proven() -> None:
    files = (resources.files("bot.store") / "lua").iterdir()
    scripts = {Path(file.name).stem for file in files if file.is_file()} - {
        "envelope",
        "meter",
        "override",
        "resign",
        "unsign",
    }
    assert {script for script, _ in [*MOVES, *throttle.MOVES]} == scripts


async def played(client: Any, move: Move) -> tuple[object, dict[bytes, object]]:
    """What *move* answers in a conversation with one question, and what is kept afterwards."""
    await client.flushall()
    store = Conversations(client, worker="w1")
    submitted = await store.submit(THREAD, FIRST, Wish.ANSWER, tokens=1, retention=MONTH)
    assert submitted.lease
    return await move(store, submitted.lease), await kept(client)


async def kept(client: Any) -> dict[bytes, object]:
    """All that is kept, but for what the clock gave; of the replies kept, only how many."""
    found: dict[bytes, object] = {b"replies": len(await client.keys("*:r:*"))}
    for key in await client.keys("*"):
        match await client.type(key):
            case b"hash":
                state = await client.hgetall(key)
                found[key] = {name: state[name] for name in state if name not in TIMED}
            case b"zset":
                timed = key in TIMED or key.endswith(b":in")
                found[key] = await client.zrange(key, 0, -1, withscores=not timed)
            case _:
                assert b":r:" in key
    return found
