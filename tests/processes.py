"""Which processes live in a folder: the bot, and the server of its store."""

import subprocess
from collections.abc import Iterator
from pathlib import Path


def living_in(folder: Path) -> dict[int, str]:
    """The command lines, by process id, of what works in *folder* or names it."""
    return {pid: command for pid, command in _processes() if _belongs(pid, command, folder)}


def server_in(folder: Path) -> int:
    """The process id of the server that runs on *folder*. Raises StopIteration where none does."""
    return next(pid for pid, command in living_in(folder).items() if "valkey-server" in command)


def _processes() -> Iterator[tuple[int, str]]:
    told = subprocess.run(
        ["ps", "-eww", "-o", "pid=,args="], capture_output=True, text=True, check=True
    )
    for line in told.stdout.splitlines():
        pid, _, command = line.strip().partition(" ")
        yield int(pid), command


def _belongs(pid: int, command: str, folder: Path) -> bool:
    if str(folder) in command:
        return True
    try:
        # A server whose socket has a short path elsewhere does not name its folder. Linux only.
        return Path(f"/proc/{pid}/cwd").readlink().is_relative_to(folder)
    except OSError:
        return False
