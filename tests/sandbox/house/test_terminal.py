import asyncio
import io
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from sandbox.claude import Claude
from sandbox.house.process import Bot
from sandbox.house.session import Session
from sandbox.house.stage import Stage
from sandbox.house.terminal import Terminal
from sandbox.slack import Slack

WIDE = Size(rows=12, columns=80)
PAGE_UP, PAGE_DOWN, CTRL_C, CTRL_D = "\x1b[5~", "\x1b[6~", "\x03", "\x04"


def plain(drawn: str) -> str:
    """*drawn* without what steers the terminal; a blank that is skipped is a blank."""
    return re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", re.sub(r"\x1b\[1?C", " ", drawn))


@dataclass
class Screen:
    """A person before the terminal: what they type, and what was drawn since they last looked."""

    keys: PipeInput
    drawn: io.StringIO

    async def shows(self, text: str) -> None:
        """Return once *text* was drawn."""
        async with asyncio.timeout(20):
            while text not in plain(self.drawn.getvalue()):  # noqa: ASYNC110  - it tells nobody
                await asyncio.sleep(0.02)
        self.drawn.seek(0)
        self.drawn.truncate()


@asynccontextmanager
async def sitting(tmp_path: Path) -> AsyncGenerator[tuple[Screen, Stage, asyncio.Task[None]]]:
    drawn = io.StringIO()
    output = Vt100_Output(drawn, lambda: WIDE, term="xterm")
    (tmp_path / "bot.log").write_text("no bot in this test\n")
    async with Slack() as slack, Claude() as claude:
        stage = Stage(slack, claude, Bot({}, tmp_path, tmp_path / "bot.log"))
        with create_pipe_input() as keys, create_app_session(input=keys, output=output):
            async with asyncio.TaskGroup() as tasks:
                terminal = Terminal(Session(stage, "Welcome."), slack)
                yield Screen(keys, drawn), stage, tasks.create_task(terminal.run())


async def test_what_others_say_and_edit_appears_by_itself(tmp_path: Path) -> None:
    async with sitting(tmp_path) as (screen, stage, _):
        await screen.shows("Ana in #general>")
        screen.keys.send_text("good morning\r")
        await screen.shows("good morning")
        said = stage.slack.channel_view(stage.general)[0]
        await stage.slack.edit_as_person(stage.general, said.ts, "good EVENING")
        await screen.shows("EVENING")
        screen.keys.send_text("/quit\r")


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
async def test_a_key_leaves_even_with_a_line_half_typed(tmp_path: Path, key: str) -> None:
    async with sitting(tmp_path) as (screen, stage, running):
        await screen.shows("Ana in #general>")
        screen.keys.send_text(f"half a line{key}")
        await asyncio.wait_for(running, 5)
        assert stage.slack.messages(stage.general) == []


async def test_older_lines_are_scrolled_to_and_a_new_one_comes_back(tmp_path: Path) -> None:
    # Only what differs from what stood there is drawn: words without a letter in common are whole.
    async with sitting(tmp_path) as (screen, _, _running):
        await screen.shows("Ana in #general>")
        screen.keys.send_text("TOP\r" + "line\r" * 20 + "BUD\r")
        await screen.shows("BUD")
        screen.keys.send_text(PAGE_UP * 50)
        await screen.shows("TOP")
        screen.keys.send_text(PAGE_DOWN * 50)
        await screen.shows("BUD")
        screen.keys.send_text(PAGE_UP * 50)
        await screen.shows("TOP")
        screen.keys.send_text("XYZ\r")
        await screen.shows("XYZ")
        screen.keys.send_text("/quit\r")
