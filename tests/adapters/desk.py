"""A small true desk: it keeps what was asked, pressed and commanded, and answers as it is told."""

from collections.abc import Sequence

from bot.model import IncomingMessage
from bot.ports import Caller, Control, Outcome, Thread


class KeptDesk:
    """A desk that keeps what came to it, in order; *answer* is what it says, None for nothing."""

    def __init__(self, answer: str | None = None) -> None:
        self.answer = answer
        self.asked: list[IncomingMessage] = []
        self.about: list[IncomingMessage] = []
        self.threads: list[Thread] = []
        self.pressed: list[tuple[Control, str, Caller]] = []
        self.lines: list[tuple[str, Caller]] = []

    async def ask(self, question: IncomingMessage, thread: Thread) -> str | None:
        """Keep the question."""
        self.asked.append(question)
        self.threads.append(thread)
        return self.answer

    async def ask_about(
        self, message: IncomingMessage, question: IncomingMessage, thread: Thread
    ) -> str | None:
        """Keep the question, and the message that it is about."""
        self.about.append(message)
        return await self.ask(question, thread)

    async def press(self, control: Control, turn: str, caller: Caller) -> str | None:
        """Keep the press."""
        self.pressed.append((control, turn, caller))
        return self.answer

    async def command(self, line: str, caller: Caller) -> Outcome:
        """Keep the line."""
        self.lines.append((line, caller))
        return Outcome(self.answer or "obeyed")

    async def typed(self, line: str, caller: Caller) -> Outcome:
        """Keep the line."""
        return await self.command(line, caller)

    def choices(self, line: str, caller: Caller) -> Sequence[str]:
        """Those of nobody in particular."""
        return (line, caller.author.name)
