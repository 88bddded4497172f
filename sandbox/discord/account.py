"""The endpoints about our app itself, and about the people it meets."""

from collections.abc import Mapping

from sandbox.discord import payloads
from sandbox.discord.application import Application
from sandbox.discord.gateway import Gateway
from sandbox.discord.markup import Json
from sandbox.discord.model import Channel, Guild, Kind, Person
from sandbox.discord.routes import Asked, Endpoint
from sandbox.discord.rules import Code, Refused
from sandbox.discord.world import World


class Account:
    """What our app can ask about itself and others."""

    def __init__(self, world: World, application: Application, gateway: Gateway) -> None:
        self._world = world
        self._application = application
        self._gateway = gateway
        self.endpoints: Mapping[str, Endpoint] = {
            "get_current_user": self._me,
            "get_current_user_guilds": self._guilds,
            "get_user": self._user,
            "get_guild_member": self._member,
            "get_current_application": self._app,
            "get_current_bot_application": self._app,
            "get_gateway_bot": self._where,
        }

    def _me(self, _asked: Asked) -> Json:
        me = payloads.user_object(self._world.bot)
        return me | {"verified": True, "mfa_enabled": False, "email": None, "flags": 0}

    def _app(self, _asked: Asked) -> Json:
        return self._application.described(len(self._world.guilds))

    def _where(self, _asked: Asked) -> Json:
        return self._application.gateway(self._gateway.address)

    def _guilds(self, _asked: Asked) -> list[Json]:
        return [self._guild(guild) for guild in self._world.guilds.values()]

    def _guild(self, guild: Guild) -> Json:
        anywhere = Channel("0", "", Kind.TEXT, guild)
        granted = str(int(self._world.may(self._world.bot, anywhere)))
        said: Json = {"id": guild.id, "name": guild.name, "icon": None, "owner": False}
        return said | {"permissions": granted, "features": []}

    def _user(self, asked: Asked) -> Json:
        return payloads.user_object(self._person(asked, Code.UNKNOWN_USER))

    def _member(self, asked: Asked) -> Json:
        guild = self._world.guilds.get(asked.ids["guild"])
        if guild is None:
            raise Refused(Code.UNKNOWN_GUILD)
        person = self._person(asked, Code.UNKNOWN_MEMBER)
        member = payloads.member_object(person, guild, self._world)
        return member | {"user": payloads.user_object(person)}

    def _person(self, asked: Asked, otherwise: Code) -> Person:
        person = self._world.people.get(asked.ids["user"])
        if person is None:
            raise Refused(otherwise)
        return person
