"""The tour: five scenes played before whoever looks on, each told as a person would see it."""

import asyncio
from collections.abc import Callable, Sequence

from sandbox.claude import Claude, status
from sandbox.claude.assistant import answer, long
from sandbox.house.screen import one_message
from sandbox.house.stage import Stage
from sandbox.slack import NotSeen, Person, Shown

_WIDTH = 92
PATIENCE = 30.0  # seconds for one answer; what takes a second here may meet a busy machine
_TALKING = 15.0  # pieces of an answer a second: slow enough to see it grow
_FAST = 250.0
_LONG = len(long(5_500).rpartition("## ")[0])  # characters: it ends where a section does
_HEAD, _TAIL = 6, 4  # lines that are printed of a message too long to print


async def play(
    stage: Stage, claude: Claude, tell: Callable[[str], None], *, patience: float = PATIENCE
) -> None:
    """Play all scenes, and *tell* each line; *patience* is the seconds that an answer may take.

    Raises NotSeen or BotEnded at the first scene that goes wrong.
    """
    guide = _Guide(stage, claude, tell, patience)
    clock = asyncio.get_running_loop().time
    begun = clock()
    thread = await _mention(guide)
    await _follow_up(guide, thread)
    await _dm(guide)
    await _overload(guide)
    await _long(guide)
    tell("")
    guide.expect_nothing_more()
    tell(f"✓ All that was expected was seen: {guide.seen} things in {clock() - begun:.0f} s.")


async def _mention(guide: "_Guide") -> str:
    guide.scene("A mention is answered in a thread, and the answer grows as it is written")
    question = "@Claude Which weekday suits a release best?"
    thread = await guide.say(guide.ana, guide.general, question)
    answered = await guide.answer(guide.general, thread)
    lengths = [len(text) for text in answered.history]
    grew = ", ".join(map(str, lengths))
    guide.expect(len(lengths) > 1 and lengths == sorted(lengths), f"it grew: {grew} characters")
    return thread


async def _follow_up(guide: "_Guide", thread: str) -> None:
    guide.scene("The thread goes on without a mention, and what was said is remembered")
    await guide.say(guide.ben, guide.general, "And what did Ana ask first?", thread)
    answered = await guide.answer(guide.general, thread)
    guide.expect("Ben" in answered.text, "it knows that Ben asks")
    guide.expect("Which weekday" in answered.text, "it knows what Ana had asked")


async def _dm(guide: "_Guide") -> None:
    guide.scene("A direct message is answered, too")
    channel = guide.stage.slack.dm(guide.ana)
    await guide.say(guide.ana, channel, "Is this between the two of us?")
    answered = await guide.answer(channel)
    guide.expect(answered.thread_ts is None, "it stands in line, in no thread")
    guide.expect("weekday" not in answered.text, "it knows nothing of the other conversation")


async def _overload(guide: "_Guide") -> None:
    guide.scene("Claude is overloaded (529) twice; the bot waits, and asks again")
    guide.claude.faults.extend([status(529, message="Overloaded")] * 2)
    before = len(guide.claude.requests)
    thread = await guide.say(guide.ana, guide.general, "@Claude Are you busy?")
    await guide.answer(guide.general, thread)
    asked = len(guide.claude.requests) - before
    guide.expect(asked == 3, f"Claude was asked {asked} times")


async def _long(guide: "_Guide") -> None:
    guide.scene("An answer too long for one message continues in the next")
    guide.claude.pace = _FAST
    question = f"@Claude Write something long, of {_LONG:,} characters, with code in it."
    thread = await guide.say(guide.ben, guide.general, question)
    answers = await guide.answers(guide.general, thread)
    guide.expect(len(answers) > 1, f"it continues: {len(answers)} messages")
    fences = [_fences(message.text) for message in answers]
    closed = all(fences) and all(number % 2 == 0 for number in fences)
    guide.expect(closed, "each block of code is closed in the message where it begins")
    lines = len(_lines([guide.said]))
    guide.expect(lines > 50, f"nothing is lost: {lines} lines of it, in order")


