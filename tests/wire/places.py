"""Many places at once, so that much may go wrong side by side: a channel and a thread each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.sentences import say
from sandbox.claude import Fault
from sandbox.claude.rules import MODELS
from sandbox.slack.scene import NotSeen
from tests.world import World


@dataclass(frozen=True)
class Place:
    """A channel, and a question asked there; *model* is the one that its tier asks."""

    name: str
    channel: str
    thread: str = ""
    model: str = ""


def apart(there: World, names: Sequence[str]) -> tuple[list[Place], str]:
    """A channel for each of *names*, and the settings by which each asks a model of its own.

    Limits, pauses, circuits and refused keys are a model's: so nothing of one reaches another.
    """
    places = [
        Place(name, there.slack.channel(f"apart{number}"), model=model)
        for number, (name, model) in enumerate(zip(names, MODELS, strict=False))
    ]
    assert len(places) == len(names), "there are not as many models"
    tiers = [f'[tiers.t{n}]\nmodel = "{one.model}"\n' for n, one in enumerate(places)]
    channels = [
        f'[channels."slack:{one.channel}"]\ntier = "t{n}"\n' for n, one in enumerate(places)
    ]
    return places, "".join([*tiers, *channels])


async def asked_apart(
    there: World, places: Sequence[Place], faults: Mapping[str, Sequence[Fault | None]]
) -> list[Place]:
    """*places* with their threads, each of which meets the *faults* of its name, oldest first."""
    for place in places:
        there.claude.faults_of[place.model].extend(faults[place.name])
    return [Place(one.name, one.channel, await ask(there, one), one.model) for one in places]


async def asked_at_once(there: World, faults: Mapping[str, Fault]) -> list[Place]:
    """A place for each of *faults*; which of them meets which is not told."""
    there.claude.faults.extend(faults.values())
    places = [Place(name, there.slack.channel(f"row{n}")) for n, name in enumerate(faults)]
    return [Place(one.name, one.channel, await ask(there, one)) for one in places]


async def ask(there: World, place: Place, text: str = "count") -> str:
    """The ts of a question in *place*: within its thread where it has one."""
    mention = f"<@{there.slack.bot_user}> {text}"
    return await there.slack.say(there.ana, place.channel, mention, place.thread or None)


def shown(there: World, place: Place) -> list[str]:
    """What stands of ours in *place*, oldest first."""
    return [one.text for one in there.answers(place.thread, place.channel)]


async def all_show(
    there: World,
    places: Sequence[Place],
    *texts: str,
    timeout: float = 15.0,  # noqa: ASYNC109  - handed on
) -> None:
    """Return once each of *places* shows exactly *texts*."""
    await all_are(there, places, lambda seen: seen == list(texts), timeout=timeout)


async def all_are(
    there: World,
    places: Sequence[Place],
    right: Callable[[list[str]], bool],
    *,
    timeout: float = 15.0,  # noqa: ASYNC109  - handed on
) -> None:
    """Return once what each of *places* shows is *right*; else fail, and say what stands where."""

    def wrong() -> dict[str, list[str]]:
        seen = {place.name: shown(there, place) for place in places}
        return {name: texts for name, texts in seen.items() if not right(texts)}

    try:
        await there.slack.until(lambda: not wrong(), timeout)
    except NotSeen:
        raise AssertionError(wrong()) from None


def sentence(key: str) -> str:
    """What people read of *key*."""
    return say(key, "en")
