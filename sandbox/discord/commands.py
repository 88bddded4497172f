"""The commands of our app: synced by it, offered to people, filled in by them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.discord.application import Application
from sandbox.discord.markup import Json
from sandbox.discord.model import APPLICATION, Guild
from sandbox.discord.routes import Asked, Endpoint
from sandbox.discord.rules import Code, Refused, invalid
from sandbox.discord.world import World

_CHAT, _USER, _MESSAGE = 1, 2, 3
_MOST = {_CHAT: 100, _USER: 15, _MESSAGE: 15}
_SUBCOMMAND, _GROUP = 1, 2
_TYPES: Mapping[int, type | tuple[type, ...]] = {4: int, 5: bool, 10: (int, float)}
_NAME = re.compile(r"[-_'\w]{1,32}")
_OPTIONS = 25
_CHARACTERS = 8_000


class NotOffered(LookupError):
    """A person finds no such command, option, button or message to use."""


class Commands:
    """The endpoints that sync the commands of *application*, and those of single guilds."""

    def __init__(self, world: World, application: Application) -> None:
        self._world = world
        self._application = application
        self.endpoints: Mapping[str, Endpoint] = {
            "get_global_commands": lambda _asked: application.commands,
            "overwrite_global_commands": self._overwrite,
            "get_guild_commands": lambda asked: self._guild(asked).commands,
            "overwrite_guild_commands": self._overwrite_guild,
        }

    def offered(self, guild: Guild | None) -> list[Json]:
        """The commands that people find in *guild*, None for DMs."""
        context = 1 if guild is None else 0
        found = [*self._application.commands, *(guild.commands if guild is not None else [])]
        return [c for c in found if context in (c["contexts"] or (0, 1, 2))]

    def _overwrite(self, asked: Asked) -> list[Json]:
        self._application.commands = self._synced(asked, self._application.commands)
        return self._application.commands

    def _overwrite_guild(self, asked: Asked) -> list[Json]:
        guild = self._guild(asked)
        guild.commands = self._synced(asked, guild.commands)
        return guild.commands

    def _guild(self, asked: Asked) -> Guild:
        guild = self._world.guilds.get(asked.ids["guild"])
        if guild is None:
            raise Refused(Code.UNKNOWN_GUILD)
        return guild

    def _synced(self, asked: Asked, before: Sequence[Json]) -> list[Json]:
        """The commands as they are kept; one of the same name keeps its id."""
        _check(asked.body)
        ids = {(command["type"], command["name"]): command["id"] for command in before}
        return [
            {
                "id": ids.get((wanted.get("type", _CHAT), wanted["name"])) or self._world.new_id(),
                "application_id": APPLICATION,
                "version": self._world.new_id(),
                "type": wanted.get("type", _CHAT),
                "name": wanted["name"],
                "name_localizations": wanted.get("name_localizations"),
                "description": wanted.get("description", ""),
                "description_localizations": wanted.get("description_localizations"),
                "options": wanted.get("options", []),
                "default_member_permissions": wanted.get("default_member_permissions"),
                "contexts": wanted.get("contexts"),
                "integration_types": wanted.get("integration_types", [0]),
                "nsfw": wanted.get("nsfw", False),
            }
            for wanted in asked.body
        ]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A subcommand that a person chose, with the path that leads there."""

    command: Json
    path: tuple[Json, ...]

    @property
    def name(self) -> str:
        """The whole name, as people write it."""
        return " ".join(str(part["name"]) for part in (self.command, *self.path))

    @property
    def options(self) -> Mapping[str, Json]:
        """The options that can be filled in, by name."""
        leaf = self.path[-1] if self.path else self.command
        return {str(option["name"]): option for option in leaf.get("options", [])}

    def filled(self, values: Mapping[str, object], focused: str | None = None) -> Json:
        """The data of an interaction with these *values*.

        *focused* is the option that is being typed, None once the command was sent. Raises
        NotOffered where a person could not have sent that.
        """
        if unknown := values.keys() - self.options.keys():
            raise NotOffered(f"/{self.name} has no {sorted(unknown)}")
        if focused is None:
            self._check_complete(values)
        options: list[Json] = [
            {"name": name, "type": self.options[name]["type"], "value": value}
            | ({"focused": True} if name == focused else {})
            for name, value in values.items()
        ]
        for part in reversed(self.path):
            options = [{"name": part["name"], "type": part["type"], "options": options}]
        names = {"id": self.command["id"], "name": self.command["name"], "type": _CHAT}
        return names | ({"options": options} if options else {})

    def _check_complete(self, values: Mapping[str, object]) -> None:
        for name, option in self.options.items():
            if name not in values:
                if option.get("required"):
                    raise NotOffered(f"/{self.name} is not sent without {name}")
                continue
            value, offered = values[name], [c["value"] for c in option.get("choices", [])]
            if not isinstance(value, _TYPES.get(option["type"], str)):
                raise NotOffered(f"/{self.name} takes no {value!r} as {name}")
            if offered and value not in offered:
                raise NotOffered(f"/{self.name} offers {offered} as {name}")


