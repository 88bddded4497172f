"""Interactions: what a person did with our app, its answer, and the endpoints that give it."""

import enum
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.discord import payloads, rules
from sandbox.discord.access import Access
from sandbox.discord.events import Events
from sandbox.discord.markup import Json
from sandbox.discord.model import Channel, Flag, Message, Origin, Person, Shown, Sort, Words
from sandbox.discord.routes import Asked, Endpoint
from sandbox.discord.rules import Args, Code, Refused
from sandbox.discord.world import World, shown

ACK_WITHIN = 3.0  # seconds
TOKEN_LIVES = 900.0  # seconds


class Trigger(enum.IntEnum):
    """What a person did, in Discord's numbers."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Reply(enum.IntEnum):
    """How our app answered first, in Discord's numbers."""

    MESSAGE = 4
    DEFERRED = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


_ON_A_MESSAGE = frozenset({Reply.DEFERRED_UPDATE, Reply.UPDATE})
_FITTING: Mapping[Trigger, frozenset[Reply]] = {
    Trigger.COMMAND: frozenset({Reply.MESSAGE, Reply.DEFERRED, Reply.MODAL}),
    Trigger.COMPONENT: frozenset({Reply.MESSAGE, Reply.DEFERRED, Reply.MODAL}) | _ON_A_MESSAGE,
    Trigger.AUTOCOMPLETE: frozenset({Reply.CHOICES}),
    Trigger.MODAL: frozenset({Reply.MESSAGE, Reply.DEFERRED}) | _ON_A_MESSAGE,
}


@dataclass(slots=True, eq=False)
class Interaction:
    """One use of our app by *person*, and what they see come of it.

    *message* is the one whose component was used, *about* the one in whose menu it was found,
    *reply* the first answer, None until it comes. Times are seconds on the *clock*; the answer is
    too late after *answer_by*, everything after *ends*.
    """

    id: str
    trigger: Trigger
    person: Person
    channel: Channel
    sort: Sort
    name: str | None
    message: Message | None
    clock: Callable[[], float]
    answer_by: float
    ends: float
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    reply: Reply | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list[Message])
    modal: Json | None = None
    choices: tuple[Json, ...] = ()
    about: Message | None = None

    @property
    def failed(self) -> bool:
        """Whether the person is told that the application did not respond."""
        return self.reply is None and self.clock() > self.answer_by

    @property
    def expired(self) -> bool:
        """Whether the token is of no use any more."""
        return self.clock() > self.ends

    @property
    def thinking(self) -> bool:
        """Whether the person is told that the app is thinking."""
        return self.original is not None and Flag.LOADING in self.original.flags

    @property
    def responses(self) -> list[Shown]:
        """What the app said in answer, the first response and all follow-ups, as it stands."""
        first = [] if self.original is None else [self.original]
        return [shown(message) for message in (*first, *self.followups)]


