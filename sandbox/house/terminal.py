"""The terminal: draws a session over the whole screen, and hands it the lines that are typed."""

import asyncio

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import HSplit, Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl, UIContent, UIControl
from prompt_toolkit.styles import Style
from prompt_toolkit.widgets import TextArea

from sandbox.house import typed
from sandbox.house.session import Session
from sandbox.slack import Slack

_STYLE = Style.from_dict(
    {
        "title": "reverse",
        "notice": "fg:ansiyellow",
        "prompt": "bold",
        "name": "bold",
        "app": "bold fg:ansicyan",
        "faint": "italic",
    }
)
_ALIVE = 0.5  # seconds between two looks, for what does not announce itself


class _Body(UIControl):
    """What stands where the visitor is, its end first; *back* is the lines scrolled up from it."""

    def __init__(self, session: Session) -> None:
        self.back = 0
        self.height = 1
        self._session = session

    def create_content(self, width: int, height: int) -> UIContent:
        """The lines that fit."""
        lines = self._session.lines(width)
        self.height = height
        self.back = max(0, min(self.back, len(lines) - height))
        end = len(lines) - self.back
        seen = lines[max(0, end - height) : end]
        drawn: list[StyleAndTextTuples] = [
            [(f"class:{line.style.value}", line.text)] for line in seen
        ]
        return UIContent(drawn.__getitem__, len(drawn), show_cursor=False)

    def scroll(self, pages: float) -> None:
        """Go back by so many *pages*, or forth by a negative number of them."""
        self.back = max(0, self.back + round(pages * self.height))


class Terminal:
    """The screen of *session*, whose Slack is *slack*; made and run within an app session."""

    def __init__(self, session: Session, slack: Slack) -> None:
        self._session = session
        self._slack = slack
        self._typed: asyncio.Queue[str] = asyncio.Queue()
        self._body = _Body(session)
        self._app = self._application()

    async def run(self) -> None:
        """Draw and obey until the visitor leaves."""
        async with asyncio.TaskGroup() as tasks:
            beside = [
                tasks.create_task(self._follow()),
                tasks.create_task(self._obey()),
                tasks.create_task(self._leave()),
                tasks.create_task(self._session.keep()),
            ]
            try:
                await self._app.run_async()
            finally:
                for task in beside:
                    task.cancel()

    async def _follow(self) -> None:
        while True:
            await self._slack.changed()
            self._app.invalidate()

    async def _obey(self) -> None:
        while True:
            wish = typed.read(await self._typed.get())
            if wish is not None:
                self._body.back = 0
                await self._session.obey(wish)
            self._app.invalidate()

    async def _leave(self) -> None:
        await self._session.over.wait()
        self._app.exit()

    def _application(self) -> Application[None]:
        line = TextArea(
            multiline=False,
            prompt=lambda: [("class:prompt", self._session.prompt)],
            accept_handler=self._accept,
            wrap_lines=True,
            height=None,
            dont_extend_height=True,
        )
        title = FormattedTextControl(lambda: f" {self._session.title}")
        notice = FormattedTextControl(lambda: "\n".join(self._session.notice()))
        below = Window(notice, style="class:notice", wrap_lines=True, dont_extend_height=True)
        title_bar = Window(title, height=1, style="class:title")
        return Application(
            layout=Layout(HSplit([title_bar, Window(self._body), below, line]), line),
            key_bindings=self._keys(),
            style=_STYLE,
            full_screen=True,
            min_redraw_interval=0.05,
            refresh_interval=_ALIVE,
        )

    def _accept(self, line: Buffer) -> bool:
        self._typed.put_nowait(line.text)
        return False  # the line is taken, not kept

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        def leave(_: KeyPressEvent) -> None:
            self._session.over.set()

        def back(_: KeyPressEvent) -> None:
            self._body.scroll(0.5)

        def forth(_: KeyPressEvent) -> None:
            self._body.scroll(-0.5)

        for key in ("c-c", "c-d"):
            keys.add(key)(leave)
        keys.add("pageup")(back)
        keys.add("pagedown")(forth)
        return keys
