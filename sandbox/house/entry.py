"""The entry: whether the tour is played or somebody is let in, and how either ends."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.house import environment, screen, tour
from sandbox.house.process import BotEnded
from sandbox.house.session import Session
from sandbox.house.stage import Stage, set_up
from sandbox.house.terminal import Terminal
from sandbox.slack import NotSeen

SEEN = 0
NOT_SEEN = 1
WRONG_SETUP = 2
_SIGNALLED = 128  # and the signal's number, as shells tell it

_WRITING = 30.0  # pieces of an answer that the simulated Claude writes in a second

_SIMULATED = "Simulated, on this machine: Slack and Discord, the people there{claude}."
_REAL = (
    "Real: the bot in a process of its own, Slack's Bolt, discord.py, the store, "
    "Anthropic's SDK{claude}."
)
_YOU = (
    "You are Ana, in #general of both. @Claude calls the bot, Tab changes the platform, "
    "/help says what else there is."
)


def main(*, tour: bool) -> int:
    """Play the tour, or let somebody in; the exit code.

    0 when all was seen, or the visitor left; 1 when something was not seen; the bot's own code
    where it ended by itself. Without a terminal to draw on it is the tour, whatever was asked for.
    """
    mode = play_tour if tour or not _is_terminal() else let_in
    visit = mode(os.environ, Path.cwd())
    try:
        return asyncio.run(_until_signalled(visit))
    except KeyboardInterrupt:
        return _SIGNALLED + signal.SIGINT
    except asyncio.CancelledError:
        return _SIGNALLED + signal.SIGTERM
    except BrokenPipeError:
        # Whoever looked on has left; what Python still holds for them must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_SEEN


async def play_tour(environ: Mapping[str, str], folder: Path) -> int:
    """The exit code of the tour, told line by line; it leaves nothing behind.

    Of what *environ* and *folder*'s files say only what this machine needs holds for the bot.
    """
    choices = environment.chosen(environ, folder)
    machine = {name: value for name, value in choices.items() if name in environment.MACHINE}
    with TemporaryDirectory(prefix="parley-tour-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        async with set_up(environ, machine, place, place / "bot.log") as stage:
            assert stage.claude is not None  # a key is no choice of the machine's
            _tell("A tour of the sandbox. To talk to the bot yourself: make run, in a terminal.")
            _introduce(stage)
            try:
                await stage.start()
                await tour.play(stage, stage.claude, _tell)
            except (NotSeen, BotEnded) as error:
                return _failed(stage, error)
    return SEEN


async def let_in(environ: Mapping[str, str], folder: Path) -> int:
    """The exit code of a visit; the bot's log stays in *folder*, below `data`.

    What *environ* and *folder*'s files choose for the bot holds, a key of the real Claude too.
    """
    log = folder / "data" / "sandbox" / "bot.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        store = TemporaryDirectory(prefix="store-", dir=log.parent, ignore_cleanup_errors=True)
    except OSError as error:
        _tell(f"The sandbox needs a folder to write to. {log.parent}: {error.strerror}")
        return WRONG_SETUP
    choices = environment.chosen(environ, folder)
    with store as name:
        async with set_up(environ, choices, Path(name), log) as stage:
            _introduce(stage)
            _tell(f"The bot's log: {log}")
            _tell("Starting ...")
            try:
                await stage.start()
            except (NotSeen, BotEnded) as error:
                return _failed(stage, error)
            await _visit(stage, log)
            _tell("Leaving ...")
    return SEEN


async def _visit(stage: Stage, log: Path) -> None:
    if stage.claude is not None:
        stage.claude.pace = _WRITING
    session = Session(stage, "\n".join([*_introduction(stage), *_welcome(log)]))
    await Terminal(session).run()


def _introduce(stage: Stage) -> None:
    for line in _introduction(stage):
        _tell(line)


def _introduction(stage: Stage) -> tuple[str, str]:
    simulated, real = (
        ("", ", and Claude, asked with your key") if stage.claude is None else (", and Claude", "")
    )
    return _SIMULATED.format(claude=simulated), _REAL.format(claude=real)


def _welcome(log: Path) -> tuple[str, ...]:
    return (
        f"The bot's log: {log}",
        _YOU,
    )


def _failed(stage: Stage, error: NotSeen | BotEnded) -> int:
    _tell("")
    _tell(f"✗ {error}")
    _tell("The bot's last words:")
    for line in stage.bot.last_words():
        _tell(f"    {line}")
    return error.code or NOT_SEEN if isinstance(error, BotEnded) else NOT_SEEN


def _tell(line: str) -> None:
    sys.stdout.write(screen.printable(f"{line}\n", sys.stdout.encoding))
    sys.stdout.flush()


def _is_terminal() -> bool:
    dumb = os.environ.get("TERM", "dumb") == "dumb"  # one that cannot be drawn on
    return sys.stdin.isatty() and sys.stdout.isatty() and not dumb


async def _until_signalled(visit: Coroutine[None, None, int]) -> int:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    return await visit
