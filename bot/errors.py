"""What can go wrong: few kinds of error, each a key into the catalogue of sentences."""

import traceback
from collections.abc import Mapping
from typing import TypeVar, cast

E = TypeVar("E", bound=BaseException)


class ParleyError(Exception):
    """Something went wrong that a person can be told in a sentence: *key* and its *arguments*."""

    def __init__(self, key: str, **arguments: object) -> None:
        super().__init__(key, arguments)
        self.key = key
        self.arguments: Mapping[str, object] = arguments

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.arguments.items())
        return f"{self.key}({told})"


class SetupError(ParleyError):
    """The set-up is wrong: nothing was started, and the exit code is 2."""


class PlatformError(ParleyError):
    """A platform did not do what it was asked to."""


class RateLimited(PlatformError):
    """The platform asks for patience: *retry_after* seconds, None where it does not say.

    *narrow* says that only the narrowest bucket of the call is meant, as in a slow channel.
    """

    def __init__(
        self, key: str, retry_after: float | None, *, narrow: bool = False, **arguments: object
    ) -> None:
        super().__init__(key, **arguments)
        self.retry_after = retry_after
        self.narrow = narrow


class Unreachable(PlatformError):
    """No clear answer came: the call may have had its effect or not."""


class MessageGone(PlatformError):
    """The message does not stand there any more: somebody deleted it."""


class EditRefused(PlatformError):
    """The message stands as it is and cannot be changed."""


class TooLong(PlatformError):
    """The platform refuses a message of this length."""


class Denied(PlatformError):
    """The platform refuses for good: not in the channel, archived, a right is missing."""


class StoreError(ParleyError):
    """The store did not do what it was asked to."""


class StoreAway(StoreError):
    """The store is not reached, loading, full or contended: nothing was remembered for sure."""


class Fenced(StoreError):
    """The lease belongs to another worker by now: whatever this one does must not count."""


class Lost(Fenced):
    """The store knows nothing of the conversation any more: it was emptied."""


def origin(error: BaseException) -> str:
    """File and line where *error* was raised, for the log: its words may quote a person's."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "?"


def decisive(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error of *group* that decides: a lost lease, then another of ours, then any."""
    for kind in (Fenced, ParleyError, BaseException):
        found = group.subgroup(kind)
        if found is not None:
            return innermost(found)
    return group


def innermost(group: BaseExceptionGroup[E]) -> E:
    """The first error in *group* that is no group itself."""
    first = group.exceptions[0]
    if isinstance(first, BaseExceptionGroup):
        return innermost(cast("BaseExceptionGroup[E]", first))
    return first
