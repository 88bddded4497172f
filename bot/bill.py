"""Pure: what one call to Claude has used so far, attempt by attempt, as told or as estimated."""

from dataclasses import dataclass

from bot import prices, prompting
from bot.model import Draft, Request, Usage


@dataclass(slots=True)
class _Item:
    """One attempt that Claude began to answer, and what it *used* as far as the API has told."""

    draft: Draft
    used: Usage
    ended: bool = False


class Bill:
    """What one call has used, which puts *request* to Claude until an attempt ends whole.

    Who asks writes it; it holds at each moment, for an answer may be stopped at any. What is begun
    is paid for, so each attempt counts. *weight* is about the tokens of the prompt.
    """

    def __init__(self, request: Request, weight: int) -> None:
        self._request = request
        self._weight = weight
        self._items: list[_Item] = []

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self._request.tier.model

    @property
    def attempts(self) -> int:
        """How many attempts were made up to the newest that Claude began to answer; 0: nothing."""
        return self._items[-1].draft.attempt if self._items else 0

    def begun(self, draft: Draft, used: Usage) -> None:
        """Claude begins to answer; *draft* grows by what it says."""
        self._items.append(_Item(draft, used))

    def broke(self, used: Usage) -> None:
        """The newest attempt has broken off, and *used* is what the API had told by then."""
        self._items[-1].used = used

    def ended(self, used: Usage) -> None:
        """The newest attempt has ended, and *used* is all that it took."""
        self._items[-1].used, self._items[-1].ended = used, True

    def used(self) -> tuple[Usage, ...]:
        """What to settle for each attempt; O(length) of their texts."""
        return tuple(map(self._settled, self._items))

    def _settled(self, item: _Item) -> Usage:
        tier, weight = self._request.tier, self._weight
        said = item.draft.text()[len(self._request.said) :]
        if item.ended:
            return prices.settled(item.used, tier, prompt_tokens=weight, said=len(said))
        tokens = prompting.weigh(said) if said else 0
        return prices.broken_off(item.used, tier, prompt_tokens=weight, said_tokens=tokens)
