"""Pure: what stands on the screen and what should -> the one next thing to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ports import Button, Found, Kind


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of ours on the platform; *text* is None where another worker wrote it."""

    message_id: str
    text: str | None
    kind: Kind
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message as it should stand."""

    text: str
    kind: Kind
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """Send a new message as part number *part*."""

    part: int
    text: str
    kind: Kind
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """Make the message *message_id*, part number *part*, show *text*."""

    part: int
    message_id: str
    text: str
    kind: Kind
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the message *message_id*."""

    message_id: str


Step = Post | Edit | Delete


def plan(shown: Sequence[Shown], wanted: Sequence[Wanted]) -> Step | None:
    """The one next step from *shown* to *wanted*, both by part; None when the screen is right.

    Earlier parts come first, and surplus messages go last, from the end. A message is edited
    when its text, kind or buttons differ, or its text is not known. Nothing wanted means that
    there is nothing to show yet: the screen stays as it is until there is something to put in its
    place.
    Carried out one after the other, max(len(shown), len(wanted)) steps are the most it takes.
    """
    if not wanted:
        return None
    for part, (stands, should) in enumerate(zip(shown, wanted, strict=False)):
        shows = Wanted(stands.text or "", stands.kind, stands.buttons)
        if stands.text is None or shows != should:
            return Edit(part, stands.message_id, should.text, should.kind, should.buttons)
    if len(shown) < len(wanted):
        missing = wanted[len(shown)]
        return Post(len(shown), missing.text, missing.kind, missing.buttons)
    if len(shown) > len(wanted):
        return Delete(shown[-1].message_id)
    return None


def adopted(shown: Sequence[Shown], found: Sequence[Found]) -> list[Shown]:
    """*shown* and what else was *found* of the same answer, in the order of its parts.

    A second message of one part, posted when the first one's reply was lost, stands at the end,
    where it is surplus.
    """
    known = {one.message_id for one in shown}
    strangers = [one for one in found if one.message_id not in known]
    new = [Shown(one.message_id, None, one.mark.kind) for one in strangers]
    parts = {one.message_id: one.mark.part for one in found}
    taken: set[int] = set()
    ranked: list[tuple[bool, int, Shown]] = []
    for index, one in enumerate([*shown, *new]):
        part = parts.get(one.message_id, index)
        ranked.append((part in taken, part, one))
        taken.add(part)
    return [one for _, _, one in sorted(ranked, key=lambda entry: entry[:2])]
