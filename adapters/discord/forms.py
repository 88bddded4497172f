"""The form in which somebody writes a prompt of several lines."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import discord

from bot import ports

LONGEST: Final = 4000  # characters; Discord's own limit for one field
_TITLE: Final = 45
_PLACEHOLDER: Final = 100

Sent = Callable[[discord.Interaction[Any], str], Awaitable[None]]
Failed = Callable[[discord.Interaction[Any], Exception], Awaitable[None]]


class Form(discord.ui.Modal):
    """One large field; the command that *form* makes with it goes to *sent*.

    What that raises goes to *failed*. A text that is too long for the field is left out whole: cut,
    it would be sent back cut.
    """

    def __init__(self, form: ports.Form, sent: Sent, failed: Failed) -> None:
        super().__init__(title=form.title[:_TITLE])
        self._line, self._sent, self._failed = form.line, sent, failed
        fits = len(form.text) <= LONGEST
        self._text = discord.ui.TextInput[Any](
            style=discord.TextStyle.paragraph,
            max_length=LONGEST,
            custom_id="text",
            default=(form.text or None) if fits else None,
            placeholder=None if fits else form.too_long[:_PLACEHOLDER],
        )
        self.add_item(discord.ui.Label[Any](text=form.label[:_TITLE], component=self._text))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Hand on what was written."""
        await self._sent(interaction, f"{self._line} {self._text.value}")

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:  # type: ignore[override]  # as discord.py's own form does
        """Hand on what failed behind it: discord.py would only log it."""
        await self._failed(interaction, error)
