"""Shell: settings of a place shown and changed by command, by who may, with a word to everybody."""

from collections.abc import Callable

import structlog

from bot import admission, commands, showing, tiering
from bot.model import Author
from bot.panel import Panel
from bot.ports import Caller, Told
from bot.presets import PRESETS
from bot.prompting import plain
from bot.sentences import say
from bot.settings import holds_control, tier_names
from bot.store import Changed, Overrides

log = structlog.get_logger(__name__)

LONGEST_PROMPT = 8_000  # characters; more belongs into the file, where it can be reviewed


class Governing:
    """Carries out the commands about settings; *now* gives seconds since 1970, for the audit.

    Each method raises StoreAway where nothing was changed for sure.
    """

    def __init__(self, panel: Panel, overrides: Overrides, now: Callable[[], float]) -> None:
        self._panel = panel
        self._overrides = overrides
        self._now = now

    async def carry_out(self, command: commands.Setting, caller: Caller, language: str) -> Told:
        """What comes of *command*; only who rules in the caller's place may change anything."""
        await self._panel.look()
        shown = self._shown(command, caller, language)
        if shown is not None:
            return Told(shown)
        if not admission.rules(self._panel.settings.access, caller):
            return Told(say("settings.not_yours", language))
        match command:
            case commands.SetTier(name):
                return await self._set_tier(name, caller, language)
            case commands.SetPrompt(text):
                return await self._set_prompt(text, caller, language)
            case commands.UsePreset(name) if name in PRESETS:
                return await self._put(caller, language, prompt=PRESETS[name])
            case commands.UsePreset(name):
                return self._no_such("preset.unknown", name, showing.presets(), language)
            case commands.ResetPrompt():
                return await self._put(caller, language, prompt=None)
            case _:
                return await self._undo(caller, language)

    def _shown(self, command: commands.Setting, caller: Caller, language: str) -> str | None:
        mode = self._panel.in_force(caller.settings_place)
        match command:
            case commands.ShowTier():
                return showing.tiers(mode, tier_names(self._panel.settings), language)
            case commands.ShowPrompt():
                return showing.prompt(mode, language)
            case commands.ShowSettings():
                return showing.settings(mode, language)
            case _:
                return None

    async def _set_tier(self, name: str, caller: Caller, language: str) -> Told:
        names = (*tier_names(self._panel.settings), tiering.AUTO)
        if name not in names:
            listed = ", ".join(f"`{one}`" for one in names)
            return self._no_such("tier.unknown", name, listed, language)
        return await self._put(caller, language, tier=name)

    async def _set_prompt(self, text: str, caller: Caller, language: str) -> Told:
        if len(text) > LONGEST_PROMPT:
            return Told(say("prompt.too_long", language, length=len(text), most=LONGEST_PROMPT))
        if holds_control(text):
            return Told(say("prompt.unfit", language))
        return await self._put(caller, language, prompt=text)

    async def _put(self, caller: Caller, language: str, **changed: str | None) -> Told:
        place, by = caller.settings_place, caller.author
        done = await self._overrides.put(place, by, at=int(self._now()), **changed)
        return await self._told(done, by, language, otherwise="settings.unchanged")

    async def _undo(self, caller: Caller, language: str) -> Told:
        place, by = caller.settings_place, caller.author
        done = await self._overrides.undo(place, by, at=int(self._now()))
        return await self._told(done, by, language, otherwise="settings.nothing_to_undo")

    async def _told(
        self, done: Changed | None, by: Author, language: str, *, otherwise: str
    ) -> Told:
        if done is None:
            return Told(say(otherwise, language))
        log.info("settings_changed", place=done.place, by=by.id)
        await self._panel.look()
        mode = self._panel.in_force(done.place)
        everywhere = self._panel.settings.language
        lines = [
            say(f"changed.{what}", everywhere, by=plain(by.name), tier=mode.chosen)
            for what, before, after in (
                ("tier", done.before.tier, done.after.tier),
                ("prompt", done.before.prompt, done.after.prompt),
            )
            if before != after
        ]
        return Told(say("settings.changed", language), " ".join(lines))

    def _no_such(self, key: str, name: str, there_are: str, language: str) -> Told:
        return Told(say(key, language, name=plain(name), there_are=there_are))
