"""The conversations as the store keeps them: turns in order, what is pending, who may answer."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from redis.asyncio import Redis

from bot.model import Author, Conversation, Ended, Turn, Wish, answer_id
from bot.store.bookmarks import Bookmarks
from bot.store.follow_ups import FollowUps
from bot.store.people import People, people_of
from bot.store.roll import Roll
from bot.store.scripts import DUE, Arg, Scripts, key, lifetime, translated
from bot.store.turns import decode, decode_ended, encode, encode_ended
from bot.store.work import Again, Heard, Lease, Submitted, Work

log = structlog.get_logger(__name__)

LEASE = 15.0  # seconds; renewed every 5, so that two renewals may fail
MOST_TURNS = 2000  # kept of a conversation
MOST_PENDING = 200  # questions of a conversation that are looked at to stop them
SEEDS_A_CALL = 100  # so that no script holds up the server for long
_GRACE = 1000  # ms that a lease may have run out before the sweeper looks


class Conversations:
    """Every conversation there is. Each method raises StoreAway where the store cannot be reached.

    *worker* names this process in leases, *lease* is their length in seconds, *most_turns* are kept
    of a conversation. Methods that take a lease raise Fenced where another holds it by now.
    *bookmarks* tell how far platforms were heard, *follow_ups* where we are quiet, and *people* who
    spoke.
    """

    def __init__(
        self,
        client: Redis,
        *,
        worker: str | None = None,
        lease: float = LEASE,
        most_turns: int = MOST_TURNS,
    ) -> None:
        self.bookmarks = Bookmarks(client)
        self._client = client
        self.lease_seconds = lease
        self._most_turns = most_turns
        self._roll = Roll(client)
        self._scripts = Scripts(
            client, worker=worker or secrets.token_hex(8), lease=round(lease * 1000)
        )
        self.follow_ups = FollowUps(self._scripts)
        self.people = People(client, self._scripts)

    async def ready(self) -> None:
        """Raise StoreAway unless the store answers."""
        with translated():
            await self._client.ping()  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs

    async def takes_part(self, conversation: Conversation) -> bool:
        """Whether somebody has asked us something in *conversation*."""
        return await self._roll.has(conversation)

    async def submit(
        self,
        conversation: Conversation,
        turn: Turn,
        wish: Wish,
        *,
        tokens: int,
        retention: timedelta,
        about: Author | None = None,
    ) -> Submitted:
        """What became of *turn*: it is remembered, and owed an answer, exactly once.

        It quotes *about*, if anybody. One still pending is led again where nobody leads: its
        redelivery restarts work that a dead process left. One that was context only becomes a
        question when the wish is ANSWER. One as old as what was trimmed away counts as repeated.
        """
        people = " ".join(people_of(conversation.platform, turn, about))
        head = (turn.id, encode(turn, tokens), turn.sent_at, wish.value)
        kept = (lifetime(retention), self._most_turns, people)
        *reply, roll_call = await self._scripts.change("submit", conversation, *head, *kept)
        submitted = await self._submitted(conversation, reply)
        await self.people.enrol(conversation, roll_call)
        # Who had us forget them meanwhile: what quotes nobody and is owed an answer is for `begin`.
        if submitted.heard is Heard.STORED or about is not None:
            gone = await self.people.gone(conversation.platform, [turn], about)
            await self.people.strike(conversation, gone)
        return submitted

    async def begin(self, lease: Lease, *, merge: bool) -> Work | None:
        """The pending question earliest in time, pinned; with *merge* all that are pending.

        What an earlier lease had pinned goes first. None where nothing is pending: the lease is
        released then. A question that cannot be read any more is dropped. Words that their authors
        had us forget are erased, wherever they come from.
        """
        while True:
            status, *rest = await self._change("begin", lease, int(merge))
            if status == b"idle":
                return None
            at, parts, resumed, seeded, floor_moved, stopped, has_said, stood, how = rest
            turns = await self._window(lease.conversation, at)
            if gone := await self.people.gone(lease.conversation.platform, turns):
                await self.people.strike(lease.conversation, gone)
                continue
            asked = {question.decode() for question in at}
            while turns and turns[-1].id not in asked:
                turns.pop()
            if turns:
                return Work(
                    questions=tuple(turn.id for turn in turns if turn.id in asked),
                    turns=tuple(turns),
                    parts=tuple(part.decode() for part in parts),
                    resumed=bool(resumed),
                    seeded=bool(seeded),
                    floor_moved=bool(floor_moved),
                    stopped=bool(stopped),
                    ended=await self._ended(lease) if has_said else None,
                    stood_in=stood.decode() or None,
                    again=Again(how.decode()) if how else None,
                    before=await self.turn(lease.conversation, answer_id(turns[-1].id))
                    if how
                    else None,
                )
            if not await self._drop_pinned(lease):
                return None

    async def seed(
        self, lease: Lease, turns: Sequence[tuple[Turn, int]], *, retention: timedelta
    ) -> None:
        """Remember *turns*, each with its tokens, that stood in the thread before us.

        None overwrites a turn that is there. The conversation counts as seeded with the last one.
        """
        chunks = [turns[i : i + SEEDS_A_CALL] for i in range(0, len(turns), SEEDS_A_CALL)] or [()]
        for number, chunk in enumerate(chunks, start=1):
            seeds: list[Arg] = []
            for turn, tokens in chunk:
                people = people_of(lease.conversation.platform, turn)
                seeds += (turn.id, encode(turn, tokens), turn.sent_at, " ".join(people))
            last = int(number == len(chunks))
            head = (lifetime(retention), self._most_turns, last)
            _, roll_call = await self._change("seed", lease, *head, *seeds)
            await self.people.enrol(lease.conversation, roll_call)

    async def move_floor(self, lease: Lease, sent_at: int) -> None:
        """Read no turn older than *sent_at* any more; a floor only moves up."""
        await self._change("floor", lease, sent_at)

    async def note_parts(self, lease: Lease, parts: Sequence[str]) -> None:
        """Note the ids of the messages that show the answer so far, for whoever takes over."""
        await self._change("parts", lease, " ".join(parts))

    async def note_ended(self, lease: Lease, ended: Ended) -> None:
        """Note what Claude has said, for whoever takes over: it is shown then, not asked again."""
        await self._change("ended", lease, encode_ended(ended))

    async def note_stand_in(self, lease: Lease, tier: str | None) -> None:
        """Note the tier that stands in for the conversation's own; None: its own answers."""
        await self._change("stood", lease, tier or "")

    async def set_aside(self, lease: Lease, turn_ids: Sequence[str]) -> None:
        """Have no window hold these turns any more: Claude's API does not accept them."""
        await self._change("aside", lease, *turn_ids)

    async def renew(self, lease: Lease) -> bool:
        """Keep the lease; whether a stop names a question that is being answered."""
        return _is(b"stopped", await self._change("renew", lease))

    async def finish(
        self, lease: Lease, answer: Turn | None, *, tokens: int, retention: timedelta
    ) -> bool:
        """Remember *answer* to the pinned questions, which are done; None leaves them without one.

        True where more is waiting: the lease goes on. Otherwise it is released.
        """
        kept: list[Arg] = [lifetime(retention), self._most_turns]
        if answer is not None:
            kept += (answer.id, encode(answer, tokens), answer.sent_at, " ".join(answer.parts))
        return _is(b"more", await self._change("finish", lease, *kept))

    async def release(self, lease: Lease) -> None:
        """Hand over at once: the lease is free, and a sweeper finds what was begun."""
        _, now, pending = await self._change("release", lease)
        if pending:
            with translated():
                await self._client.zadd(DUE, {lease.conversation.key: now})

    async def stop(self, conversation: Conversation, turn_id: str) -> bool:
        """Stop the answer to the turn *turn_id*; False where it is not pending any more."""
        return _is(b"stopped", await self._scripts.change("stop", conversation, turn_id))

    async def reset(self, conversation: Conversation) -> None:
        """Let no answer read what was said in *conversation* so far."""
        await self._scripts.change("reset", conversation)

    async def again(self, conversation: Conversation, turn_id: str, how: Again) -> Submitted:
        """What became of a wish that the turn *turn_id*, which was answered, be answered again.

        REPEATED where it is pending already, IGNORED where no answer to it stands.
        """
        reply = await self._scripts.change("again", conversation, turn_id, how.value)
        return await self._submitted(conversation, reply)

    async def turn(self, conversation: Conversation, turn_id: str) -> Turn | None:
        """The turn *turn_id*, None where it is not there or cannot be read."""
        with translated():
            value = await self._client.hget(key(conversation, "h"), turn_id)
        return decode(turn_id, value) if isinstance(value, bytes) else None

    async def pending(self, conversation: Conversation) -> list[Turn]:
        """The questions of *conversation* that are owed an answer, being answered or not."""
        keys = [key(conversation, kind) for kind in ("h", "q")]
        return _decoded(conversation, await self._scripts.run("pending", keys, MOST_PENDING))

    async def active(self, channel: Conversation) -> list[Conversation]:
        """The conversations in *channel*, itself and its threads, that may owe an answer."""
        members = await self._scripts.run("active", [DUE], replace(channel, thread=None).key)
        return [Conversation.parse(member.decode()) for member in members]

    async def take(self, conversation: Conversation) -> Lease | None:
        """The lease on *conversation* where nobody holds it and something is pending there."""
        with translated():
            seen = await self._client.zscore(DUE, conversation.key)
        status, *rest = await self._scripts.change("take", conversation)
        if status != b"idle":
            return await self._led(conversation, *rest)
        if seen is not None:
            await self._scripts.run("settle", [DUE], conversation.key, str(int(seen)))
        return None

    async def due(self, limit: int) -> list[Conversation]:
        """Conversations that somebody should look after by now, *limit* at most."""
        found: list[Conversation] = []
        for member in await self._scripts.run("due", [DUE], limit):
            try:
                found.append(Conversation.parse(member.decode()))
            except ValueError:
                # Nobody of ours wrote it, or a later version: it must not stand in the others' way.
                log.error("due_unreadable", length=len(member))  # noqa: TRY400  - it may quote a key
                with translated():
                    await self._client.zrem(DUE, member)
        return found

    async def _window(self, conversation: Conversation, questions: list[bytes]) -> list[Turn]:
        keys = [key(conversation, kind) for kind in ("h", "z", "m")]
        return _decoded(conversation, await self._scripts.run("window", keys, *questions))

    async def _ended(self, lease: Lease) -> Ended | None:
        with translated():
            said = await self._client.hget(key(lease.conversation, "m"), "said")
        return decode_ended(said) if isinstance(said, bytes) else None

    async def _drop_pinned(self, lease: Lease) -> bool:
        log.error("question_dropped", conversation=lease.conversation.key, epoch=lease.epoch)
        return _is(b"more", await self._change("finish", lease, "", self._most_turns))

    async def _change(self, name: str, lease: Lease, *args: Arg) -> list[Any]:
        return await self._scripts.change(name, lease.conversation, *args, epoch=lease.epoch)

    async def _submitted(self, conversation: Conversation, reply: list[Any]) -> Submitted:
        status, *rest = reply
        return Submitted(
            Heard(status.decode()), await self._led(conversation, *rest) if rest else None
        )

    async def _led(
        self, conversation: Conversation, leased_until: int, epoch: int | None = None
    ) -> Lease | None:
        """The lease of *epoch*, None where it is another's; a sweeper looks when it has run out."""
        with translated():
            await self._client.zadd(DUE, {conversation.key: leased_until + _GRACE}, gt=True)
        return None if epoch is None else Lease(conversation, epoch)


def _decoded(conversation: Conversation, flat: list[bytes]) -> list[Turn]:
    """The turns that *flat* holds, as id, value, id, value; those that cannot be read are told."""
    turns: list[Turn] = []
    for raw_id, value in zip(flat[::2], flat[1::2], strict=True):
        turn = decode(raw_id.decode(), value)
        if turn is None:
            log.error("turn_unreadable", conversation=conversation.key, turn=raw_id.decode())
        else:
            turns.append(turn)
    return turns


def _is(status: bytes, reply: list[Any]) -> bool:
    return bool(reply[0] == status)
