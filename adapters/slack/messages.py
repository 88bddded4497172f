"""One Slack message as the wire gives it, in an event or in a thread's history; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from adapters.slack import asked
from adapters.slack.asked import Asked
from adapters.slack.identity import Identity
from adapters.slack.reading import ESCAPES, clean, unescape
from adapters.slack.wire import fields, items, micros, size, text
from bot.model import Attachment
from bot.ports import Kind, Mark

EVENT_TYPE: Final = "parley_part"  # of the metadata that our own messages carry
# Who writes Slack's notices about archived channels and the like.
SLACK_ITSELF: Final = frozenset({"USLACK", "USLACKBOT"})


@dataclass(frozen=True, slots=True)
class Said:
    """A message: *user* and *bot* are ids, *text* is still in Slack's own notation.

    *quoted* is what it passes on of others' messages, as markdown quotes in that notation.
    *team* is the author's, None where Slack does not tell it. *name* is what a bot calls itself.
    *mark* is what a message of ours carries, *asked* what it asks for somebody.
    """

    ts: str
    sent_at: int
    user: str | None
    bot: str | None
    team: str | None
    name: str | None
    subtype: str | None
    text: str
    quoted: str
    attachments: tuple[Attachment, ...]
    mark: Mark | None
    asked: Asked | None = None

    @classmethod
    def read(cls, raw: Mapping[str, object]) -> "Said | None":
        """The message that *raw* holds; None where it has no usable ``ts``."""
        ts = text(raw.get("ts")) or ""
        sent_at = micros(ts)
        if sent_at is None:
            return None
        profile = fields(raw.get("bot_profile"))
        return cls(
            ts=ts,
            sent_at=sent_at,
            user=text(raw.get("user")),
            bot=text(raw.get("bot_id")),
            team=text(raw.get("user_team")) or text(raw.get("team")),
            name=clean(text(raw.get("username")) or text(profile.get("name")) or "") or None,
            subtype=text(raw.get("subtype")),
            text=_spoken(raw),
            quoted="\n\n".join(_passed_on(raw)),
            attachments=tuple(_files(raw)),
            mark=_mark(fields(raw.get("metadata"))),
            asked=asked.read(raw),
        )

    @classmethod
    def by(cls, user: str, team: str | None, spoken: str) -> "Said":
        """What *user* of *team* says with a command, as if it were a message."""
        return cls(
            ts="",
            sent_at=0,
            user=user,
            bot=None,
            team=team,
            name=None,
            subtype=None,
            text=spoken,
            quoted="",
            attachments=(),
            mark=None,
        )


def on_behalf(said: Said, us: Identity) -> Said:
    """*said* as a message of whom we asked it for; as it is where it is none of these."""
    if said.asked is None or not us.wrote(said.user, said.bot):
        return replace(said, asked=None)
    plain = unescape(said.asked.text)
    return replace(
        said,
        user=said.asked.user,
        bot=None,
        team=None,
        name=None,
        subtype=None,
        text=plain.translate(ESCAPES),
        quoted="",
    )


def metadata(mark: Mark) -> dict[str, object]:
    """*mark* as the metadata of a message."""
    payload = {"turn": mark.turn, "part": mark.part, "kind": mark.kind.value}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def _mark(raw: Mapping[str, object]) -> Mark | None:
    payload = fields(raw.get("event_payload"))
    turn, part, kind = text(payload.get("turn")), size(payload.get("part")), payload.get("kind")
    if raw.get("event_type") != EVENT_TYPE or turn is None or part is None:
        return None
    # A kind that a later version wrote is no answer that this one may count on.
    return Mark(turn, part, Kind.ANSWER if kind == Kind.ANSWER.value else Kind.NOTICE)


def _spoken(raw: Mapping[str, object]) -> str:
    # People's messages always have `text`; alert bots often say all in blocks or attachments.
    return text(raw.get("text")) or "\n".join((*_in_blocks(raw), *_in_attachments(raw)))


def _in_blocks(raw: Mapping[str, object]) -> Iterator[str]:
    for block in items(raw.get("blocks")):
        for part in (block, *items(block.get("fields"))):
            inner = part.get("text")
            said = text(fields(inner).get("text")) or text(inner)
            if said is not None:
                yield said


def _in_attachments(raw: Mapping[str, object]) -> Iterator[str]:
    for attachment in items(raw.get("attachments")):
        said = _written(attachment)
        if said is not None and not _is_of_others(attachment):
            yield said


def _passed_on(raw: Mapping[str, object]) -> Iterator[str]:
    for attachment in items(raw.get("attachments")):
        said = _written(attachment)
        if said is not None and _is_of_others(attachment):
            author = clean(text(attachment.get("author_name")) or "")
            shown = f"{author}: {said}" if author else said
            yield "\n".join(f"> {line}" for line in shown.splitlines())


def _is_of_others(attachment: Mapping[str, object]) -> bool:
    return attachment.get("is_share") is True or attachment.get("is_msg_unfurl") is True


def _written(attachment: Mapping[str, object]) -> str | None:
    return text(attachment.get("text")) or text(attachment.get("fallback"))


def _files(raw: Mapping[str, object]) -> Iterator[Attachment]:
    for file in items(raw.get("files")):
        # A tombstone and a file that only Slack Connect may describe come without a name.
        name = clean(text(file.get("name")) or text(file.get("title")) or "") or "file"
        media_type = clean(text(file.get("mimetype")) or "") or "application/octet-stream"
        yield Attachment(name, media_type, size(file.get("size")))
