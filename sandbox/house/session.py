"""One person's visit: who they are, where they stand, what they see, and what they ask for."""

import asyncio
from typing import assert_never

from sandbox.house import numbering, screen
from sandbox.house.platform import (
    ChooseItem,
    Fill,
    NotThere,
    Place,
    Platform,
    PressButton,
    Slash,
    Thread,
)
from sandbox.house.process import BotEnded
from sandbox.house.screen import Line, Style
from sandbox.house.stage import Stage
from sandbox.house.typed import (
    HELP,
    Choose,
    Go,
    Number,
    Order,
    Press,
    Reply,
    Say,
    SpeakAs,
    Unknown,
    Where,
    Wish,
)
from sandbox.slack import NotSeen

_RESUMED = "It remembers; an answer that was cut short is finished within some 20 s."
_NOTHING = "Nothing was said here so far."


class Session:
    """A visit to *stage*; *note* is what the sandbox itself last said, *over* set by leaving.

    One stands somewhere on each platform, and types to the one that is *here*.
    """

    def __init__(self, stage: Stage, note: str) -> None:
        self.note = note
        self.over = asyncio.Event()
        self.platforms = stage.platforms
        self.here: Platform = stage.platforms[0]
        self._stage = stage
        self._who = stage.member("Ana")
        self._places = dict.fromkeys((platform.name for platform in stage.platforms), Place())
        self._killing = asyncio.Event()

    @property
    def prompt(self) -> str:
        """Who speaks, and where to."""
        return f"{self._who} in {self._where(self.here)} on {self.here.name}> "

    @property
    def title(self) -> str:
        """What is simulated, and how the bot fares."""
        bot = self._stage.state
        claude = self._stage.claude
        if claude is None:
            return f"Simulated: Slack, Discord. Real: Claude. Bot: {bot}."
        overloaded = " (overloaded)" if claude.overloaded else ""
        return f"Simulated: Slack, Discord, Claude{overloaded}. Bot: {bot}."

    def heading(self, platform: Platform) -> str:
        """Where one stands there, and whether the bot is away."""
        away = "" if platform.connected else " (the bot is away)"
        return f"{platform.name}  {self._where(platform)}{away}"

    def notice(self) -> list[str]:
        """What the sandbox has to say: that the bot is gone before all else."""
        if self._killing.is_set() or self._stage.bot.running:
            return self.note.splitlines()
        words = self._stage.bot.last_words()
        return ["The bot ended. Its last words:", *words, "/restart starts it again."]

    def lines(self, platform: Platform, width: int) -> list[Line]:
        """What stands where the visitor is there, in lines of at most *width* cells."""
        threads, place = self._threads(platform), self._places[platform.name]
        if place.thread is not None:
            return screen.one_thread(threads, place.thread, width)
        return screen.whole_channel(threads, width) or [screen.one(_NOTHING, Style.FAINT)]

    def switch(self) -> None:
        """Type to the other platform from here on."""
        first, second = self.platforms
        self.here = second if self.here is first else first

    async def keep(self) -> None:
        """Kill the bot and start it again each time that is asked for; until cancelled."""
        while True:
            await self._killing.wait()
            await self._restart()
            self._killing.clear()

    async def obey(self, wish: Wish) -> None:
        """Do what was asked for."""
        self.note = ""
        try:
            await self._do(wish)
        except NotThere as missing:
            self.note = str(missing)

    async def _do(self, wish: Wish) -> None:
        match wish:
            case Say(text):
                await self._say(text)
            case Go():
                await self._go(wish)
            case Reply(number, text):
                place, message = self._standing(number)
                await self.here.say(self._who, place, text, reply_to=message.id)
            case Press():
                await self._press(wish)
            case Choose(number):
                place, message = self._standing(number)
                await self.here.act(self._who, place, ChooseItem(message.id))
            case Slash() | Fill():
                await self.here.act(self._who, self._place, wish)
            case SpeakAs(name):
                self._become(name)
            case Order():
                self._follow(wish)
            case Unknown(word):
                self.note = f"{word}: there is no such command, or it needs a word more. /help"
            case _:
                assert_never(wish)

    @property
    def _place(self) -> Place:
        return self._places[self.here.name]

    def _move(self, place: Place) -> None:
        self._places[self.here.name] = place

    async def _say(self, text: str) -> None:
        said = await self.here.say(self._who, self._place, text)
        if self._place != Place():
            return
        if self.here.calls(text):
            number = self._number(self.here, said)
            self.note = f"The answer comes in thread {number}. /thread goes there, to go on."
        else:
            self.note = "Nobody but people heard that: @Claude calls the bot, /thread goes on."

    async def _go(self, wish: Go) -> None:
        if wish.where is Where.THREAD:
            threads = self._threads(self.here)
            self._move(Place(self._place.dm, numbering.thread(threads, wish.number).id))
        else:
            self._move(Place(dm=wish.where is Where.DM))
        if wish.text:
            await self._say(wish.text)

    async def _press(self, wish: Press) -> None:
        threads = self._threads(self.here)
        place, message, button = numbering.button(threads, self._place, wish.label, wish.number)
        await self.here.act(self._who, place, PressButton(message.id, button.id))

    def _become(self, name: str) -> None:
        self._who = self._stage.member(name.removeprefix("@"))
        for platform, place in self._places.items():
            if place.dm:
                self._places[platform] = Place(dm=True)  # each has a DM of their own

    def _follow(self, order: Order) -> None:
        match order:
            case Order.SWITCH:
                self.switch()
            case Order.OVERLOAD:
                self._overload()
            case Order.RESTART:
                self.note = "kill -9, and starting it again ..."
                self._killing.set()
            case Order.HELP:
                self.note = HELP
            case Order.QUIT:
                self.over.set()

    def _overload(self) -> None:
        claude = self._stage.claude
        if claude is None:
            self.note = "Claude is real here: nobody but its own users can overload it."
            return
        claude.overloaded = not claude.overloaded
        answers = "overloaded: each request gets a 529" if claude.overloaded else "well again"
        self.note = f"The simulated Claude is {answers}."

    async def _restart(self) -> None:
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            await self._stage.restart()
        except BotEnded:
            return  # the notice says so as long as it holds
        except NotSeen:
            self.note = "The bot runs, but it did not connect."
        else:
            self.note = f"The bot is back after {clock() - begun:.1f} s. {_RESUMED}"

    def _standing(self, number: Number | None) -> numbering.Standing:
        return numbering.message(self._threads(self.here), self._place, number)

    def _threads(self, platform: Platform) -> list[Thread]:
        return platform.threads(self._who, self._places[platform.name])

    def _where(self, platform: Platform) -> str:
        place = self._places[platform.name]
        named = "DM with Claude" if place.dm else "#general"
        if place.thread is None:
            return named
        return f"thread {self._number(platform, place.thread)} of {named}"

    def _number(self, platform: Platform, thread: str) -> int:
        ids = [one.id for one in self._threads(platform)]
        return ids.index(thread) + 1 if thread in ids else 0