class _Guide:
    """Leads through the scenes: lets people speak, watches the answers, keeps count."""

    def __init__(
        self, stage: Stage, claude: Claude, tell: Callable[[str], None], patience: float
    ) -> None:
        self.stage = stage
        self.claude = claude
        self.general = stage.general
        self.ana, self.ben = stage.member("Ana"), stage.member("Ben")
        self.said = ""
        self.seen = 0
        self._tell = tell
        self._patience = patience
        self._scenes = 0
        self._known: set[str] = set()  # messages of the bot in scenes that are over
        self._versions: dict[str, int] = {}
        claude.pace = _TALKING
        claude.answers(self._speak)

    def scene(self, title: str) -> None:
        """Announce the next scene."""
        self._scenes += 1
        self._tell(f"\n{self._scenes}. {title}")

    def expect(self, holds: bool, what: str) -> None:  # noqa: FBT001  - as assert
        """Tick *what* off. Raises NotSeen where it does not hold."""
        if not holds:
            raise NotSeen(f"{what}\n{self.stage.slack.screen()}")
        self.seen += 1
        self._tell(f"  ✓ {what}")

    async def say(self, person: Person, channel: str, text: str, thread: str | None = None) -> str:
        """The ts of what *person* says there."""
        slack = self.stage.slack
        self.said = ""
        ts = await slack.say(person, channel, slack.typed(text), thread)
        self._show(next(shown for shown in slack.messages(channel) if shown.ts == ts))
        return ts

    async def answer(self, channel: str, thread: str | None = None) -> Shown:
        """The one message that answers what was said last, once it is whole."""
        messages = await self.answers(channel, thread)
        self.expect(len(messages) == 1, "one whole answer, and nothing else")
        return messages[0]

    async def answers(self, channel: str, thread: str | None = None) -> list[Shown]:
        """The messages that answer what was said last, once all that Claude said stands in them."""

        def whole() -> bool:
            messages = self._ours(channel, thread)
            self._watch(messages)
            return bool(self.said) and _holds([m.text for m in messages], self.said)

        await self.stage.until("the whole answer", whole, self._patience)
        messages = self._ours(channel, thread)
        self._known |= {message.ts for message in messages}
        for message in messages:
            self._show(message)
        return messages

    def expect_nothing_more(self) -> None:
        """Tick off that the bot said nothing beside what was seen. Raises NotSeen otherwise."""
        places = (self.general, self.stage.slack.dm(self.ana))
        more = [message for place in places for message in self._ours(place, None)]
        self.expect(not more, "nothing was said twice")

    def _ours(self, channel: str, thread: str | None) -> list[Shown]:
        """The bot's messages there that belong to this scene."""
        slack = self.stage.slack
        there = slack.messages(channel) if thread is None else slack.thread(channel, thread)
        return [m for m in there if m.user == slack.bot_user and m.ts not in self._known]

    def _speak(self, body: dict[str, object]) -> str:
        self.said = answer(body)
        return self.said

    def _watch(self, messages: Sequence[Shown]) -> None:
        """Tell each version of *messages* that was not told yet."""
        for message in messages:
            for text in message.history[self._versions.get(message.ts, 0) :]:
                end = " ".join(text[-50:].split())
                self._tell(f"      ({len(text):>4} characters) …{end}")
            self._versions[message.ts] = len(message.history)

    def _show(self, message: Shown) -> None:
        indent = 2 if message.thread_ts is None else 6
        lines = one_message(message, self.stage.slack.bot_user, _WIDTH, indent=indent)
        texts = [line.text for line in lines]
        left = len(texts) - _HEAD - _TAIL
        if left > 1:
            texts[_HEAD:-_TAIL] = [f"{' ' * indent}  … {left} lines more …"]
        for text in texts:
            self._tell(text)


def _holds(texts: Sequence[str], said: str) -> bool:
    """Whether each line of *said* stands in *texts*, in order."""
    shown = iter(_lines(texts))
    return all(line in shown for line in _lines([said]))


def _lines(texts: Sequence[str]) -> list[str]:
    """The lines of *texts* that hold words; a fence may be closed and opened again anywhere."""
    lines = (line.strip() for text in texts for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("```")]


def _fences(text: str) -> int:
    return sum(line.startswith("```") for line in text.splitlines())
