"""What Discord refuses, and the code it gives to each refusal: pure checks of arguments.

Limits and codes: docs.discord.com/developers, and what third parties measured.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sandbox.discord import components, markup
from sandbox.discord.markup import EVERYBODY, Allowed, Json
from sandbox.discord.model import File, Flag, Words

Args = Mapping[str, Any]

CONTENT = 2_000  # characters, see `markup.length`
DESCRIPTION_OF_AN_EMBED = 4_096
TEXT_OF_ALL_EMBEDS = 6_000
EMBEDS = 10
NAME_OF_A_THREAD = 100
CHOICES = 25
NONCE = 25  # characters
_ARCHIVE_AFTER = (60, 1440, 4320, 10080)  # minutes
_KINDS_OF_MENTION = frozenset({"users", "roles", "everyone"})


class Code(enum.Enum):
    """A refusal: HTTP status, Discord's own code, and its message."""

    UNAUTHORIZED = (401, 0, "401: Unauthorized")
    NOT_FOUND = (404, 0, "404: Not Found")
    UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
    UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
    UNKNOWN_MEMBER = (404, 10007, "Unknown Member")
    UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
    UNKNOWN_USER = (404, 10013, "Unknown User")
    UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
    UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
    ALREADY_ACKNOWLEDGED = (400, 40060, "Interaction has already been acknowledged.")
    MISSING_ACCESS = (403, 50001, "Missing Access")
    NOT_THE_AUTHOR = (403, 50005, "Cannot edit a message authored by another user")
    EMPTY = (400, 50006, "Cannot send an empty message")
    NO_TEXT_CHANNEL = (400, 50008, "Cannot send messages in a non-text channel")
    MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
    WRONG_CHANNEL = (400, 50024, "Cannot execute action on this channel type")
    EXPIRED_TOKEN = (401, 50027, "Invalid Webhook Token")
    INVALID_FORM = (400, 50035, "Invalid Form Body")
    INVALID_JSON = (400, 50109, "The request body contains invalid JSON.")
    ARCHIVED = (400, 50083, "Thread is archived")
    LOCKED = (403, 50083, "Thread is archived")
    NO_HISTORY = (400, 160002, "Cannot reply without permission to read message history")
    THREAD_EXISTS = (400, 160004, "A thread has already been created for this message")


class Refused(Exception):
    """Discord answers with this *code*; *errors* says what is wrong with which field."""

    def __init__(self, code: Code, errors: Json | None = None) -> None:
        super().__init__(code.name)
        self.code = code
        self.errors = errors


def invalid(field: str, message: str, code: str = "BASE_TYPE_BAD_LENGTH") -> Refused:
    """The refusal of a form whose *field* is wrong, a path such as ``embeds.0``."""
    errors: Json = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(field.split(".")):
        errors = {part: errors}
    return Refused(Code.INVALID_FORM, errors)


def written(args: Args, files: Sequence[File]) -> Words:
    """The words of a message to post. Raises Refused as Discord does."""
    said = Words(
        _content(args),
        _embeds(args),
        _objects(args, "components"),
        tuple(files),
        allowed(args.get("allowed_mentions")),
    )
    _check(said, flags(args))
    return said


def rewritten(args: Args, files: Sequence[File], words: Words, kept: Flag) -> tuple[Words, Flag]:
    """What a message of these *words* says after an edit; what is not spoken of stays.

    Mentions are the exception: without `allowed_mentions` the edit is parsed anew, with all of
    them allowed. SUPPRESS_EMBEDS is as `flags` says, where they are there. Raises Refused.
    """
    left = _left(args, words)
    said = Words(
        _content(args) if "content" in args else words.text,
        _embeds(args) if "embeds" in args else words.embeds,
        _objects(args, "components") if "components" in args else words.components,
        (*left, *files),
        allowed(args.get("allowed_mentions")),
    )
    changed = kept & ~Flag.LOADING
    if args.get("flags") is not None:
        changed = (changed & ~Flag.SUPPRESS_EMBEDS) | (flags(args) & ~Flag.SILENT)
    _check(said, changed)
    return said, changed


def flags(args: Args) -> Flag:
    """The flags that whoever posts may set; all others are left out."""
    settable = Flag.SUPPRESS_EMBEDS | Flag.SILENT | Flag.COMPONENTS_V2
    return Flag(int(args.get("flags") or 0)) & settable


def allowed(value: object) -> Allowed:
    """Whom a text may ping; all, where nothing is said of it. Raises Refused."""
    if value is None:
        return EVERYBODY
    said = cast("Json", value)
    parse = _ids(said.get("parse"))
    if not parse <= _KINDS_OF_MENTION:
        raise invalid("allowed_mentions.parse", "Value must be one of users, roles, everyone.")
    for kind in ("users", "roles"):
        if kind in parse and said.get(kind):
            path = f"allowed_mentions.{kind}"
            raise invalid(path, f"parse:[{kind}] and {kind}: [ids...] are mutually exclusive.")
    return Allowed(
        users=None if "users" in parse else _ids(said.get("users")),
        roles=None if "roles" in parse else _ids(said.get("roles")),
        everyone="everyone" in parse,
        replied_user=bool(said.get("replied_user", False)),
    )


