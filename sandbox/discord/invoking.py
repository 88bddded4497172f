"""What people do with our app's commands, buttons and modals."""

import time
from collections.abc import Mapping

from sandbox.discord import components, payloads
from sandbox.discord.commands import Commands, NotOffered, chosen, menu_item
from sandbox.discord.interactions import Interaction, Interactions, Trigger
from sandbox.discord.markup import Json
from sandbox.discord.model import APPLICATION, Channel, Message, Person, Sort
from sandbox.discord.scene import Scene

_LARGEST_FILE = 10 << 20  # bytes


class Invoking(Scene):
    """A scene in which people use our app by more than words.

    Each use gives its interaction at once, before our app has answered; what a person could not
    have done raises NotOffered. `interactions` holds the deadlines.
    """

    def __init__(self, bot_name: str) -> None:
        super().__init__(bot_name)
        self.interactions = Interactions(self._world, self._events, time.monotonic)
        self._commands = Commands(self._world, self._app)

    async def slash(
        self, person: Person, channel: str, command: str, **options: object
    ) -> Interaction:
        """What becomes of a slash command, by its whole name: ``claude ask``, without the slash."""
        place = self._world.channels[channel]
        leaf = chosen(self._commands.offered(place.guild), command)
        interaction = self.interactions.open(
            Trigger.COMMAND, person, place, sort=Sort.COMMAND, name=leaf.name
        )
        return self._send(interaction, leaf.filled(options))

    async def autocomplete(
        self, person: Person, channel: str, command: str, **options: object
    ) -> Interaction:
        """What our app offers while *person* types the last of *options*: its `choices`."""
        place = self._world.channels[channel]
        leaf = chosen(self._commands.offered(place.guild), command)
        focused = list(options)[-1]
        if not leaf.options.get(focused, {}).get("autocomplete"):
            raise NotOffered(f"/{command} offers nothing for {focused}")
        interaction = self.interactions.open(Trigger.AUTOCOMPLETE, person, place, name=leaf.name)
        return self._send(interaction, leaf.filled(options, focused))

    async def context_menu(
        self, person: Person, channel: str, command: str, message: str
    ) -> Interaction:
        """What becomes of a command chosen in the menu of a message."""
        place = self._world.channels[channel]
        item = menu_item(self._commands.offered(place.guild), command)
        if message not in place.messages:
            raise NotOffered("what one person alone sees, or nobody any more, has no such menu")
        target = payloads.message_object(place.messages[message], self._world)
        data = {"id": item["id"], "name": item["name"], "type": item["type"], "target_id": message}
        interaction = self.interactions.open(
            Trigger.COMMAND, person, place, sort=Sort.CONTEXT_MENU, name=command
        )
        interaction.about = place.messages[message]
        return self._send(interaction, data | {"resolved": {"messages": {message: target}}})

    async def press(
        self, person: Person, channel: str, message: str, custom_id: str
    ) -> Interaction:
        """What becomes of pressing a button of a message, be it for all to see or for one."""
        place = self._world.channels[channel]
        found = place.messages.get(message) or self.interactions.private(place, message)
        if found is None or custom_id not in components.pressable(found.words.components):
            raise NotOffered(f"{message} has no button {custom_id} to press")
        interaction = self.interactions.open(Trigger.COMPONENT, person, place, message=found)
        data: Json = {"custom_id": custom_id, "component_type": components.BUTTON, "id": 2}
        return self._send(interaction, data)

    async def submit(self, opened: Interaction, values: Mapping[str, str]) -> Interaction:
        """What becomes of the modal of *opened*, filled in with *values* by custom id."""
        if opened.modal is None:
            raise NotOffered("no modal is open")
        interaction = self.interactions.open(
            Trigger.MODAL,
            opened.person,
            opened.channel,
            sort=opened.sort,
            name=opened.name,
            message=opened.message,
        )
        inputs = components.filled(opened.modal["components"], dict(values))
        return self._send(
            interaction, {"custom_id": opened.modal["custom_id"], "components": inputs}
        )

    def _send(self, interaction: Interaction, data: Json) -> Interaction:
        """Tell our app of *interaction*, unless it has them sent elsewhere."""
        if self.interactions_endpoint_url is None:
            said = self._told(interaction, data)
            self._events.interaction(interaction.channel, said)
        return interaction

    def _told(self, interaction: Interaction, data: Json) -> Json:
        channel, person = interaction.channel, interaction.person
        place = payloads.channel_object(channel, self._world)
        may = str(int(self._world.may(person, channel)))
        guild = "0" if channel.guild is None else channel.guild.id
        said: Json = {
            "id": interaction.id,
            "application_id": APPLICATION,
            "type": int(interaction.trigger),
            "token": interaction.token,
            "version": 1,
            "data": data if channel.guild is None else data | {"guild_id": guild},
            "channel": place | {"permissions": may},
            "channel_id": channel.id,
            "context": 1 if channel.guild is None else 0,
            "app_permissions": str(int(self._world.may(self.bot, channel))),
            "locale": person.locale,
            "entitlements": [],
            "authorizing_integration_owners": {"0": guild},
            "attachment_size_limit": _LARGEST_FILE,
        }
        return said | self._author(person, channel, may) | self._around(interaction.message)

    def _author(self, person: Person, channel: Channel, may: str) -> Json:
        user = payloads.user_object(person)
        if channel.guild is None:
            return {"user": user}
        member = payloads.member_object(person, channel.guild, self._world)
        return {
            "guild_id": channel.guild.id,
            "guild": {"id": channel.guild.id, "locale": "en-US", "features": []},
            "guild_locale": "en-US",
            "member": member | {"user": user, "permissions": may},
        }

    def _around(self, message: Message | None) -> Json:
        if message is None:
            return {}
        return {"message": payloads.message_object(message, self._world)}
