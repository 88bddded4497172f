"""The terminal: draws a session over the whole screen, and hands it the lines that are typed."""

import asyncio

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import (
    ConditionalContainer,
    Container,
    Dimension,
    HSplit,
    Layout,
    VSplit,
    Window,
)
from prompt_toolkit.layout.controls import FormattedTextControl, UIContent, UIControl
from prompt_toolkit.styles import Style
from prompt_toolkit.widgets import TextArea

from sandbox.house import typed
from sandbox.house.platform import Platform
from sandbox.house.session import Session
from sandbox.house.typed import Order, Wish

BESIDE = 100  # cells of the screen; on a narrower one a platform has all of it, by turns

_STYLE = Style.from_dict(
    {
        "title": "reverse",
        "heading": "bold",
        "heading.slack": "fg:ansimagenta",
        "heading.discord": "fg:ansiblue",
        "here": "reverse",
        "between": "fg:ansibrightblack",
        "notice": "fg:ansiyellow",
        "prompt": "bold",
        "name": "bold",
        "app": "bold fg:ansicyan",
        "faint": "fg:ansibrightblack",
        "thread": "underline",
        "button": "fg:ansired bold",
    }
)
_KEYS = " Tab: the other platform  /help "
_OTHER = " Tab: {} "
_ALIVE = 0.5  # seconds between two looks, for what does not announce itself


class _Body(UIControl):
    """What stands where the visitor is, its end first; *back* is the lines scrolled up from it."""

    def __init__(self, session: Session, platform: Platform) -> None:
        self.back = 0
        self.height = 1
        self._session = session
        self._platform = platform

    def create_content(self, width: int, height: int) -> UIContent:
        """The lines that fit."""
        lines = self._session.lines(self._platform, width - 1)  # off the next column
        self.height = height
        self.back = max(0, min(self.back, len(lines) - height))
        end = len(lines) - self.back
        seen = lines[max(0, end - height) : end]
        drawn: list[StyleAndTextTuples] = [
            [(f"class:{style.value}", text) for style, text in line.pieces] for line in seen
        ]
        return UIContent(drawn.__getitem__, len(drawn), show_cursor=False)

    def scroll(self, pages: float) -> None:
        """Go back by so many *pages*, or forth by a negative number of them."""
        self.back = max(0, self.back + round(pages * self.height))


class Terminal:
    """The screen of *session*; made and run within an app session, of which it is the *app*."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._wishes: asyncio.Queue[Wish] = asyncio.Queue()
        self._bodies = {each.name: _Body(session, each) for each in session.platforms}
        self.app = self._application()

    async def run(self) -> None:
        """Draw and obey until the visitor leaves."""
        async with asyncio.TaskGroup() as tasks:
            beside = [
                *(tasks.create_task(self._follow(each)) for each in self._session.platforms),
                tasks.create_task(self._obey()),
                tasks.create_task(self._leave()),
                tasks.create_task(self._session.keep()),
            ]
            try:
                await self.app.run_async()
            finally:
                for task in beside:
                    task.cancel()

    async def _follow(self, platform: Platform) -> None:
        while True:
            await platform.changed()
            self.app.invalidate()

    async def _obey(self) -> None:
        while True:
            wish = await self._wishes.get()
            if wish is not Order.SWITCH:
                self._body.back = 0
            await self._session.obey(wish)
            self.app.invalidate()

    async def _leave(self) -> None:
        await self._session.over.wait()
        self.app.exit()

    @property
    def _body(self) -> _Body:
        return self._bodies[self._session.here.name]

    def _application(self) -> Application[None]:
        line = TextArea(
            multiline=False,
            prompt=lambda: [("class:prompt", self._session.prompt)],
            accept_handler=self._accept,
            wrap_lines=True,
            height=None,
            dont_extend_height=True,
        )
        notice = FormattedTextControl(lambda: "\n".join(self._session.notice()))
        below = Window(notice, style="class:notice", wrap_lines=True, dont_extend_height=True)
        return Application(
            layout=Layout(HSplit([self._title(), self._columns(), below, line]), line),
            key_bindings=self._keys(),
            style=_STYLE,
            full_screen=True,
            min_redraw_interval=0.05,
            refresh_interval=_ALIVE,
        )

    def _title(self) -> Container:
        said = FormattedTextControl(lambda: f" {self._session.title}")
        keys = FormattedTextControl(lambda: _KEYS if _is_broad() else _OTHER.format(self._other()))
        return VSplit(
            [
                Window(said, height=1, style="class:title"),
                Window(keys, height=1, style="class:title", dont_extend_width=True),
            ]
        )

    def _other(self) -> str:
        """The name of the platform that is not typed to."""
        return next(each.name for each in self._session.platforms if each != self._session.here)

    def _columns(self) -> Container:
        """Both platforms where there is room for both, else the one that is typed to."""
        left, right = self._session.platforms
        is_broad = Condition(_is_broad)
        between = Window(width=1, char="│", style="class:between")
        return VSplit(
            [
                ConditionalContainer(self._column(left), is_broad | self._is_here(left)),
                ConditionalContainer(between, is_broad),
                ConditionalContainer(self._column(right), is_broad | self._is_here(right)),
            ]
        )

    def _column(self, platform: Platform) -> Container:
        is_here = self._is_here(platform)

        def style() -> str:
            own = f"class:heading class:heading.{platform.name.lower()}"
            return f"{own} class:here" if is_here() else own

        heading = FormattedTextControl(lambda: f" {self._session.heading(platform)}")
        # Columns share the room evenly, whatever stands in them.
        return HSplit(
            [Window(heading, height=1, style=style), Window(self._bodies[platform.name])],
            width=Dimension(preferred=0, weight=1),
        )

    def _is_here(self, platform: Platform) -> Condition:
        return Condition(lambda: self._session.here is platform)

    def _accept(self, line: Buffer) -> bool:
        wish = typed.read(line.text)
        if wish is not None:
            self._wishes.put_nowait(wish)
        return False  # the line is taken, not kept

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        def leave(_: KeyPressEvent) -> None:
            self._session.over.set()

        def back(_: KeyPressEvent) -> None:
            self._body.scroll(0.5)

        def forth(_: KeyPressEvent) -> None:
            self._body.scroll(-0.5)

        def switch(_: KeyPressEvent) -> None:
            # After the lines that were typed before it, which may wait to be obeyed.
            self._wishes.put_nowait(Order.SWITCH)

        for key in ("c-c", "c-d"):
            keys.add(key)(leave)
        keys.add("pageup")(back)
        keys.add("pagedown")(forth)
        keys.add("tab")(switch)
        return keys


def _is_broad() -> bool:
    return get_app().output.get_size().columns >= BESIDE
