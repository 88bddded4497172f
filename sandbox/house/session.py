"""One person's visit: who they are, where they stand, what they see, and what they ask for."""

import asyncio
from dataclasses import dataclass
from typing import assert_never

from sandbox.house import screen
from sandbox.house.process import BotEnded
from sandbox.house.screen import Line, Style
from sandbox.house.stage import Stage
from sandbox.house.typed import HELP, Go, Order, Say, SpeakAs, Unknown, Where, Wish
from sandbox.slack import NotSeen

_RESUMED = "It remembers; an answer that was cut short is finished within some 20 s."
_NOTHING = "Nothing was said here so far."


@dataclass(frozen=True, slots=True)
class Place:
    """Where one stands: in #general or in one's DM with the bot, *thread* is the root's ts."""

    dm: bool = False
    thread: str | None = None


class Session:
    """A visit to *stage*; *note* is what the sandbox itself last said, *over* set by leaving."""

    def __init__(self, stage: Stage, note: str) -> None:
        self.note = note
        self.over = asyncio.Event()
        self._stage = stage
        self._person = stage.member("Ana")
        self._place = Place()
        self._killing = asyncio.Event()

    @property
    def prompt(self) -> str:
        """Who speaks, and where to."""
        return f"{self._person.called} in {self._where()}> "

    @property
    def title(self) -> str:
        """What is simulated, and how the bot fares."""
        bot = self._stage.state
        claude = self._stage.claude
        if claude is None:
            return f"Slack is simulated, Claude is real. The bot is {bot}."
        overloaded = " and overloaded" if claude.overloaded else ""
        return f"Slack is simulated, Claude is simulated{overloaded}. The bot is {bot}."

    def notice(self) -> list[str]:
        """What the sandbox has to say: that the bot is gone before all else."""
        if self._killing.is_set() or self._stage.bot.running:
            return self.note.splitlines()
        words = self._stage.bot.last_words()
        return ["The bot ended. Its last words:", *words, "/restart starts it again."]

    def lines(self, width: int) -> list[Line]:
        """What stands where the visitor is, in lines of at most *width* cells."""
        slack, channel = self._stage.slack, self._channel()
        messages, app = slack.messages(channel), slack.bot_user
        statuses = {
            root.ts: status
            for root in screen.roots(messages)
            if (status := slack.status(channel, root.ts)) is not None
        }
        if self._place.thread is not None:
            return screen.one_thread(messages, self._place.thread, app, width, statuses)
        lines = screen.whole_channel(messages, app, width, statuses)
        return lines or [Line(_NOTHING, Style.FAINT)]

    async def keep(self) -> None:
        """Kill the bot and start it again each time that is asked for; until cancelled."""
        while True:
            await self._killing.wait()
            await self._restart()
            self._killing.clear()

    async def obey(self, wish: Wish) -> None:
        """Do what was asked for."""
        self.note = ""
        match wish:
            case Say(text):
                await self._say(text)
            case Go():
                await self._go(wish)
            case SpeakAs(name):
                self._become(name)
            case Order():
                self._follow(wish)
            case Unknown(word):
                self.note = f"{word}: there is no such command, or it needs a word more. /help"
            case _:
                assert_never(wish)

    async def _say(self, text: str) -> None:
        slack, channel = self._stage.slack, self._channel()
        await slack.say(self._person, channel, slack.typed(text), self._place.thread)
        if f"<@{slack.bot_user}>" in slack.typed(text) and self._place == Place():
            number = len(screen.roots(slack.messages(channel)))
            self.note = f"The answer comes in thread {number}. /thread goes there, to go on."
        elif self._place == Place():
            self.note = "Nobody but people heard that: @Claude calls the bot, /thread goes on."

    async def _go(self, wish: Go) -> None:
        if wish.where is Where.THREAD:
            thread = self._thread(wish.number)
            if thread is None:
                number = "" if wish.number is None else f" {wish.number}"
                self.note = f"There is no message{number} here whose thread one could go to."
                return
            self._place = Place(self._place.dm, thread)
        else:
            self._place = Place(dm=wish.where is Where.DM)
        if wish.text:
            await self._say(wish.text)

    def _become(self, name: str) -> None:
        self._person = self._stage.member(name.removeprefix("@"))
        if self._place.dm:
            self._place = Place(dm=True)  # each has a DM of their own

    def _follow(self, order: Order) -> None:
        match order:
            case Order.OVERLOAD:
                self._overload()
            case Order.RESTART:
                self.note = "kill -9. What is said meanwhile waits in Slack until it is back ..."
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

    def _channel(self) -> str:
        stage = self._stage
        return stage.slack.dm(self._person) if self._place.dm else stage.general

    def _where(self) -> str:
        place = "DM with Claude" if self._place.dm else "#general"
        if self._place.thread is None:
            return place
        return f"thread {self._number(self._place.thread)} of {place}"

    def _number(self, thread: str) -> int:
        tops = screen.roots(self._stage.slack.messages(self._channel()))
        return next((at for at, top in enumerate(tops, 1) if top.ts == thread), 0)

    def _thread(self, number: int | None) -> str | None:
        """The root's ts of a thread: of that number, or the one where something was said last."""
        messages = self._stage.slack.messages(self._channel())
        if number is not None:
            tops = screen.roots(messages)
            return tops[number - 1].ts if 1 <= number <= len(tops) else None
        replies = [message.thread_ts for message in messages if message.thread_ts is not None]
        return replies[-1] if replies else next((m.ts for m in reversed(messages)), None)
