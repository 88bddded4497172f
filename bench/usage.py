"""What a process uses, as the system tells it, and on which cores it may run: Linux only."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_KILO = 1000


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has in memory, in MB of a million bytes, and the seconds that it computed.

    *waited* is the seconds that it could have computed, had it had a core.
    """

    memory: float
    cpu: float
    waited: float


def of(pid: int) -> Usage | None:
    """What the process *pid* uses, all its threads and none of its children.

    None where the system has no `/proc` to ask. Raises OSError where there is no such process.
    """
    if sys.platform != "linux":
        return None
    process = Path(f"/proc/{pid}")
    held = next(
        line for line in (process / "status").read_text().splitlines() if line.startswith("VmRSS")
    )
    # In nanoseconds; what `stat` tells comes in hundredths of a second.
    clocks = [told.split() for told in _threads(process, "schedstat")]
    ran, waited = (sum(int(clock[which]) for clock in clocks) / _KILO**3 for which in (0, 1))
    return Usage(int(held.split()[1]) * 1024 / _KILO**2, ran, waited)


def memory_of(used: Usage | None) -> float | None:
    """The memory of *used*, None where the system did not tell."""
    return None if used is None else used.memory


def part(pid: int) -> bool:
    """Give the process *pid* a core for itself and this process the others; whether that can be."""
    if sys.platform != "linux":
        return False
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return False
    _pin(pid, cores[:1])
    _pin(os.getpid(), cores[1:])
    return True


def gather() -> None:
    """Let this process run on every core again."""
    if sys.platform == "linux":
        _pin(os.getpid(), range(os.cpu_count() or 1))


def _pin(pid: int, cores: Iterable[int]) -> None:
    if sys.platform == "linux":
        chosen = set(cores)
        for thread in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), chosen)


def _threads(process: Path, name: str) -> Iterable[str]:
    for thread in (process / "task").iterdir():
        yield (thread / name).read_text()
