"""A Slack conversation bound to its place: what is asked of it becomes calls of the Web API."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from structlog import get_logger

from adapters.slack import buttons, private
from adapters.slack.events import settings_place
from adapters.slack.identity import Identity
from adapters.slack.messages import Said, metadata, on_behalf
from adapters.slack.notes import note
from adapters.slack.past import Past
from adapters.slack.people import People
from adapters.slack.status import Status
from adapters.slack.trouble import REFUSED_BLOCKS, code_of
from adapters.slack.web import Answer, Web, ts_of
from adapters.slack.wire import fields, items, micros, text
from adapters.slack.writing import Rendered, SlackDialect, render
from bot.errors import Denied, MessageGone, TooLong
from bot.model import Conversation, History, PastMessage, Turn
from bot.ports import BucketSpec, Call, Control, Found, Mark

NEWEST = 400  # messages of a thread that are read behind its root
_TEXT_LIMIT = 4000  # chat.update refuses more; chat.postMessage would cut it into several messages
_PAGE = 999  # the most that conversations.history gives; each page is one of 50 calls a minute
_PLAIN = 100  # messages whose blocks were refused, by id: more than one answer has
_ROOT_IS_GONE = "thread_not_found"  # it was deleted, and no reply is left
_DIALECT: Final = SlackDialect()

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Workspace:
    """What the threads of one workspace share.

    A thread is read for *reading_seconds*: with the 1.5 s that names may take, that is 8 in all.
    """

    us: Identity
    web: Web
    people: People
    status: Status
    reading_seconds: float = 6.5


class SlackThread:
    """A thread, or a DM that is answered in line, of one workspace.

    What was asked privately stands in a thread of the DM with its asker.
    """

    def __init__(self, conversation: Conversation, workspace: Workspace) -> None:
        self._conversation = conversation
        self._place = private.stands(conversation)
        self._home = None if self._place == conversation else conversation.channel
        self._workspace = workspace
        self._web = workspace.web
        self._buckets = _buckets(self._place)
        self._plain: deque[str] = deque(maxlen=_PLAIN)

    @property
    def conversation(self) -> Conversation:
        """The conversation that this thread shows."""
        return self._conversation

    @property
    def settings_place(self) -> str:
        """The channel, as `bot.toml` names it; a thread has its channel's settings."""
        return settings_place(self._conversation.channel)

    @property
    def dialect(self) -> SlackDialect:
        """How text is measured on Slack."""
        return _DIALECT

    @property
    def controls(self) -> frozenset[Control]:
        """Everything: Slack has buttons."""
        return frozenset(Control)

    @property
    def whispers(self) -> bool:
        """Always: Slack shows a message to one person alone."""
        return True

    @property
    def buckets(self) -> Mapping[Call, tuple[BucketSpec, ...]]:
        """Slack's documented rates, most of them for a whole workspace."""
        return self._buckets

    async def history(self, before: str) -> History:
        """The root and the newest 400 messages before *before*; nothing in a DM in line.

        Takes at most 8 s: of a thread that cannot be read to its end in that time, it tells what
        was read.
        """
        root = self._place.thread
        if root is None or root == before:
            return History(())
        asked_at = micros(before)
        past = Past(root, self._workspace.us, newest=NEWEST, before=asked_at)
        bounds = {} if asked_at is None else {"latest": before}
        try:
            async with asyncio.timeout(self._workspace.reading_seconds):
                async for said in self._replies(root, **bounds):
                    past.add(said)
        except TimeoutError:
            _log.warning("slack_history_cut", conversation=self._conversation.key)
        except Denied as denied:
            if code_of(denied) != _ROOT_IS_GONE:
                raise
        return await self._told(past)

    async def post(self, text: str, mark: Mark) -> str:
        """The ``ts`` of a new message that shows *text*, with nothing in it that pings or unfurls.

        Raises TooLong without asking Slack where its plain copy would not fit: Slack would cut it.
        """
        place = self._place.thread
        answer = await self._write(
            "chat.postMessage",
            render(text),
            mark,
            unfurl_links=False,
            unfurl_media=False,
            reply_broadcast=False,
            mrkdwn=False,
            **({} if place is None else {"thread_ts": place}),
        )
        return ts_of(answer, "chat.postMessage")

    async def edit(self, message_id: str, text: str, mark: Mark) -> None:
        """Make the message *message_id* of ours show *text*."""
        rendered = render(text)
        if message_id in self._plain:
            rendered = replace(rendered, blocks=[])
        await self._write("chat.update", rendered, mark, ts=message_id)

    async def delete(self, message_id: str) -> None:
        """Remove the message *message_id* of ours; one that is gone already is no error."""
        with contextlib.suppress(MessageGone):
            await self._web.write("chat.delete", channel=self._place.channel, ts=message_id)

    def take_up(self, question: Turn) -> None:
        """Nothing comes with a question that its answer would need."""

    async def dismiss(self, turn: str) -> None:
        """Nothing waits on Slack."""

    async def whisper(self, person: str, text: str) -> None:
        """Show *text* to the user *person* alone; Slack keeps it only until they reload."""
        thread = self._place.thread
        await self._web.write(
            "chat.postEphemeral",
            channel=self._place.channel,
            user=person,
            **note(text),
            **({} if thread is None else {"thread_ts": thread}),
        )

    async def find(self, turn: str) -> tuple[Found, ...]:
        """Our messages here that carry the turn *turn*, by part, then age."""
        found: dict[str, Found] = {}
        try:
            async for said in self._since(turn):
                ours = self._workspace.us.wrote(said.user, said.bot)
                if ours and said.mark is not None and said.mark.turn == turn:
                    found[said.ts] = Found(said.ts, said.mark)
        except Denied as denied:
            if code_of(denied) != _ROOT_IS_GONE:
                raise
        return tuple(sorted(found.values(), key=_part_then_age))

    async def busy(self) -> None:
        """Show below the thread that an answer is coming; a DM answered in line has no place."""
        if self._place.thread is not None:
            await self._workspace.status.show(self._place.channel, self._place.thread)

    async def _write(self, method: str, rendered: Rendered, mark: Mark, **fixed: object) -> Answer:
        if len(rendered.text) > _TEXT_LIMIT:
            raise TooLong("slack.too_long", method=method, code="text")
        call = {
            "channel": self._place.channel,
            "text": rendered.text,
            "metadata": metadata(mark),
            "parse": "none",
            "link_names": False,
            **fixed,
        }
        # Below a text that has no block of its own they would take its place.
        below = buttons.below(mark, self._home) if rendered.blocks else []
        try:
            return await self._web.write(method, **call, blocks=[*rendered.blocks, *below])
        except (Denied, TooLong) as refused:
            if code_of(refused) not in REFUSED_BLOCKS:
                raise
            _log.warning("slack_blocks_refused", method=method, code=code_of(refused))
        # The text has it all; and what was refused once would be at each edit, for two calls.
        answer = await self._web.write(method, **call, blocks=[])
        self._plain.append(ts_of(answer, method))
        return answer

    async def _told(self, past: Past) -> History:
        us = self._workspace.us
        known = await self._workspace.people.know(past.messages)
        messages = tuple(
            PastMessage(
                id=said.ts,
                sent_at=said.sent_at,
                author=None if us.wrote(said.user, said.bot) else known.author(said),
                text=known.text(said),
                attachments=said.attachments,
            )
            for said in past.messages
        )
        return History(messages, past.omitted)

    def _since(self, turn: str) -> AsyncIterator[Said]:
        # A turn is named by its question's ts, and its answer was posted later. Other names of
        # turns tell no time: then everything is looked through.
        asked = {} if micros(turn) is None else {"oldest": turn}
        root = self._place.thread
        if root is None:
            return self._pages("conversations.history", asked)
        return self._replies(root, **asked)

    def _replies(self, root: str, **bounds: str) -> AsyncIterator[Said]:
        return self._pages("conversations.replies", {"ts": root, **bounds})

    async def _pages(self, method: str, asked: Mapping[str, str]) -> AsyncIterator[Said]:
        cursor: dict[str, str] = {}
        while True:
            answer = await self._web.read(
                method,
                channel=self._place.channel,
                limit=_PAGE,
                include_all_metadata=True,
                **asked,
                **cursor,
            )
            for raw in items(answer.body.get("messages")):
                said = Said.read(raw)
                if said is not None:
                    yield on_behalf(said, self._workspace.us)
            following = text(fields(answer.body.get("response_metadata")).get("next_cursor"))
            if following is None or following == cursor.get("cursor"):
                return
            cursor = {"cursor": following}


def _part_then_age(found: Found) -> tuple[int, int]:
    return found.mark.part, micros(found.message_id) or 0


def _buckets(conversation: Conversation) -> Mapping[Call, tuple[BucketSpec, ...]]:
    # Slack counts by method, app and workspace: docs.slack.dev/apis/web-api/rate-limits. Posts
    # are "1 a second a channel", "several hundred a minute" in all; the rest is Tier 3, 50 a minute
    place = conversation.workspace
    return {
        Call.POST: (
            _a_minute(f"slack.post:{place}:{conversation.channel}", 60, burst=3),
            _a_minute(f"slack.post:{place}", 300, burst=30),
        ),
        Call.EDIT: (_a_minute(f"slack.edit:{place}", 50, burst=10),),
        Call.DELETE: (_a_minute(f"slack.delete:{place}", 50, burst=10),),
        Call.READ: (_a_minute(f"slack.read:{place}", 50, burst=10),),
    }


def _a_minute(name: str, calls: int, *, burst: int) -> BucketSpec:
    # Whether Slack refills a bucket or counts the last minute is not published. This keeps within
    # both: no minute, wherever it begins, holds more than *calls*.
    return BucketSpec(name, rate=(calls - burst) / 60, burst=burst)
