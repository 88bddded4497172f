"""The tour's guide on one platform: lets people speak, watches the answers, keeps count."""

from collections.abc import Callable, Sequence

from sandbox.claude import Claude
from sandbox.claude.assistant import answer, heard
from sandbox.claude.script import Json
from sandbox.house.platform import Place, Platform, Seen, Thread
from sandbox.house.screen import one_message
from sandbox.house.stage import Stage
from sandbox.slack import NotSeen

_WIDTH = 92
_HEAD, _TAIL = 6, 4  # lines that are printed of a message too long to print


class Voice:
    """What *claude* says from now on: the simulated assistant's answers, each kept."""

    def __init__(self, claude: Claude) -> None:
        self._said: list[tuple[str, str]] = []
        claude.answers(self._speak)

    def to(self, question: str) -> str:
        """The newest answer to a message that holds *question*, empty where there is none yet."""
        return next((said for asked, said in reversed(self._said) if question in asked), "")

    def _speak(self, body: Json) -> str:
        said = answer(body)
        self._said.append((_newest(body), said))
        return said


class Guide:
    """Leads through the scenes on *platform*; what it tells waits until it has the word."""

    def __init__(
        self,
        stage: Stage,
        platform: Platform,
        voice: Voice,
        tell: Callable[[str], None],
        patience: float,
    ) -> None:
        self.platform = platform
        self.seen = 0
        self.said = ""
        self._stage = stage
        self._voice = voice
        self._patience = patience
        self._print = tell
        self._waiting: list[str] | None = None
        self._asked = ""
        self._known: set[str] = set()  # messages of the bot in scenes that are over
        self._versions: dict[str, int] = {}

    def begin(self) -> None:
        """Tell nothing before this has the word."""
        self._waiting = [f"  {self.platform.name}"]

    def speak(self) -> None:
        """Have the word: what waited is told, and all else from now on at once."""
        waiting, self._waiting = self._waiting or [], None
        for line in waiting:
            self._print(line)

    def expect(self, holds: bool, what: str) -> None:  # noqa: FBT001  - as assert
        """Tick *what* off. Raises NotSeen where it does not hold."""
        if not holds:
            raise NotSeen(f"{self.platform.name}: {what}\n{self._stage.screen()}")
        self.seen += 1
        self._tell(f"    ✓ {what}")

    async def say(self, person: str, place: Place, text: str) -> Seen:
        """What *person* says there."""
        self._asked = text.removeprefix("@Claude ")
        said = await self.platform.say(person, place, text)
        seen = next(one for one in self._all(person, place) if one.id == said)
        self._show(seen, place)
        return seen

    async def answer(self, place: Place, person: str = "Ana") -> Seen:
        """The one message that answers what was said last, once it is whole."""
        messages = await self.answers(place, person)
        self.expect(len(messages) == 1, "one whole answer, and nothing else")
        return messages[0]

    async def answers(self, place: Place, person: str = "Ana") -> list[Seen]:
        """The messages that answer what was said last, once all that Claude said stands in them."""

        def whole() -> bool:
            messages = self._ours(place, person)
            self._watch(messages)
            self.said = self._voice.to(self._asked)
            return bool(self.said) and holds([seen.text for seen in messages], self.said)

        what = f"the whole answer on {self.platform.name}"
        await self._stage.until(what, whole, self._patience)
        messages = self._ours(place, person)
        self._known |= {message.id for message in messages}
        for message in messages:
            self._show(message, place)
        return messages

    def thread(self, identity: str) -> Thread:
        """The thread of that id in #general."""
        threads = self.platform.threads("Ana", Place())
        return next(thread for thread in threads if thread.id == identity)

    def expect_nothing_more(self) -> None:
        """Tick off that the bot said nothing more and notified nobody; raises as `expect` does."""
        said = [one for dm in (False, True) for one in self._all("Ana", Place(dm)) if one.app]
        again = [one for one in said if one.id not in self._known]
        self.expect(not again, "nothing was said twice")
        self.expect(not any(one.pinged for one in said), "nothing that it said notified anybody")

    def _all(self, person: str, place: Place) -> list[Seen]:
        threads = self.platform.threads(person, place)
        within = place.thread
        return [s for one in threads if within in (None, one.id) for s in one.seen]

    def _ours(self, place: Place, person: str) -> list[Seen]:
        """The bot's messages there that belong to this scene."""
        return [s for s in self._all(person, place) if s.app and s.id not in self._known]

    def _watch(self, messages: Sequence[Seen]) -> None:
        """Tell each version of *messages* that was not told yet."""
        for message in messages:
            for text in message.history[self._versions.get(message.id, 0) :]:
                end = " ".join(text[-50:].split())
                self._tell(f"        ({len(text):>4} characters) …{end}")
            self._versions[message.id] = len(message.history)

    def _show(self, seen: Seen, place: Place) -> None:
        below = place.thread is not None and place.thread != seen.id
        indent = 8 if below else 4
        texts = [line.text for line in one_message(seen, _WIDTH, indent=indent)]
        left = len(texts) - _HEAD - _TAIL
        if left > 1:
            texts[_HEAD:-_TAIL] = [f"{' ' * indent}  … {left} lines more …"]
        for text in texts:
            self._tell(text)

    def _tell(self, line: str) -> None:
        if self._waiting is None:
            self._print(line)
        else:
            self._waiting.append(line)


def holds(texts: Sequence[str], said: str) -> bool:
    """Whether each line of *said* stands in *texts*, in order."""
    shown = iter(lines(texts))
    return all(line in shown for line in lines([said]))


def lines(texts: Sequence[str]) -> list[str]:
    """The lines of *texts* that hold words; a fence may be closed and opened again anywhere."""
    found = (line.strip() for text in texts for line in text.splitlines())
    return [line for line in found if line and not line.startswith("```")]


def _newest(body: Json) -> str:
    """What a person said last in the messages of a request."""
    people = [one["content"] for one in body["messages"] if one["role"] == "user"]
    return heard(people[-1])[-1].text
