"""Buttons below a message of ours: what stands on them, and what a press of one names."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, Self

import discord

from bot.ports import Button, Control, Mark

Pressed = Callable[[discord.Interaction, Control, str], Awaitable[None]]
"""What a press of a control below the answer to a turn leads to."""

_STYLES: Final = {
    Control.STOP: discord.ButtonStyle.secondary,
    Control.CONTINUE: discord.ButtonStyle.primary,
    Control.RETRY: discord.ButtonStyle.secondary,
    Control.GRANT: discord.ButtonStyle.secondary,
}
_TEMPLATE: Final = r"parley:(?P<control>[a-z]+):(?P<turn>[A-Za-z0-9_.-]{1,64})"


def shown(mark: Mark) -> discord.ui.View | None:
    """The buttons of *mark* as discord.py sends them, None for none.

    Their ids name control and turn, so that nothing about them is kept here: a press reaches
    whichever process is there, one that started later too.
    """
    if not mark.buttons:
        return None
    view = discord.ui.View(timeout=None)
    for button in mark.buttons:
        view.add_item(_Shown(_label(button, mark.turn)))
    return view


def pressable(pressed: Pressed) -> type[discord.ui.DynamicItem[discord.ui.Button[Any]]]:
    """The class by which discord.py knows a press of ours, and hands it to *pressed*."""

    class _Pressable(_Shown, template=_TEMPLATE):
        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            found = re.fullmatch(_TEMPLATE, self.item.custom_id or "")
            assert found is not None  # or discord.py would not have called
            if found["control"] in _CONTROLS:
                await pressed(interaction, _CONTROLS[found["control"]], found["turn"])

    return _Pressable


_CONTROLS: Final = {control.value: control for control in Control}


class _Shown(discord.ui.DynamicItem[discord.ui.Button[Any]], template=_TEMPLATE):
    @classmethod
    async def from_custom_id(
        cls,
        _interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        _match: re.Match[str],
        /,
    ) -> Self:
        assert isinstance(item, discord.ui.Button)  # nothing else of ours has such an id
        return cls(item)


def _label(button: Button, turn: str) -> discord.ui.Button[Any]:
    return discord.ui.Button(
        style=_STYLES[button.control],
        label=button.label,
        custom_id=f"parley:{button.control.value}:{turn}",
    )
