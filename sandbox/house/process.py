"""The bot as a process of its own: started, killed, and what it last wrote to its log."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

DRAINING = 5.0  # seconds; nobody is left in the sandbox to read what comes later
_LAST_LINES = 15
_PR_SET_PDEATHSIG = 1


class BotEnded(Exception):
    """The bot's process ended though nobody asked it to; *code* is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the bot ended, exit code {code}")
        self.code = code


class Bot:
    """`python -m bot run` with *environ* in *folder*; it writes to the end of *log*."""

    def __init__(self, environ: Mapping[str, str], folder: Path, log: Path) -> None:
        self.log = log
        self._environ = environ
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        """Whether there is a process at this moment."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The id of the process that was started last, None before."""
        return None if self._process is None else self._process.pid

    def demand(self) -> None:
        """Raises BotEnded where the process that was started is there no more."""
        if self._process is not None and self._process.returncode is not None:
            raise BotEnded(self._process.returncode)

    async def start(self) -> None:
        """Start the process; whether it serves is seen by those it connects to."""
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                cwd=self._folder,
                env=self._environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=_ending_with_us(),
            )

    async def kill(self) -> None:
        """End it as `kill -9` does: without a word."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self, patience: float = DRAINING) -> None:
        """End it in good order, by force after *patience* seconds."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(patience):
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    def last_words(self) -> list[str]:
        """The last lines of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]


def _ending_with_us() -> Callable[[], None] | None:
    """What the process does before it is the bot: ask for SIGTERM at our end, on Linux.

    Elsewhere nothing of the kind exists: a sandbox that is killed leaves its bot behind.
    """
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # we ended before it could ask
            os._exit(1)

    return ask
