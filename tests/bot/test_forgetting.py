"""Who has us forget them is forgotten everywhere: no key holds a word or the name of theirs."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from structlog.testing import capture_logs

from bot.forgetting import Forgetting, Receipt
from bot.model import Author, Conversation, Role, Turn, Wish, answer_id
from bot.store import (
    Conversations,
    Erased,
    Ledger,
    Nudges,
    Overrides,
    Signatures,
    connect,
    pseudonym,
)
from bot.usage import TOTAL, Charge, Entry, Spender, Tally
from tests.bot.forgetful import forgetting
from tests.bot.store.wire import wire_to
from tests.bot.store.words import MONTH, NOON, THREAD
from tests.contents import holding

ANA, BEN = Author("U1", "Ana-7f3"), Author("U2", "Ben")
CANARY = "canary-51c"
SECOND = 1_000_000
NOW = NOON // SECOND + 1000
PLACES = [replace(THREAD, channel=f"C{number}") for number in range(3)]


@pytest.fixture
async def client(store_url: str) -> Any:
    async with connect(store_url, name="test") as client:
        yield client


def said(number: int, author: Author = ANA) -> Turn:
    text = f"{CANARY} {number}" if author == ANA else f"Ben's {number}"
    return Turn(f"m{number}", Role.USER, NOON + number, text, author)


def answer(question: Turn, text: str = f"about {CANARY}") -> Turn:
    return Turn(answer_id(question.id), Role.ASSISTANT, question.sent_at, text, parts=("p1",))


async def asked(
    client: Any, place: Conversation, turn: Turn, *, answered: bool = True
) -> Conversations:
    store = Conversations(client)
    submitted = await store.submit(place, turn, Wish.ANSWER, tokens=1, retention=MONTH)
    if answered:
        assert submitted.lease
        await store.begin(submitted.lease, merge=False)
        text = f"about {CANARY}" if turn.author == ANA else "Yes, Ben."
        await store.finish(submitted.lease, answer(turn, text), tokens=1, retention=MONTH)
    elif submitted.lease:
        await store.release(submitted.lease)
    return store


async def test_no_key_holds_a_word_or_the_name_of_who_is_forgotten(client: Any) -> None:
    for number, place in enumerate(PLACES):
        await asked(client, place, said(number))
        await asked(client, place, said(10 + number, BEN))
    spender = Spender("slack:U1", "slack:C0", ANA.name)
    ledger = Ledger(client)
    for call, who in (("1", spender), ("2", replace(spender, user="slack:U2", name="Ben"))):
        entry = Entry(Charge(THREAD.key, call, "1"), who, "general", Tally(1, cost=5))
        await ledger.settle(None, entry)
    overrides = Overrides(client)
    await overrides.put("slack:C0", ANA, at=1, tier="complex")
    assert len(await holding(client, CANARY, ANA.name)) > 3

    receipt = await forgetting(client, lambda: NOW).forget("slack", ANA)

    assert receipt == Receipt(Erased(said=3, answered=3), places=3)
    assert not await holding(client, CANARY, ANA.name)
    store = Conversations(client)
    for number, place in enumerate(PLACES):
        assert await store.turn(place, f"m{10 + number}") == said(10 + number, BEN)
    report = await ledger.report(TOTAL, 1)
    assert {line.user for line in report.lines} == {"slack:U2", "slack:forgotten"}
    assert report.over(1).cost == 10
    assert (await overrides.read())["slack:C0"].tier == "complex"
    assert await forgetting(client, lambda: NOW).forget("slack", ANA) == Receipt(Erased(), 0)


async def test_nothing_is_left_on_the_disk_of_the_embedded_store(
    client: Any, store_url: str
) -> None:
    await asked(client, THREAD, said(1))
    folder = Path(urlsplit(store_url).path).parent
    assert _files_with(CANARY, folder)
    await forgetting(client, lambda: NOW).forget("slack", ANA)
    async with asyncio.timeout(10):
        while _files_with(CANARY, folder):  # noqa: ASYNC110  - a file tells nobody
            await asyncio.sleep(0.05)


async def test_a_server_that_may_not_be_told_to_is_left_alone(client: Any, store_url: str) -> None:
    await client.execute_command("ACL SETUSER modest on >pw ~* &* +@all -bgrewriteaof")
    path = urlsplit(store_url).path
    async with connect(f"unix://modest:pw@{path}", name="modest") as modest:
        await asked(modest, THREAD, said(1))
        with capture_logs() as logs:
            await forgetting(modest, lambda: NOW).forget("slack", ANA)
    assert [one["event"] for one in logs] == ["log_not_compacted", "forgotten"]
    await client.execute_command("ACL DELUSER modest")


async def test_a_server_without_a_log_is_not_told_to_write_one(client: Any) -> None:
    await client.config_set("appendonly", "no")
    try:
        await client.config_resetstat()
        await Conversations(client).people.compact()
        assert "cmdstat_bgrewriteaof" not in await client.info("commandstats")
    finally:
        await client.config_set("appendonly", "yes")


def _files_with(word: str, folder: Path) -> list[Path]:
    logs = folder.glob("appendonlydir/*")
    return [log for log in logs if log.is_file() and word.encode() in log.read_bytes()]


async def test_two_processes_that_forget_at_once_count_nothing_twice(client: Any) -> None:
    for number, place in enumerate(PLACES):
        await asked(client, place, said(number))
    both = await asyncio.gather(
        *(forgetting(client, lambda: NOW).forget("slack", ANA) for _ in range(2))
    )
    assert sum(receipt.erased.said for receipt in both) == 3
    assert not await holding(client, CANARY, ANA.name)


async def test_what_a_process_that_died_left_is_done_by_the_next(
    client: Any, store_url: str, tmp_path: Path
) -> None:
    for number, place in enumerate(PLACES):
        await asked(client, place, said(number))
    async with (
        wire_to(store_url, tmp_path / "wire") as wire,
        connect(f"unix://{tmp_path / 'wire'}", name="dying") as line,
    ):
        wire.free.clear()  # nothing that the store replies comes back
        dying = asyncio.create_task(forgetting(line, lambda: NOW).forget("slack", ANA))
        while not wire.held:  # noqa: ASYNC110  - a plain number
            await asyncio.sleep(0.01)
        dying.cancel()
        await asyncio.wait([dying])
        wire.free.set()
    assert await Conversations(client).people.forgotten([pseudonym("slack:U1")])
    assert await holding(client, CANARY)
    # Nothing of it is read again, even before somebody asks for it once more.
    store = await asked(client, PLACES[0], said(20, BEN), answered=False)
    lease = await store.take(PLACES[0])
    assert lease
    work = await store.begin(lease, merge=False)
    assert work
    assert [turn.id for turn in work.turns] == ["m20"]
    receipt = await forgetting(client, lambda: NOW).forget("slack", ANA)
    assert receipt.erased == Erased(said=2, answered=2)
    assert not await holding(client, CANARY, ANA.name)


async def test_who_waits_is_stopped_even_where_no_nudge_arrives(
    client: Any, tmp_path: Path
) -> None:
    store = await asked(client, THREAD, said(1), answered=False)
    lease = await store.take(THREAD)
    assert lease

    async def writes() -> None:
        while not await store.renew(lease):  # noqa: ASYNC110  - the store calls nobody back
            await asyncio.sleep(0.02)
        await store.begin(lease, merge=False)
        await store.finish(lease, answer(said(1)), tokens=1, retention=MONTH)

    await store.begin(lease, merge=False)
    nobody = Redis(unix_socket_path=str(tmp_path / "nobody"), retry=Retry(NoBackoff(), 0))
    nudges = Nudges(nobody)
    forgets = Forgetting(store, nudges, Ledger(client), Signatures(client), lambda: NOW)
    receipt, _ = await asyncio.gather(forgets.forget("slack", ANA), writes())
    assert receipt.erased == Erased(said=1, owed=1)
    assert not await store.pending(THREAD)
    assert not await holding(client, CANARY, ANA.name)


SAID = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from([ANA, BEN]), st.sampled_from(Wish)),
    max_size=12,
)


async def talk(client: Any, lines: Sequence[tuple[Conversation, Author, Wish]]) -> set[str]:
    """What Ben said that was remembered; some of the questions are answered, some wait."""
    store, kept = Conversations(client), set[str]()
    for number, (place, author, wish) in enumerate(lines):
        turn = said(number, author)
        submitted = await store.submit(place, turn, wish, tokens=1, retention=MONTH)
        if author == BEN and await store.turn(place, turn.id):
            kept.add(f"{place.key} {turn.id}")
        lease, leads = submitted.lease, submitted.lease is not None
        if lease and number % 2:
            work = await store.begin(lease, merge=bool(number % 3))
            assert work
            answered = answer(work.turns[-1], "Yes.")
            leads = await store.finish(lease, answered, tokens=1, retention=MONTH)
        if lease and leads:
            await store.release(lease)
    return kept


@given(SAID)
@settings(max_examples=15)
def test_whatever_was_said_where_no_word_of_one_is_left_and_all_of_the_other(
    server_url: str, lines: list[tuple[Conversation, Author, Wish]]
) -> None:
    async def play() -> None:
        client: Any
        async with connect(server_url, name="test") as client:
            await client.flushall()
            kept = await talk(client, lines)
            store, person = Conversations(client), pseudonym("slack:U1")
            for place in await store.people.places(person):
                await store.people.erase(place, person, NOW * SECOND)
            assert not await holding(client, CANARY, ANA.name)
            for key, turn_id in (one.rsplit(" ", 1) for one in kept):
                assert await store.turn(Conversation.parse(key), turn_id)
            await client.flushall()

    asyncio.run(play())
