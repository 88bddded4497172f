"""Pure: which thread, message or button is meant by what was typed."""

from collections.abc import Sequence

from sandbox.house.platform import Button, NotThere, Place, Seen, Thread
from sandbox.house.typed import Number

Standing = tuple[Place, Seen]
"""A message, and where it stands."""


def thread(threads: Sequence[Thread], number: int | None) -> Thread:
    """The thread of that *number*, or the one where something was said last.

    Raises NotThere where there is none, and can be none.
    """
    open_ones = [one for one in threads if not one.closed]
    if number is None and open_ones:
        return max(open_ones, key=lambda one: max((seen.at for seen in one.seen), default=0.0))
    found = None if number is None or not 1 <= number <= len(threads) else threads[number - 1]
    if found is None or found.closed:
        named = "" if number is None else f" {number}"
        raise NotThere(f"There is no message{named} here whose thread one could go to.")
    return found


def message(threads: Sequence[Thread], place: Place, number: Number | None) -> Standing:
    """The message of that *number*, or the newest that is seen in *place*.

    *threads* are those of the channel or DM. Raises NotThere where there is none.
    """
    if number is None:
        found = _seen_in(threads, place)
        if not found:
            raise NotThere("There is no message here.")
        return found[-1]
    one = threads[number.top - 1] if 1 <= number.top <= len(threads) else None
    if one is not None and number.below is None and one.root is not None:
        return Place(place.dm), one.root
    if one is not None and number.below is not None and 1 <= number.below <= len(one.replies):
        return Place(place.dm, one.id), one.replies[number.below - 1]
    raise NotThere(f"There is no message {number} here.")


def button(
    threads: Sequence[Thread], place: Place, label: str, number: Number | None
) -> tuple[Place, Seen, Button]:
    """The button *label*, in capitals or not, and its message: that of *number*, or the newest.

    Raises NotThere where there is none.
    """
    found = _seen_in(threads, place) if number is None else [message(threads, place, number)]
    for where, seen in reversed(found):
        for one in seen.buttons:
            if one.label.casefold() == label.casefold():
                return where, seen, one
    raise NotThere(f"There is no button [{label}] to press here.")


def _seen_in(threads: Sequence[Thread], place: Place) -> list[Standing]:
    """All that is seen where one stands, oldest first."""
    found = [
        (Place(place.dm) if seen is one.root else Place(place.dm, one.id), seen)
        for one in threads
        if place.thread in (None, one.id)
        for seen in one.seen
    ]
    return sorted(found, key=lambda standing: standing[1].at)
