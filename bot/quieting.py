"""Shell: follow-ups in one thread switched off and on by command, with a word to everybody."""

from collections.abc import Callable

import structlog

from bot import commands
from bot.ports import Caller, Outcome
from bot.prompting import plain
from bot.sentences import say
from bot.settings import InForce, Reply
from bot.store import FollowUps

log = structlog.get_logger(__name__)


class Quieting:
    """Obeys everybody; *in_force* tells what holds in a place, *language* is everybody's."""

    def __init__(
        self, follow_ups: FollowUps, in_force: Callable[[str], InForce], language: str
    ) -> None:
        self._follow_ups = follow_ups
        self._in_force = in_force
        self._language = language

    async def carry_out(self, command: commands.Switch, caller: Caller, language: str) -> Outcome:
        """What comes of *command* in the caller's thread. Raises StoreAway."""
        name = "quiet" if isinstance(command, commands.Quiet) else "wake"
        if caller.place.thread is None or caller.is_direct:
            return Outcome(say("quiet.where", language, name=name))
        mode = self._in_force(caller.settings_place)
        if mode.reply is Reply.MENTION:
            return Outcome(say("quiet.by_setting", language))
        switch = self._follow_ups.off if name == "quiet" else self._follow_ups.on
        if not await switch(caller.place, retention=mode.retention):
            return Outcome(say(f"{name}.already", language))
        log.info(name, conversation=caller.place.key, by=caller.author.id)
        everybody = say(f"{name}.by", self._language, by=plain(caller.author.name))
        return Outcome(say(f"{name}.done", language), everybody)
