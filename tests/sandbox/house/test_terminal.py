import asyncio
import io
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from prompt_toolkit.application import Application, create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.utils import get_cwidth

from sandbox.claude import Claude
from sandbox.discord import Discord
from sandbox.house.process import Bot
from sandbox.house.session import Session
from sandbox.house.stage import Stage
from sandbox.house.terminal import Terminal
from sandbox.slack import Slack

NARROW, BROAD = Size(rows=12, columns=80), Size(rows=14, columns=100)
PAGE_UP, PAGE_DOWN, CTRL_C, CTRL_D, TAB = "\x1b[5~", "\x1b[6~", "\x03", "\x04", "\t"


def plain(drawn: str) -> str:
    """*drawn* without what steers the terminal; a blank that is skipped is a blank."""
    return re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", re.sub(r"\x1b\[1?C", " ", drawn))


@dataclass
class Screen:
    """A person before the terminal: what they type, and what was drawn since they last looked."""

    keys: PipeInput
    drawn: io.StringIO
    app: Application[None]

    async def shows(self, text: str) -> None:
        """Return once *text* was drawn."""
        async with asyncio.timeout(20):
            while text not in plain(self.drawn.getvalue()):  # noqa: ASYNC110  - it tells nobody
                await asyncio.sleep(0.02)
        self.drawn.seek(0)
        self.drawn.truncate()

    async def stands(self, holds: Callable[[list[str]], bool]) -> list[str]:
        """The rows of the screen, once *holds* is true of them."""
        async with asyncio.timeout(20):
            while not holds(rows := self.rows()):  # noqa: ASYNC110  - it tells nobody
                await asyncio.sleep(0.02)
        return rows

    def rows(self) -> list[str]:
        """The rows of the whole screen as it was drawn last, cell by cell."""
        screen = self.app.renderer.last_rendered_screen
        if screen is None:
            return []
        cells = screen.data_buffer
        width = self.app.output.get_size().columns
        return ["".join(cells[y][x].char for x in range(width)) for y in range(screen.height)]


@asynccontextmanager
async def sitting(
    tmp_path: Path, size: Size = NARROW
) -> AsyncGenerator[tuple[Screen, Stage, asyncio.Task[None]]]:
    drawn = io.StringIO()
    output = Vt100_Output(drawn, lambda: size, term="xterm")
    (tmp_path / "bot.log").write_text("no bot in this test\n")
    async with Slack() as slack, Discord() as discord, Claude() as claude:
        stage = Stage(slack, discord, claude, Bot({}, tmp_path, tmp_path / "bot.log"))
        with create_pipe_input() as keys, create_app_session(input=keys, output=output):
            async with asyncio.TaskGroup() as tasks:
                terminal = Terminal(Session(stage, "Welcome."))
                running = tasks.create_task(terminal.run())
                yield Screen(keys, drawn, terminal.app), stage, running


async def test_what_others_say_and_edit_appears_by_itself(tmp_path: Path) -> None:
    async with sitting(tmp_path) as (screen, stage, _):
        await screen.shows("Ana in #general on Slack>")
        screen.keys.send_text("good morning\r")
        await screen.shows("good morning")
        slack, general = stage.slack.slack, stage.slack.general
        said = slack.channel_view(general)[0]
        await slack.edit_as_person(general, said.ts, "good EVENING")
        await screen.shows("EVENING")
        screen.keys.send_text("/quit\r")


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
async def test_a_key_leaves_even_with_a_line_half_typed(tmp_path: Path, key: str) -> None:
    async with sitting(tmp_path) as (screen, stage, running):
        await screen.shows("Ana in #general on Slack>")
        screen.keys.send_text(f"half a line{key}")
        await asyncio.wait_for(running, 5)
        assert stage.slack.slack.messages(stage.slack.general) == []


async def test_older_lines_are_scrolled_to_and_a_new_one_comes_back(tmp_path: Path) -> None:
    # Only what differs from what stood there is drawn: words without a letter in common are whole.
    async with sitting(tmp_path) as (screen, _, _running):
        await screen.shows("Ana in #general on Slack>")
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


async def test_both_platforms_stand_side_by_side(tmp_path: Path) -> None:
    async with sitting(tmp_path, BROAD) as (screen, stage, _):
        screen.keys.send_text(f"to Slack\r{TAB}to Discord\r")
        rows = await screen.stands(lambda rows: any("      to Discord " in row for row in rows))
        assert [row.index("│") for row in rows if "│" in row] == [50] * 9
        assert any(re.match(r" {6}to Slack .*│ {6}to Discord ", row) for row in rows)
        assert re.match(r" Slack  #general.*│ Discord  #general", rows[1])
        general = stage.discord.general
        (said,) = stage.discord.discord.messages(general)
        await stage.discord.discord.edit_as_person(general, said.id, "edited")
        await screen.stands(lambda rows: any("│      edited " in row for row in rows))
        screen.keys.send_text("/quit\r")


async def test_wide_characters_break_no_column(tmp_path: Path) -> None:
    said = "金曜日にリリースしてもよいですか?🙂👨‍👩‍👧❤️" * 6
    async with sitting(tmp_path, BROAD) as (screen, _, _running):
        screen.keys.send_text(f"{said}\r{TAB}{said}\r")
        rows = await screen.stands(lambda rows: sum(row.count("👧") for row in rows) == 12)
        # A wide character stands in one cell of the buffer, and leaves the next without any.
        widths = [(sum(map(get_cwidth, row)), row.count("│")) for row in rows if "│" in row]
        assert set(widths) == {(100, 1)}
        assert {sum(map(get_cwidth, row.partition("│")[0])) for row in rows if "│" in row} == {50}
        screen.keys.send_text("/quit\r")


async def test_a_narrow_screen_shows_one_platform_at_a_time(tmp_path: Path) -> None:
    async with sitting(tmp_path, NARROW) as (screen, _, _running):
        screen.keys.send_text("to Slack\r")
        rows = await screen.stands(lambda rows: any("      to Slack" in row for row in rows))
        assert rows[0].endswith(" Tab: Discord ")
        assert rows[1].startswith(" Slack  #general")
        screen.keys.send_text(TAB)
        rows = await screen.stands(lambda rows: rows[1].startswith(" Discord  #general"))
        assert rows[0].endswith(" Tab: Slack ")
        assert not any("to Slack" in row or "│" in row for row in rows)
        screen.keys.send_text("/quit\r")


async def test_each_platform_is_scrolled_by_itself(tmp_path: Path) -> None:
    async with sitting(tmp_path, BROAD) as (screen, _, _running):
        screen.keys.send_text(("TOP\r" + "line\r" * 9 + TAB) * 2 + TAB)
        await screen.stands(lambda rows: any(row.count("[10] Ana") == 2 for row in rows))
        screen.keys.send_text(PAGE_UP * 50)
        rows = await screen.stands(lambda rows: any("│      TOP" in row for row in rows))
        assert any(row.startswith("[10] Ana") for row in rows)
        screen.keys.send_text("/quit\r")
