"""Shell: settings of a place shown and changed by command, by who may, with a word to everybody."""

from collections.abc import Callable, Mapping, Sequence

import structlog

from bot import admission, commands, showing, tiering
from bot.model import Author
from bot.panel import Panel
from bot.ports import Caller, Form, Outcome
from bot.presets import PRESETS
from bot.prompting import plain
from bot.sentences import say
from bot.settings import LONGEST_RETENTION, InForce, holds_control, tier_names
from bot.store import Changed, Overrides

log = structlog.get_logger(__name__)

Fields = Mapping[str, str | int | None]
"""What a command changes of an override, by field."""

LONGEST_PROMPT = 8_000  # characters; more belongs into the file, where it can be reviewed


class Governing:
    """Carries out the commands about settings; *now* gives seconds since 1970, for the audit.

    What asks the store raises StoreAway where it has no answer; a change may have been made then.
    """

    def __init__(self, panel: Panel, overrides: Overrides, now: Callable[[], float]) -> None:
        self._panel = panel
        self._overrides = overrides
        self._now = now

    def in_force(self, place: str) -> InForce:
        """What holds in *place*, from the next answer on."""
        return self._panel.in_force(place)

    async def carry_out(self, command: commands.Setting, caller: Caller, language: str) -> Outcome:
        """What comes of *command*; only who rules in the caller's place may change anything."""
        await self._panel.look()
        if isinstance(command, commands.Show):
            return Outcome(self._shown(command, caller, language))
        if not admission.rules(self._panel.settings.access, caller):
            return Outcome(say("settings.not_yours", language))
        if isinstance(command, commands.Undo):
            return await self._undo(caller, language)
        wanted = self._wanted(command, language)
        if isinstance(wanted, str):
            return Outcome(wanted)
        return await self._put(caller, language, wanted)

    async def form(self, caller: Caller, language: str) -> Outcome:
        """A form to write the prompt of the caller's place in, where they rule there."""
        await self._panel.look()
        if not admission.rules(self._panel.settings.access, caller):
            return Outcome(say("settings.not_yours", language))
        example = f"/claude {commands.EXAMPLES['prompt set']}"
        return Outcome(
            say("command.misused", language, name="prompt set", example=example),
            form=Form(
                line="prompt set",
                title=say("form.prompt", language),
                label=say("menu.form.text", language),
                send=say("form.send", language),
                text=self._panel.in_force(caller.settings_place).prompt,
                too_long=say("form.too_long", language),
            ),
        )

    def choices(self, line: str) -> Sequence[str]:
        """The names that the command *line* may go on with."""
        names = {"tier": self._tiers, "prompt use": tuple(PRESETS)}
        return names.get(line, ())

    @property
    def _tiers(self) -> tuple[str, ...]:
        return (*tier_names(self._panel.settings), tiering.AUTO)

    def _wanted(self, command: commands.Change, language: str) -> Fields | str:
        """The fields that *command* changes; a sentence where it names what there is not."""
        match command:
            case commands.SetTier(name):
                names = self._tiers
                listed = showing.listed(names)
                unknown = say("tier.unknown", language, name=plain(name), there_are=listed)
                # Commands are read in lower case; a tier may be called otherwise.
                called = {one.lower(): one for one in names} | {one: one for one in names}
                return {"tier": called[name]} if name in called else unknown
            case commands.SetPrompt(text):
                return _unfit(text, language) or {"prompt": text}
            case commands.UsePreset(name):
                listed = showing.listed(PRESETS)
                unknown = say("preset.unknown", language, name=plain(name), there_are=listed)
                return {"prompt": PRESETS[name]} if name in PRESETS else unknown
            case commands.ResetPrompt():
                return {"prompt": None}
            case commands.SetRetention(days):
                unfit = say("retention.unfit", language, days=days, most=LONGEST_RETENTION)
                return {"retention_days": days} if 1 <= days <= LONGEST_RETENTION else unfit

    def _shown(self, command: commands.Show, caller: Caller, language: str) -> str:
        mode = self._panel.in_force(caller.settings_place)
        match command:
            case commands.ShowTier():
                return showing.tiers(mode, tier_names(self._panel.settings), language)
            case commands.ShowPrompt():
                return showing.prompt(mode, language)
            case commands.ShowSettings():
                return showing.settings(mode, language)

    async def _put(self, caller: Caller, language: str, changed: Fields) -> Outcome:
        place, by = caller.settings_place, caller.author
        done = await self._overrides.put(place, by, at=int(self._now()), **changed)
        if done is None:
            return Outcome(say("settings.unchanged", language))
        told = "retention.changed" if "retention_days" in changed else "settings.changed"
        return Outcome(say(told, language), self._announced(done, by))

    async def _undo(self, caller: Caller, language: str) -> Outcome:
        place, by = caller.settings_place, caller.author
        done = await self._overrides.undo(place, by, at=int(self._now()))
        if done is None:
            return Outcome(say("settings.nothing_to_undo", language))
        kept = done.before.retention_days == done.after.retention_days
        told = "settings.undone" if kept else "retention.changed"
        return Outcome(say(told, language), self._announced(done, by))

    def _announced(self, done: Changed, by: Author) -> str | None:
        """What everybody is told of *done*, which holds by then; None where there is nothing."""
        log.info("settings_changed", place=done.place, by=by.id)
        # What was made is told whatever becomes of the store: it is not asked once more.
        self._panel.learn(done)
        mode = self._panel.in_force(done.place)
        everywhere = self._panel.settings.language
        lines = [
            say(
                f"changed.{what}",
                everywhere,
                by=plain(by.name),
                tier=mode.chosen,
                days=mode.retention_days,
            )
            for what, before, after in (
                ("tier", done.before.tier, done.after.tier),
                ("prompt", done.before.prompt, done.after.prompt),
                ("retention", done.before.retention_days, done.after.retention_days),
            )
            if before != after
        ]
        return " ".join(lines) or None


def _unfit(text: str, language: str) -> str | None:
    """Why *text* cannot be a prompt; None where it can."""
    if len(text) > LONGEST_PROMPT:
        return say("prompt.too_long", language, length=len(text), most=LONGEST_PROMPT)
    return say("prompt.unfit", language) if holds_control(text) else None
