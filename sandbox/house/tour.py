"""The tour: five scenes played before whoever looks on, on both platforms at once."""

import asyncio
from collections.abc import Callable, Coroutine

from sandbox.claude import Claude, status
from sandbox.claude.assistant import long
from sandbox.house.guide import Guide, Voice, lines
from sandbox.house.platform import Place
from sandbox.house.stage import Stage

PATIENCE = 30.0  # seconds for one answer; what takes a second here may meet a busy machine
_TALKING = 15.0  # pieces of an answer a second: slow enough to see it grow
_FAST = 250.0
_LONG = len(long(5_500).rpartition("## ")[0])  # characters: it ends where a section does

_Scene = Callable[[], Coroutine[None, None, None]]


async def play(
    stage: Stage, claude: Claude, tell: Callable[[str], None], *, patience: float = PATIENCE
) -> None:
    """Play all scenes, and *tell* each line; *patience* is the seconds that an answer may take.

    Raises NotSeen or BotEnded at the first scene that goes wrong.
    """
    clock = asyncio.get_running_loop().time
    begun = clock()
    claude.pace, voice = _TALKING, Voice(claude)
    slack = _Part(Guide(stage, stage.slack, voice, tell, patience), "weekday")
    discord = _Part(Guide(stage, stage.discord, voice, tell, patience), "month")
    programme = _Programme(tell)
    await programme.scene(
        "A mention is answered in a thread, and the answer grows as it is written",
        {slack.guide: slack.mention, discord.guide: discord.titled_mention},
    )
    await programme.scene(
        "The thread goes on without a mention, and what was said is remembered",
        {slack.guide: slack.follow_up, discord.guide: discord.follow_up},
    )
    await programme.scene(
        "A direct message is answered, too",
        {slack.guide: slack.dm, discord.guide: discord.dm},
    )
    await programme.scene(
        "Claude is overloaded (529) twice; the bot waits, and asks again",
        {slack.guide: lambda: slack.overload(claude)},
    )
    claude.pace = _FAST
    await programme.scene(
        "An answer too long for one message continues in the next",
        {slack.guide: slack.long, discord.guide: discord.long},
    )
    tell("")
    for part in (slack, discord):
        part.guide.begin()
        part.guide.speak()
        part.guide.expect_nothing_more()
    seen = slack.guide.seen + discord.guide.seen
    tell(f"✓ All that was expected was seen: {seen} things in {clock() - begun:.0f} s.")


class _Programme:
    """The scenes one by one, each played on all its platforms at once and told one by one."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._scenes = 0

    async def scene(self, title: str, played: dict[Guide, _Scene]) -> None:
        """Play the next scene. Raises what the first platform on which it went wrong raises."""
        self._scenes += 1
        self._tell(f"\n{self._scenes}. {title}")
        for guide in played:
            guide.begin()
        try:
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(scene()) for scene in played.values()]
                for guide, task in zip(played, running, strict=True):
                    guide.speak()
                    await task
        except ExceptionGroup as failed:
            for guide in played:
                guide.speak()
            raise failed.exceptions[0] from None


class _Part:
    """What is played on one platform; *topic* is a word that nobody says on any other."""

    def __init__(self, guide: Guide, topic: str) -> None:
        self.guide = guide
        self._question = f"Which {topic} suits a release best?"
        self._topic = topic
        self._thread = Place()

    async def mention(self) -> None:
        guide = self.guide
        asked = await guide.say("Ana", Place(), f"@Claude {self._question}")
        self._thread = Place(thread=asked.id)
        answered = await guide.answer(self._thread)
        lengths = [len(text) for text in answered.history]
        grew = ", ".join(map(str, lengths))
        guide.expect(len(lengths) > 1 and lengths == sorted(lengths), f"it grew: {grew} characters")

    async def titled_mention(self) -> None:
        await self.mention()
        assert self._thread.thread is not None
        title = self.guide.thread(self._thread.thread).title
        self.guide.expect(title == self._question, f"its thread has a title: {title}")

    async def follow_up(self) -> None:
        guide = self.guide
        asked = await guide.say(
            "Ben", self._thread, f"What did @Ana ask @everyone about the {self._topic}?"
        )
        answered = await guide.answer(self._thread)
        guide.expect("Ben" in answered.text, "it knows that Ben asks")
        guide.expect(self._question in answered.text, "it knows what Ana had asked")
        repeated = "@Ana" in answered.text and "@everyone" in answered.text
        calmly = bool(asked.pinged) and repeated and not answered.pinged
        guide.expect(calmly, "Ben's mentions notify, the answer that repeats them notifies nobody")

    async def dm(self) -> None:
        guide = self.guide
        await guide.say("Ana", Place(dm=True), f"Is this between us, and of no {self._topic}?")
        answered = await guide.answer(Place(dm=True))
        threads = guide.platform.threads("Ana", Place(dm=True))
        in_line = any(thread.root == answered for thread in threads)
        guide.expect(in_line, "it stands in line, in no thread")
        guide.expect("release" not in answered.text, "it knows nothing of the other conversation")

    async def overload(self, claude: Claude) -> None:
        guide = self.guide
        claude.faults.extend([status(529, message="Overloaded")] * 2)
        before = len(claude.requests)
        asked = await guide.say("Ana", Place(), "@Claude Are you busy?")
        await guide.answer(Place(thread=asked.id))
        times = len(claude.requests) - before
        guide.expect(times == 3, f"Claude was asked {times} times")

    async def long(self) -> None:
        guide = self.guide
        question = f"@Claude Write something long on a {self._topic}, of {_LONG:,} characters."
        asked = await guide.say("Ben", Place(), question)
        answers = await guide.answers(Place(thread=asked.id))
        guide.expect(len(answers) > 1, f"it continues: {len(answers)} messages")
        fences = [_fences(message.text) for message in answers]
        closed = all(fences) and all(number % 2 == 0 for number in fences)
        guide.expect(closed, "each block of code is closed in the message where it begins")
        number = len(lines([guide.said]))
        guide.expect(number > 50, f"nothing is lost: {number} lines of it, in order")


def _fences(text: str) -> int:
    return sum(line.startswith("```") for line in text.splitlines())
