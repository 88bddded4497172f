"""What a thread is to show, as far as it is known: the writer's side of a delivery."""

import asyncio
from typing import Protocol

from bot.model import Draft
from bot.ports import Button, Kind


class Tell(Protocol):
    """Has a person read a sentence of the catalogue."""

    def __call__(self, key: str, **arguments: object) -> None:
        """Show the sentence *key* with its *arguments*."""
        ...


class Reply:
    """A draft's text, and below it a notice, which stands alone where there is no text.

    *buttons* stand below the last message until the reply ends, then those that `end` is given.
    """

    def __init__(self, *buttons: Button) -> None:
        self.draft: Draft | None = None
        self.notice: str | None = None
        self.buttons = buttons
        self.kind = Kind.ANSWER
        self.ended = False
        self.changed = asyncio.Event()

    def text(self) -> str:
        """The text that is shown, or about to be."""
        return self.draft.text() if self.draft else ""

    def grow(self, draft: Draft) -> None:
        """Show *draft*, which has grown; a notice that stood here has had its time."""
        self.draft, self.notice = draft, None
        self.changed.set()

    def tell(self, notice: str) -> None:
        """Show *notice* until there is more text."""
        self.notice = notice
        self.changed.set()

    def end(
        self,
        notice: str | None = None,
        *,
        kind: Kind = Kind.ANSWER,
        buttons: tuple[Button, ...] = (),
    ) -> None:
        """Nothing more comes: what is shown from here on is final, *notice* below it."""
        self.notice, self.kind, self.buttons, self.ended = notice, kind, buttons, True
        self.changed.set()

    def withdraw(self) -> None:
        """Take the draft's text back: only a notice may follow."""
        self.draft = None
        self.changed.set()