class Interactions:
    """The desk where interactions are opened and answered; *clock* is steady, in seconds.

    *ack_within* and *token_lives* are the deadlines of those opened from then on.
    """

    def __init__(self, world: World, events: Events, clock: Callable[[], float]) -> None:
        self._world = world
        self._events = events
        self._clock = clock
        self._access = Access(world)
        self._by_token: dict[str, Interaction] = {}
        self.ack_within = ACK_WITHIN
        self.token_lives = TOKEN_LIVES
        self.endpoints: Mapping[str, Endpoint] = {
            "create_interaction_response": self._respond,
            "create_followup": self._follow_up,
            "get_original_response": self._get,
            "edit_original_response": self._edit,
            "delete_original_response": self._delete,
            "get_followup": self._get,
            "edit_followup": self._edit,
            "delete_followup": self._delete,
        }

    def open(
        self,
        trigger: Trigger,
        person: Person,
        channel: Channel,
        *,
        sort: Sort = Sort.REPLY,
        name: str | None = None,
        message: Message | None = None,
    ) -> Interaction:
        """An interaction that waits for its answer; nobody is told of it yet."""
        now = self._clock()
        interaction = Interaction(
            self._world.new_id(),
            trigger,
            person,
            channel,
            sort,
            name,
            message,
            self._clock,
            now + self.ack_within,
            now + self.token_lives,
        )
        self._by_token[interaction.token] = interaction
        return interaction

    def private(self, channel: Channel, identity: str) -> Message | None:
        """The message of that id that only one person in *channel* sees, None for no such one."""
        for interaction in self._by_token.values():
            for message in (interaction.original, *interaction.followups):
                if message and message.id == identity and message.channel is channel:
                    return message
        return None

    def _respond(self, asked: Asked) -> Json | None:
        interaction = self._by_token.get(asked.ids["token"])
        if interaction is None or interaction.id != asked.ids["interaction"] or interaction.failed:
            raise Refused(Code.UNKNOWN_INTERACTION)
        if interaction.reply is not None:
            raise Refused(Code.ALREADY_ACKNOWLEDGED)
        reply = _reply(asked.args, interaction)
        self._answer(interaction, reply, asked)
        interaction.reply = reply
        wanted = str(asked.query.get("with_response")).lower() in ("1", "true")
        return self._told(interaction, reply) if wanted else None

    def _answer(self, interaction: Interaction, reply: Reply, asked: Asked) -> None:
        said: Args = asked.args.get("data") or {}
        match reply:
            case Reply.MESSAGE:
                interaction.original = self._post(interaction, said, asked)
            case Reply.DEFERRED:
                flags = Flag(int(said.get("flags") or 0)) & Flag.EPHEMERAL | Flag.LOADING
                interaction.original = self._put(interaction, Words(""), flags)
            case Reply.DEFERRED_UPDATE:
                interaction.original = interaction.message
            case Reply.UPDATE:
                assert interaction.message is not None, "only who used a message can update it"
                interaction.original = interaction.message
                self._rewrite(interaction, interaction.message, said, asked)
            case Reply.CHOICES:
                interaction.choices = tuple(rules.choices(said.get("choices")))
            case Reply.MODAL:
                interaction.modal = dict(said)

    def _told(self, interaction: Interaction, reply: Reply) -> Json:
        original, message = interaction.original, {}
        if original is not None and reply is not Reply.DEFERRED_UPDATE:
            message = {"message": payloads.message_object(original, self._world)}
        whole: Json = {"id": interaction.id, "type": int(interaction.trigger)}
        if original is not None:
            whole |= {
                "response_message_id": original.id,
                "response_message_loading": Flag.LOADING in original.flags,
                "response_message_ephemeral": Flag.EPHEMERAL in original.flags,
            }
        return {"interaction": whole, "resource": {"type": int(reply), **message}}

    def _follow_up(self, asked: Asked) -> Json:
        interaction = self._answered(asked)
        first = interaction.original
        if first is not None and Flag.LOADING in first.flags:
            # The first follow-up after a deferred response takes its place: deprecated, not gone.
            message = self._rewrite(interaction, first, asked.args, asked)
        else:
            message = self._post(interaction, asked.args, asked, first=False)
            interaction.followups.append(message)
        return payloads.message_object(message, self._world)

    def _get(self, asked: Asked) -> Json:
        message = self._response(self._answered(asked), asked)
        return payloads.message_object(message, self._world)

    def _edit(self, asked: Asked) -> Json:
        interaction = self._answered(asked)
        message = self._response(interaction, asked)
        self._rewrite(interaction, message, asked.args, asked)
        return payloads.message_object(message, self._world)

    def _delete(self, asked: Asked) -> None:
        interaction = self._answered(asked)
        message = self._response(interaction, asked)
        if message is interaction.original:
            interaction.original = None
        else:
            interaction.followups.remove(message)
        self._world.remove(message)
        self._events.deleted(message)

    def _post(
        self, interaction: Interaction, args: Args, asked: Asked, *, first: bool = True
    ) -> Message:
        private = Flag(int(args.get("flags") or 0)) & Flag.EPHEMERAL
        words = rules.written(args, asked.files)
        return self._put(interaction, words, rules.flags(args) | private, first=first)

    def _put(
        self, interaction: Interaction, words: Words, flags: Flag, *, first: bool = True
    ) -> Message:
        if Flag.EPHEMERAL not in flags:
            self._access.need_open(interaction.channel)
        person, name = interaction.person, interaction.name
        message = Message(
            self._world.new_id(),
            interaction.channel,
            self._world.bot,
            words,
            sort=interaction.sort if first else Sort.REPLY,
            flags=flags,
            reference=(interaction.about or interaction.message) if first else interaction.original,
            origin=Origin(interaction.id, int(interaction.trigger), person, name),
        )
        self._events.created(self._world.put(message))
        return message

    def _rewrite(
        self, interaction: Interaction, message: Message, args: Args, asked: Asked
    ) -> Message:
        if Flag.EPHEMERAL not in message.flags:
            self._access.need_open(interaction.channel)
        words, flags = rules.rewritten(args, asked.files, message.words, message.flags)
        self._world.change(message, words, flags)
        self._events.changed(message)
        return message

    def _answered(self, asked: Asked) -> Interaction:
        """The interaction of a webhook's token, once it was answered and while it lives."""
        interaction = self._by_token.get(asked.ids["token"])
        if interaction is None or interaction.expired:
            raise Refused(Code.EXPIRED_TOKEN)
        if interaction.reply is None:
            raise Refused(Code.UNKNOWN_WEBHOOK)
        return interaction

    def _response(self, interaction: Interaction, asked: Asked) -> Message:
        wanted = asked.ids.get("message")
        found = interaction.original
        if wanted is not None:
            own = [found] if found is not None else []
            found = next((m for m in (*own, *interaction.followups) if m.id == wanted), None)
        if found is None:
            raise Refused(Code.UNKNOWN_MESSAGE)
        return found


def _reply(args: Args, interaction: Interaction) -> Reply:
    """How the app answers. Raises Refused where that does not fit what the person did."""
    number = args.get("type")
    fitting = {int(reply): reply for reply in _FITTING[interaction.trigger]}
    if number not in fitting or (interaction.message is None and number in (6, 7)):
        raise rules.invalid("type", "Value is not a valid response type.", "BASE_TYPE_CHOICES")
    return fitting[number]