def thread_name(args: Args) -> str:
    """The name of a thread. Raises Refused."""
    name = str(args.get("name") or "").strip()
    if not 1 <= markup.length(name) <= NAME_OF_A_THREAD:
        raise invalid("name", f"Must be between 1 and {NAME_OF_A_THREAD} in length.")
    return name


def archive_after(args: Args) -> int | None:
    """Minutes of silence until a thread is archived, None where nothing is said of it."""
    minutes = args.get("auto_archive_duration")
    if minutes not in (None, *_ARCHIVE_AFTER):
        raise invalid("auto_archive_duration", f"Value must be one of {_ARCHIVE_AFTER}.")
    return minutes


def nonce(args: Args) -> str | int | None:
    """What the author calls a message by, None where they do not. Raises Refused."""
    found = args.get("nonce")
    if len(str(found)) > NONCE:
        raise invalid("nonce", f"Must be {NONCE} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    return found


def page(args: Args) -> tuple[str | None, int, int]:
    """Which side of which message to list, and how many: ``("before", id, limit)``.

    The side is None for the newest. Raises Refused.
    """
    limit = whole("limit", args.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid("limit", "int value should be between 1 and 100.")
    sides = [side for side in ("around", "before", "after") if args.get(side)]
    if len(sides) > 1:
        raise invalid(sides[1], "around, before, and after are mutually exclusive.")
    side = sides[0] if sides else None
    return side, 0 if side is None else whole(side, args[side]), limit


def whole(field: str, value: object) -> int:
    """*value* as a whole number. Raises Refused where it is none."""
    try:
        return int(str(value))
    except ValueError:
        message = f'Value "{value}" is not int.'
        raise invalid(field, message, "NUMBER_TYPE_COERCE") from None


def choices(value: object) -> list[Json]:
    """The choices that an autocomplete offers. Raises Refused."""
    found = cast("list[Json]", value or [])
    if len(found) > CHOICES:
        raise invalid("data.choices", f"Must be {CHOICES} or fewer in length.")
    for at, choice in enumerate(found):
        if not 1 <= markup.length(str(choice.get("name", ""))) <= 100:
            raise invalid(f"data.choices.{at}.name", "Must be between 1 and 100 in length.")
    return found


def _content(args: Args) -> str:
    # Discord trims what it is given, and a message of blanks is an empty one.
    text = str(args.get("content") or "").strip()
    if markup.length(text) > CONTENT:
        message = f"Must be {CONTENT} or fewer in length."
        raise invalid("content", message, "BASE_TYPE_MAX_LENGTH")
    return text


def _embeds(args: Args) -> tuple[Json, ...]:
    embeds = _objects(args, "embeds")
    if len(embeds) > EMBEDS:
        raise invalid("embeds", f"Must be {EMBEDS} or fewer in length.")
    for at, embed in enumerate(embeds):
        if markup.length(str(embed.get("description", ""))) > DESCRIPTION_OF_AN_EMBED:
            message = f"Must be {DESCRIPTION_OF_AN_EMBED} or fewer in length."
            raise invalid(f"embeds.{at}.description", message, "BASE_TYPE_MAX_LENGTH")
    if sum(map(_text_of_an_embed, embeds)) > TEXT_OF_ALL_EMBEDS:
        raise invalid("embeds", f"Embed size exceeds maximum size of {TEXT_OF_ALL_EMBEDS}")
    return embeds


def _text_of_an_embed(embed: Json) -> int:
    fields = [str(field.get(part, "")) for field in embed.get("fields", []) for part in field]
    below: Json = embed.get("footer") or {}
    footer = str(below.get("text", ""))
    own = [str(embed.get("title", "")), str(embed.get("description", ""))]
    return sum(map(markup.length, (*own, *fields, footer)))


def _check(said: Words, flags: Flag) -> None:
    tree = Flag.COMPONENTS_V2 in flags
    if tree and (said.text or said.embeds):
        message = "The 'content' and 'embeds' fields cannot be used with COMPONENTS_V2"
        raise invalid("content", message)
    if wrong := components.fault(said.components, tree=tree):
        raise invalid("components", wrong)
    if not (said.text or said.embeds or said.components or said.files):
        raise Refused(Code.EMPTY)


def _left(args: Args, words: Words) -> tuple[File, ...]:
    """The files that an edit leaves: those that `attachments` names, all where it is absent."""
    if "attachments" not in args:
        return words.files
    names = {str(attachment.get("filename")) for attachment in _objects(args, "attachments")}
    return tuple(file for file in words.files if file.name in names)


def _objects(args: Args, field: str) -> tuple[Json, ...]:
    found: object = args.get(field) or ()
    if not isinstance(found, list | tuple):
        raise invalid(field, "Only iterables may be used in a ListType", "LIST_TYPE_CONVERT")
    return tuple(cast("Iterable[Json]", found))


def _ids(found: Iterable[object] | None) -> frozenset[str]:
    return frozenset(map(str, found or ()))
