"""The simulated assistant: says that it is one, and answers sensibly without a thought."""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.claude.rules import texts_of
from sandbox.claude.script import Json

_TAGGED = re.compile(
    r'<message from="(?P<name>[^"]*)"[^>]*>\n?(?P<text>.*?)\n?</message>', re.DOTALL
)
_NAMED = re.compile(r"(?P<name>[^\s:<>][^:<>\n]{0,39}): (?P<text>.+)", re.DOTALL)
_LENGTH = re.compile(r"\d[\d.,]*")
_LONG = 6_000  # characters of a long answer whose length nobody named
_LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said: their name where the message tells it, and the text."""

    name: str | None
    text: str


def answer(body: Json) -> str:
    """What the simulated assistant says to the request *body*: short Markdown, or long if asked."""
    people = [
        said
        for message in body["messages"]
        if message["role"] == "user"
        for said in heard(message["content"])
    ]
    question = people[-1].text.lower()
    if "long" in question:
        return long(_length(question))
    if re.search(r"\b(summar|recap|who said)", question):
        return f"So far, in the words of each:\n\n{_minutes(people[:-1])}"
    if re.search(r"\bwho am i\b|\bmy name\b", question):
        return f"You are **{people[-1].name or 'somebody whose name I was not told'}**."
    return _reply(people)


def heard(content: Any) -> list[Said]:
    """Who said what in the *content* of a user's message."""
    found: list[Said] = []
    for text in texts_of(content):
        tagged = [Said(said["name"], said["text"]) for said in _TAGGED.finditer(text)]
        named = _NAMED.fullmatch(text)
        if tagged:
            found += tagged
        else:
            found.append(Said(named["name"], named["text"]) if named else Said(None, text))
    return found


def long(length: int) -> str:
    """Markdown of exactly *length* characters, in numbered sections with fenced code."""
    enough = length // len(_section(1)) + 1  # a section's number only makes it longer
    return "".join(map(_section, range(1, enough + 1)))[:length]


def _reply(people: list[Said]) -> str:
    newest = people[-1]
    you = f", {newest.name}" if newest.name else ""
    number = len(people)
    messages = "the first message" if number == 1 else f"message {number}"
    lines = [
        f"Hello{you}! I am a *simulated* Claude: no model stands behind me.",
        f"This is {messages} of our conversation that I was given. You said:",
        "",
        f"> {_brief(newest.text)}",
    ]
    if number > 1:
        lines += ["", "Before that I was told:", "", _minutes(people[:-1])]
    return "\n".join(lines)


def _minutes(people: list[Said]) -> str:
    lines = [f"- **{said.name or 'Somebody'}**: {_brief(said.text)}" for said in people[-8:]]
    return "\n".join(lines) or "- nothing yet"


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:99]}…"


def _length(question: str) -> int:
    asked = [int(re.sub(r"\D", "", number)) for number in _LENGTH.findall(question)]
    return min(max(asked, default=_LONG) or _LONG, _LONGEST)


def _section(number: int) -> str:
    return f"""\
## {number}. A section of a long answer

I am a *simulated* Claude, and this text is here to be long: paragraph {number} of as many as you
asked for. It holds **bold** words, `code`, an é, a 日本語 word and an emoji 🙂.

```python
def step_{number}(value: int) -> int:
    # Each section has code of its own, so that a cut within it is seen at once.
    return value + {number}


assert step_{number}(1) == {number + 1}
```

- point {number}.1: lists are cut between their items
- point {number}.2: and fences are closed and opened again

"""
