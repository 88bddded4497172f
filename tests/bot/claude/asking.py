"""What the tests of Claude share: a question, and one attempt at its answer."""

from bot.claude import AttemptFailed, Claude
from bot.manners import Opened
from bot.model import Effort, Ending, Message, Request, Role, Tier
from bot.retry import Failure, Trouble
from sandbox import claude as simulated
from sandbox.claude import Fault

TIER = Tier("simple", "claude-haiku-5-5", max_tokens=16_000, effort=Effort.LOW)
WORDS = "one two three four — fünf, 六, 🙂"  # what the simulated Claude says, 4 characters a delta
SILENCE = 0.2  # seconds that it may say nothing


def asking(text: str = "Hello?", *, tier: Tier = TIER, system: str = "Be kind.") -> Request:
    """A request that holds one message."""
    return Request(tier, system, (Message(Role.USER, (text,)),))


async def whole(claude: Claude, request: Request | None = None) -> tuple[str, Ending]:
    """The text and the Ending of an answer that comes whole."""
    opened, *pieces, ending = [p async for p in claude.attempt(request or asking(), None)]
    assert isinstance(opened, Opened)
    text = [piece for piece in pieces if isinstance(piece, str)]
    assert len(text) == len(pieces), "one Ending, behind all text"
    assert isinstance(ending, Ending)
    return "".join(text), ending


async def attempted(claude: Claude) -> tuple[str, Ending | Failure]:
    """The text that was said, and how it ended."""
    said: list[str] = []
    try:
        async for piece in claude.attempt(asking(), None):
            if isinstance(piece, Ending):
                return "".join(said), piece
            if isinstance(piece, str):
                said.append(piece)
    except AttemptFailed as error:
        return "".join(said), error.failure
    raise AssertionError("neither an Ending nor a failure")


async def failed(server: simulated.Claude, claude: Claude, fault: Fault) -> tuple[str, Failure]:
    """The text before *fault*, and what it is taken for; an attempt behind it is whole.

    But for a key that is refused: the next attempt is not even made.
    """
    server.faults.append(fault)
    text, failure = await attempted(claude)
    assert isinstance(failure, Failure), failure
    if failure.trouble is not Trouble.BARRED:
        assert (await attempted(claude))[0] == WORDS, "the next attempt is whole"
    return text, failure
