"""What people find behind ``/claude`` and in a message's menu, and keeping Discord's copy true."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import discord
from discord import app_commands
from discord.app_commands import locale_str

from adapters.discord.callers import Interaction

Words = Mapping[str, Mapping[str, str]]
"""The words of the menu by key and language; English is what Discord shows to everybody else."""

LONGEST_RETENTION: Final = 3650  # days, as in bot.toml
LONGEST: Final = 6000  # characters; Discord's own limit for one option


@dataclass(frozen=True, slots=True)
class Handlers:
    """What is done for each entry of the menu: *command* is given the line that was meant.

    *choices* are asked with the line that they would go on, and what was typed behind it so far.
    """

    ask: Callable[[Interaction, str], Awaitable[None]]
    ask_alone: Callable[[Interaction, str], Awaitable[None]]
    ask_about: Callable[[Interaction, discord.Message], Awaitable[None]]
    command: Callable[[Interaction, str], Awaitable[None]]
    write_prompt: Callable[[Interaction], Awaitable[None]]
    choices: Callable[[Interaction, str, str], Awaitable[Sequence[str]]]


def entries(do: Handlers, words: Words) -> list[app_commands.Group | app_commands.ContextMenu]:
    """The whole menu: the group ``/claude``, and "Ask Claude" on a message."""
    # In channels and in DMs with us; elsewhere we could not go on behind the first answer.
    places = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
    installs = app_commands.AppInstallationType(guild=True, user=False)
    group = app_commands.Group(
        name="claude",
        description=_said(words, "menu.claude"),
        allowed_contexts=places,
        allowed_installs=installs,
    )

    _asking(group, do, words)
    _governing(group, do, words)
    _using(group, do, words)
    group.add_command(_prompts(do, words))

    async def _ask_about(interaction: Interaction, message: discord.Message) -> None:
        await do.ask_about(interaction, message)

    item = app_commands.ContextMenu(
        name=_said(words, "menu.ask_about"),
        callback=_ask_about,
        allowed_contexts=places,
        allowed_installs=installs,
    )
    return [group, item]


def _asking(group: app_commands.Group, do: Handlers, words: Words) -> None:
    tiers = [app_commands.Choice(name=one, value=one) for one in ("simple", "general", "complex")]

    @group.command(name="ask", description=_said(words, "menu.ask"))
    @app_commands.describe(
        text=_said(words, "menu.ask.text"),
        tier=_said(words, "menu.ask.tier"),
        private=_said(words, "menu.ask.private"),
    )
    @app_commands.choices(tier=tiers)
    async def _ask(
        interaction: Interaction,
        text: app_commands.Range[str, 1, LONGEST],
        tier: app_commands.Choice[str] | None = None,
        private: bool = False,  # noqa: FBT001, FBT002  - an option of Discord's menu
    ) -> None:
        ask = do.ask_alone if private else do.ask
        # As people type it where there is no option for it; a blank is no question of any tier.
        before = f"!{tier.value} " if tier is not None and text.strip() else ""
        await ask(interaction, f"{before}{text}")

    @group.command(name="stop", description=_said(words, "menu.stop"))
    async def _stop(interaction: Interaction) -> None:
        await do.command(interaction, "stop")

    @group.command(name="reset", description=_said(words, "menu.reset"))
    async def _reset(interaction: Interaction) -> None:
        await do.command(interaction, "reset")

    @group.command(name="quiet", description=_said(words, "menu.quiet"))
    async def _quiet(interaction: Interaction) -> None:
        await do.command(interaction, "quiet")

    @group.command(name="wake", description=_said(words, "menu.wake"))
    async def _wake(interaction: Interaction) -> None:
        await do.command(interaction, "wake")

    @group.command(name="forget", description=_said(words, "menu.forget"))
    async def _forget(interaction: Interaction) -> None:
        await do.command(interaction, "forget me")

    @group.command(name="help", description=_said(words, "menu.help"))
    async def _help(interaction: Interaction) -> None:
        await do.command(interaction, "help")


def _governing(group: app_commands.Group, do: Handlers, words: Words) -> None:
    undo = [app_commands.Choice(name="undo", value="undo")]

    @group.command(name="tier", description=_said(words, "menu.tier"))
    @app_commands.describe(name=_said(words, "menu.tier.name"))
    async def _tier(
        interaction: Interaction, name: app_commands.Range[str, 1, 64] | None = None
    ) -> None:
        await do.command(interaction, f"tier {name or ''}")

    _tier.autocomplete("name")(_offering(do, "tier"))

    @group.command(name="settings", description=_said(words, "menu.settings"))
    @app_commands.describe(
        action=_said(words, "menu.settings.action"),
        retention=_said(words, "menu.settings.retention"),
    )
    @app_commands.choices(action=undo)
    async def _settings(
        interaction: Interaction,
        action: app_commands.Choice[str] | None = None,
        retention: app_commands.Range[int, 1, LONGEST_RETENTION] | None = None,
    ) -> None:
        # Both at once make a line that is none, and are told what it takes.
        kept = [f"retention {retention}"] if retention is not None else []
        done = [action.value] if action is not None else []
        await do.command(interaction, " ".join(["settings", *done, *kept]))


def _using(group: app_commands.Group, do: Handlers, words: Words) -> None:
    scopes = [app_commands.Choice(name=one, value=one) for one in ("me", "channel", "total")]

    @group.command(name="usage", description=_said(words, "menu.usage"))
    @app_commands.describe(scope=_said(words, "menu.usage.scope"))
    @app_commands.choices(scope=scopes)
    async def _usage(
        interaction: Interaction, scope: app_commands.Choice[str] | None = None
    ) -> None:
        await do.command(interaction, f"usage {scope.value if scope is not None else 'me'}")


def _prompts(do: Handlers, words: Words) -> app_commands.Group:
    group = app_commands.Group(name="prompt", description=_said(words, "menu.prompt"))

    @group.command(name="show", description=_said(words, "menu.prompt.show"))
    async def _show(interaction: Interaction) -> None:
        await do.command(interaction, "prompt show")

    @group.command(name="set", description=_said(words, "menu.prompt.set"))
    @app_commands.describe(text=_said(words, "menu.prompt.set.text"))
    async def _set(
        interaction: Interaction, text: app_commands.Range[str, 1, LONGEST] | None = None
    ) -> None:
        if text is None:
            await do.write_prompt(interaction)
        else:
            await do.command(interaction, f"prompt set {text}")

    @group.command(name="reset", description=_said(words, "menu.prompt.reset"))
    async def _reset(interaction: Interaction) -> None:
        await do.command(interaction, "prompt reset")

    @group.command(name="use", description=_said(words, "menu.prompt.use"))
    @app_commands.describe(name=_said(words, "menu.prompt.use.name"))
    async def _use(interaction: Interaction, name: app_commands.Range[str, 1, 64]) -> None:
        await do.command(interaction, f"prompt use {name}")

    _use.autocomplete("name")(_offering(do, "prompt use"))
    return group


def _offering(
    do: Handlers, line: str
) -> Callable[[Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]:
    async def _offered(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        names = await do.choices(interaction, line, typed)
        return [app_commands.Choice(name=name, value=name) for name in names]

    return _offered


class Translator(app_commands.Translator):
    """Tells Discord the words in the other languages that an entry brings along."""

    async def translate(
        self,
        string: locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002  - the word itself is enough
    ) -> str | None:
        """The word in *locale*; None where we have none."""
        return cast("str | None", string.extras.get(locale.value))


async def sync(tree: app_commands.CommandTree[Any], application: int) -> bool:
    """Whether Discord had to be told of the menu: only where its own differs.

    Raises what discord.py raises.
    """
    translator = Translator()
    wanted = [
        await entry.get_translated_payload(tree, translator)
        for entry in tree.get_commands()
        if not isinstance(entry, app_commands.Command)  # there is none outside of the group
    ]
    http = tree.client.http
    stands = await http.get_global_commands(application)
    if same(wanted, cast("Sequence[Mapping[str, Any]]", stands)):
        return False
    await http.bulk_upsert_global_commands(application, payload=wanted)  # pyright: ignore[reportArgumentType]  - as CommandTree.sync does
    return True


def same(wanted: Sequence[Mapping[str, Any]], stands: Sequence[Mapping[str, Any]]) -> bool:
    """Whether *stands*, as Discord tells it, is the menu *wanted*.

    Discord adds ids and versions, and leaves out, or fills in, what is empty or false.
    """
    by_name = {(each.get("type", 1), each["name"]): each for each in stands}
    return len(by_name) == len(wanted) and all(
        _covers(by_name.get((each.get("type", 1), each["name"]), {}), each) for each in wanted
    )


def _covers(stands: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    # An older word for `contexts`, which Discord does not tell any more.
    keys = wanted.keys() - {"dm_permission"}
    return all(_alike(stands.get(key), wanted[key]) for key in keys)


def _alike(stands: object, wanted: object) -> bool:
    match stands, wanted:
        case dict(), dict():
            return _covers(cast("dict[str, Any]", stands), cast("dict[str, Any]", wanted))
        case list(), list():
            theirs, ours = cast("list[object]", stands), cast("list[object]", wanted)
            return len(theirs) == len(ours) and all(map(_alike, theirs, ours))
        case _:
            return stands == wanted or (not stands and not wanted)


def word(words: Words, key: str, language: str) -> str:
    """The word *key* in *language*, a locale like ``ja``; English where there is none."""
    spoken = words.get(key, {})
    return spoken.get(language.split("-", maxsplit=1)[0]) or spoken.get("en") or key


def _said(words: Words, key: str) -> locale_str:
    # Without words, as `build_bot` may be called, an entry is known by its key.
    spoken = words.get(key, {"en": key.rpartition(".")[2].replace("_", "-")})
    others = {language: word for language, word in spoken.items() if language != "en"}
    return locale_str(spoken["en"], **others)
