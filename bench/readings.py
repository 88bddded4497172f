"""Pure: what a measurement read, and whether it keeps within its bound."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """One number: *value* in *unit*, None where this machine does not tell it.

    It may be *most* and must be at least *least*, where these are given. *source* says where the
    number was read.
    """

    name: str
    value: float | None
    unit: str
    source: str
    most: float | None = None
    least: float | None = None

    @property
    def bounded(self) -> bool:
        """Whether there is a bound to keep within."""
        return self.most is not None or self.least is not None

    @property
    def broken(self) -> bool:
        """Whether the bound was measured to be broken."""
        if self.value is None:
            return False
        too_much = self.most is not None and self.value > self.most
        return too_much or (self.least is not None and self.value < self.least)


Readings = tuple[Reading, ...]
