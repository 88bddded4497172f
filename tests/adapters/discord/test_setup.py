"""The token proved at start, what it lets us read, and the invitation."""

import pytest

from adapters.discord import DiscordAdapter, invite_url
from bot.errors import SetupError
from bot.sentences import explain
from sandbox.discord import INVITED, Discord


async def told(adapter: DiscordAdapter) -> str:
    with pytest.raises(SetupError) as caught:
        await adapter.check()
    await adapter.close()
    return explain(caught.value)


async def test_a_refused_token_is_named(discord: Discord) -> None:
    sentence = await told(DiscordAdapter(bot_token="a.b.c", api_url=discord.api_url))
    assert sentence.startswith("DISCORD_BOT_TOKEN: Discord refused it.")


async def test_a_discord_that_cannot_be_reached_is_named() -> None:
    url = "http://127.0.0.1:9/api"
    assert (await told(DiscordAdapter(bot_token="a.b.c", api_url=url))).startswith(url)


async def test_a_discord_that_is_ill_is_named(discord: Discord) -> None:
    discord.faults.refuse("get_current_user", 503)
    sentence = await told(DiscordAdapter(bot_token=discord.bot_token, api_url=discord.api_url))
    assert "HTTP 503" in sentence


async def test_interactions_that_go_elsewhere_do_not_keep_it_from_serving(discord: Discord) -> None:
    discord.interactions_endpoint_url = "https://example.com"
    adapter = DiscordAdapter(bot_token=discord.bot_token, api_url=discord.api_url)
    await adapter.check()
    await adapter.close()


async def test_the_invitation_asks_for_what_is_needed(discord: Discord) -> None:
    url = await invite_url(discord.bot_token, discord.api_url)
    assert url == (
        "https://discord.com/oauth2/authorize"
        f"?client_id={discord.application}&scope=bot+applications.commands"
        f"&permissions={int(INVITED)}"
    )
