import asyncio
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from sandbox.claude import Claude
from sandbox.house.entry import let_in
from tests.house.sources import ROOT
from tests.processes import living_in

MACHINE = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


@dataclass
class Window:
    """A terminal's window with the sandbox in it."""

    process: subprocess.Popen[bytes]
    line: int
    seen: bytes = b""

    def shows(self, text: str) -> None:
        """Return once *text*, which holds no blank, was drawn in one go."""
        deadline = time.monotonic() + 40
        while text.encode() not in self.seen:
            assert time.monotonic() < deadline, self.seen.decode(errors="replace")
            if select.select([self.line], [], [], 0.1)[0]:
                self.seen += os.read(self.line, 65536)
        self.seen = b""

    def types(self, text: str) -> None:
        """Press the keys of *text*."""
        os.write(self.line, text.encode())


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, 120))
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "sandbox"],
        cwd=tmp_path,
        env=MACHINE | {"PYTHONPATH": str(ROOT), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    yield Window(process, ours)
    process.kill()
    process.wait()
    os.close(ours)


@pytest.mark.timeout(120)
def test_a_visit_in_a_terminal(window: Window, tmp_path: Path) -> None:
    window.shows("Slack and Discord, the people there, and Claude.")
    window.shows("Slack>")
    window.types("@claude hello\r")
    window.shows("conversation")
    window.types("\t@claude hello\r")
    window.shows("conversation")
    log = tmp_path / "data/sandbox/bot.log"
    assert all(f" conversation={name}:" in log.read_text() for name in ("slack", "discord"))
    assert living_in(tmp_path)  # its store
    window.types("\x03")
    window.shows("Leaving ...")
    assert window.process.wait(20) == 0
    assert living_in(tmp_path) == {}
    assert [path.name for path in (tmp_path / "data/sandbox").iterdir()] == ["bot.log"]


@pytest.mark.timeout(120)
def test_a_terminal_that_is_closed_leaves_nothing_behind(window: Window, tmp_path: Path) -> None:
    window.shows("Starting ...")
    window.process.send_signal(signal.SIGHUP)
    assert window.process.wait(20) == 128 + signal.SIGTERM
    assert living_in(tmp_path) == {}


async def remembered(log: Path) -> None:
    """Return once *log* tells of an answer: a bot killed before would finish that one first."""
    async with asyncio.timeout(40):
        while not log.exists() or " answered " not in log.read_text():  # noqa: ASYNC110, ASYNC240
            await asyncio.sleep(0.05)


@pytest.mark.timeout(120)
async def test_with_a_key_the_real_claude_answers_and_a_killed_bot_remembers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Claude(api_key="sk-ant-real") as real:
        (tmp_path / ".env").write_text(
            f"ANTHROPIC_API_KEY={real.api_key}\nANTHROPIC_BASE_URL={real.base_url}\n"
        )
        with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
            async with asyncio.TaskGroup() as tasks:
                visit = tasks.create_task(let_in(MACHINE, tmp_path))
                keys.send_text("@claude one\r")
                await remembered(tmp_path / "data/sandbox/bot.log")
                keys.send_text("/restart\r/thread 1 two\r")
                await real.until(lambda: len(real.requests[-1].body["messages"]) == 3, 60)
                keys.send_text("/quit\r")
        assert visit.result() == 0
        assert "Real: the bot" in (told := capsys.readouterr().out)
        assert "SDK, and Claude, asked with your key.\n" in told


async def test_a_bot_toml_that_is_wrong_is_told_in_the_bots_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bot.toml").write_text("langauge = 'en'\n")
    assert await let_in(MACHINE, tmp_path) == 2
    assert "langauge" in capsys.readouterr().out


async def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").write_text("a file")
    assert await let_in(MACHINE, tmp_path) == 2
    assert "The sandbox needs a folder to write to." in capsys.readouterr().out
