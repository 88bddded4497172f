"""The embedded default: a server of our own on a folder, shared by every bot that runs on it.

Whoever holds the folder's lock runs the server. The server inherits the lock, so that it is held
exactly as long as a server lives there; who finds it held shares that server, and takes over when
it ends. Start it from the main thread: on Linux the server ends with the thread that started it.
"""

import asyncio
import contextlib
import ctypes
import fcntl
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import structlog

from bot.errors import SetupError, StoreError
from bot.sentences import explain
from bot.store import engine
from bot.store.configuration import configuration, socket_path

log = structlog.get_logger(__name__)

PAUSES = (0.0, 0.1, 0.5, 2.0, 5.0)  # seconds before each attempt to bring a server back
CALM = 60.0  # seconds after which a server that ran is no part of a row of failures
PATIENCE = 30.0  # seconds
_STOPPING = 10.0  # seconds for a server to write what it holds and end
_PR_SET_PDEATHSIG = 1
_CORRUPT = re.compile(
    r"(?:Bad file format reading|Unexpected end of file reading) the append only file(?: (\S+?))?:"
)


class Server:
    """The server on *folder*, run by *binary*, or by the one that is found where it is None.

    *pauses* are the seconds before each attempt to bring a server back that ended; `watch` gives up
    when the last one fails. *patience* is for a server to answer, not counting its loading.
    """

    def __init__(
        self,
        folder: Path,
        *,
        binary: Path | None = None,
        pauses: Sequence[float] = PAUSES,
        patience: float = PATIENCE,
    ) -> None:
        self._folder = folder.absolute()
        self._binary = binary
        self._pauses = pauses
        self._patience = patience
        self._lock: int | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def start(self) -> str:
        """The URL of a server that answers: ours, or the one that another process runs here.

        Raises SetupError where none can run here, StoreError where one does not come up.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            self._socket = socket_path(self._folder)
        except OSError as error:
            reason = error.strerror
            raise SetupError("server.folder", folder=self._folder, reason=reason) from error
        try:
            await self._reach()
        except BaseException:  # cancelled too: no server may be left behind
            await self.stop()
            raise
        return f"unix://{quote(str(self._socket))}?db=0"

    async def watch(self) -> None:
        """Bring the server back each time it ends, whoever ran it; until cancelled.

        Raises StoreError after as many failures in a row as there are pauses.
        """
        clock = asyncio.get_running_loop().time
        failures = 0
        while True:
            up_since = clock()
            await self._hung_up()
            log.warning("server_hung_up", folder=str(self._folder), ours=self._lock is not None)
            failures = 0 if clock() - up_since > CALM else failures
            failures = await self._bring_back(failures)

    async def stop(self) -> None:
        """End the server where it is ours, once it has written all it holds; else only leave it."""
        await self._hang_up()
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.terminate()
            await _ended(process, _STOPPING)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _bring_back(self, failures: int) -> int:
        """How many failures there are in a row, now that a server answers again."""
        for pause in self._pauses[failures:]:
            failures += 1
            await asyncio.sleep(pause)
            try:
                await self._reach()
            except StoreError as error:
                log.error("server_not_back", failures=failures, sentence=explain(error))  # noqa: TRY400  - a sentence, no stack
            else:
                return failures
        raise StoreError("server.gave_up", folder=self._folder, failures=failures)

    async def _reach(self) -> None:
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._patience
        while clock() < deadline:
            if self._claim():
                return await self._launch()
            if await self._greet():
                return None
            await asyncio.sleep(0.02)
        raise StoreError("server.silent", folder=self._folder, seconds=self._patience)

    def _claim(self) -> bool:
        """Whether the folder's lock is ours."""
        if self._lock is None:
            lock = os.open(self._folder / "store.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                return False
            self._lock = lock
        return True

    async def _launch(self) -> None:
        if self._process is not None:
            if await self._greet():
                return  # only our line to it broke
            await _ended(self._process, _STOPPING)
        binary, kind = await engine.choose(self._binary)
        engine.check_marker(self._folder, kind)
        self._socket.unlink(missing_ok=True)
        logged = self._log.stat().st_size if self._log.exists() else 0
        self._process = await self._spawn(binary)
        await self._up(self._process, logged)
        engine.write_marker(self._folder, kind)
        log.info("server_started", folder=str(self._folder), engine=str(kind))

    async def _spawn(self, binary: Path) -> asyncio.subprocess.Process:
        assert self._lock is not None
        told = self._folder / "store.conf"
        told.write_text(configuration(self._folder, self._socket), "utf-8")
        with told.open("rb") as settings, self._log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                binary,
                "-",  # standard input: in the name of a file it reads ? and * as patterns
                stdin=settings,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                umask=0o077,
                start_new_session=True,  # Ctrl-C must not reach it before the bot has drained
                pass_fds=(self._lock,),
                preexec_fn=_ending_with_us(),
            )

    async def _up(self, process: asyncio.subprocess.Process, logged: int) -> None:
        """Wait until *process* answers; it has written to its log from byte *logged* on."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._patience
        while not await self._greet():
            if process.returncode is not None:
                raise self._why_it_ended(process.returncode, logged)
            if clock() > deadline:
                process.kill()
                raise StoreError("server.silent", folder=self._folder, seconds=self._patience)
            await asyncio.sleep(0.005)

    @property
    def _log(self) -> Path:
        return self._folder / "store.log"

    def _why_it_ended(self, code: int, logged: int) -> Exception:
        said = self._log.read_bytes()[logged:].decode(errors="replace")
        corrupt = _CORRUPT.search(said)
        if corrupt:
            return SetupError("server.corrupt", file=_append_only_file(self._folder, corrupt[1]))
        return StoreError("server.ended", code=code, log=self._log)

    async def _greet(self) -> bool:
        """Whether a server answers; the line to it stays open, so that its end is seen at once."""
        try:
            self._line = await asyncio.open_unix_connection(self._socket)
            answer = await self._answer(*self._line)
        except OSError:  # a TimeoutError is one too
            answer = b""
        if answer == b"+PONG\r\n":
            return True
        await self._hang_up()
        return False

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """What the server says to a PING, once it has loaded its data."""
        while True:
            writer.write(b"PING\r\n")
            async with asyncio.timeout(self._patience):
                answer = await reader.readline()
            if not answer.startswith(b"-LOADING"):
                return answer
            await asyncio.sleep(0.05)

    async def _hung_up(self) -> None:
        """Wait until the server hangs up, which it does only when it ends."""
        if self._line is not None:
            with contextlib.suppress(ConnectionError):
                await self._line[0].read()
        await self._hang_up()

    async def _hang_up(self) -> None:
        if self._line is not None:
            (_, writer), self._line = self._line, None
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


def _append_only_file(folder: Path, name: str | None) -> Path:
    """The file *name* as the server's log calls it, wherever in *folder* it stands."""
    return next(folder.rglob(name or "appendonly.aof"), folder)


def _ending_with_us() -> Callable[[], None] | None:
    """What the server's process does before it runs: ask for SIGTERM at the end of this thread.

    On macOS nothing of the kind exists: there a server goes on without us, and is shared by the
    next one who starts.
    """
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # we ended before it could ask
            os._exit(1)

    return ask


async def _ended(process: asyncio.subprocess.Process, seconds: float) -> None:
    """Wait until *process* has ended; end it by force after *seconds*."""
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
