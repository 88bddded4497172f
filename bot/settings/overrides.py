"""What people change by command for one place, over what the file says; pure values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Override:
    """What was changed for one place; None is not changed.

    *by* is the name of who did it last, blank where they had us forget it.
    """

    prompt: str | None = None
    tier: str | None = None
    by: str = ""
    retention_days: int | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether the file holds for all of the place."""
        return self.prompt is None and self.tier is None and self.retention_days is None


UNCHANGED = Override()