def chosen(commands: Sequence[Json], name: str) -> Chosen:
    """The slash command of that whole *name*. Raises NotOffered."""
    first, *rest = name.split()
    command = _named(commands, first, (_CHAT,), name)
    path: list[Json] = []
    for part in rest:
        inside = (path[-1] if path else command).get("options", [])
        path.append(_named(inside, part, (_SUBCOMMAND, _GROUP), name))
    leaf = Chosen(command, tuple(path))
    if any(option["type"] in (_SUBCOMMAND, _GROUP) for option in leaf.options.values()):
        raise NotOffered(f"/{name} is only the beginning of a command")
    return leaf


def menu_item(commands: Sequence[Json], name: str) -> Json:
    """The message command of that *name*. Raises NotOffered."""
    return _named(commands, name, (_MESSAGE,), name)


def _named(found: Sequence[Json], part: str, types: tuple[int, ...], whole: str) -> Json:
    for item in found:
        if item["name"] == part and item["type"] in types:
            return item
    raise NotOffered(f"{whole}: nothing of that name was synced")


def _check(commands: Sequence[Json]) -> None:
    """Refuse commands that Discord would refuse."""
    for kind, most in _MOST.items():
        if sum(command.get("type", _CHAT) == kind for command in commands) > most:
            raise invalid("commands", f"Maximum number of application commands reached ({most}).")
    for at, command in enumerate(commands):
        if command.get("type", _CHAT) == _CHAT:
            _check_words(command, str(at))
            if _characters(command) > _CHARACTERS:
                raise invalid(str(at), f"Command exceeds maximum size ({_CHARACTERS}).")
        elif command.get("description"):
            raise invalid(f"{at}.description", "Context menu commands cannot have description")


def _check_words(item: Json, path: str) -> None:
    name = str(item.get("name", ""))
    if not _NAME.fullmatch(name) or name != name.lower():
        raise invalid(f"{path}.name", "Command name is invalid", "APPLICATION_COMMAND_INVALID_NAME")
    if not 1 <= len(str(item.get("description", ""))) <= 100:
        raise invalid(f"{path}.description", "Must be between 1 and 100 in length.")
    options: list[Json] = item.get("options") or []
    if len(options) > _OPTIONS or len(item.get("choices") or []) > _OPTIONS:
        raise invalid(f"{path}.options", f"Must be {_OPTIONS} or fewer in length.")
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        message = "Required options must be placed before non-required options"
        raise invalid(f"{path}.options", message)
    if item.get("choices") and item.get("autocomplete"):
        raise invalid(f"{path}.choices", "Cannot have both choices and autocomplete")
    for at, option in enumerate(options):
        _check_words(option, f"{path}.options.{at}")


def _characters(item: Json) -> int:
    """Characters of names, descriptions and values, as the limit of a command counts them."""
    own = sum(len(str(item.get(part, ""))) for part in ("name", "description", "value"))
    inner: list[Json] = [*(item.get("options") or []), *(item.get("choices") or [])]
    return own + sum(map(_characters, inner))
