"""The command line: `python -m bot`."""

import asyncio
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click
import structlog

from bot.errors import ParleyError, SetupError, innermost
from bot.sentences import explain, say

P = ParamSpec("P")

FAILED = 1  # while running
WRONG_SETUP = 2


def _told(command: Callable[P, None]) -> Callable[P, None]:
    """*command*, whose errors of ours end as a sentence and an exit code."""

    @wraps(command)
    def telling(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except* SetupError as group:
            _end(group, WRONG_SETUP)
        except* ParleyError as group:
            _end(group, FAILED)

    return telling


def _end(group: BaseExceptionGroup[ParleyError], code: int) -> None:
    click.echo(explain(innermost(group)), err=True)
    sys.exit(code)


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Claude in your team's own Slack and Discord; without a command: run."""
    if context.invoked_subcommand is None:
        context.invoke(run)


@main.command()
@_told
def run() -> None:
    """Serve every platform that has its tokens."""
    from bot import app, logs, settings  # noqa: PLC0415  - `--help` need not wait for them

    read = settings.read(os.environ, Path.cwd())
    logs.configure(read.log_level, read.log_format)
    try:
        app.run(read)
    except* ParleyError:
        raise
    except* Exception:  # noqa: BLE001  - a fault of ours: in the log its traceback is masked
        structlog.get_logger(__name__).exception("failed")
        sys.exit(FAILED)


@main.command("settings")
@_told
def show_settings() -> None:
    """What is in force for each channel, and where each value came from; secrets are masked."""
    from bot import accounts, logs, settings  # noqa: PLC0415

    read, changed = settings.read(os.environ, Path.cwd()), None
    logs.configure("ERROR", read.log_format)
    try:
        changed = asyncio.run(accounts.changed(read))
    except* ParleyError as group:
        reason = explain(innermost(group))
        click.echo(say("settings.report.no_store", reason=reason), err=True)
    click.echo(settings.report(read, changed))


@main.command()
@click.option("--csv", "as_csv", is_flag=True, help="Each day's figures as CSV, not a summary.")
@click.option(
    "--days", type=click.IntRange(1, 400), default=30, show_default=True, help="How far back."
)
@_told
def usage(*, as_csv: bool, days: int) -> None:
    """What was used, by day, tier and person, read from the store."""
    from bot import accounts, logs, settings  # noqa: PLC0415
    from bot.usage import csv_text, lines  # noqa: PLC0415

    read = settings.read(os.environ, Path.cwd())
    logs.configure("WARNING", read.log_format)  # a look at the books tells of nothing else
    report = asyncio.run(accounts.used(read, days))
    click.echo(csv_text(report) if as_csv else "\n".join(lines(report)), nl=not as_csv)


@main.command()
@click.option("--tour", is_flag=True, help="Play a short tour and exit 0 if all of it was seen.")
def sandbox(*, tour: bool) -> None:
    """Try it without an account: Slack, Discord and Claude are simulated on this machine."""
    from sandbox import house  # noqa: PLC0415  - a bot that serves has no use for it

    sys.exit(house.main(tour=tour or not sys.stdin.isatty()))


@main.group()
def manifest() -> None:
    """What a platform needs to be told to make the app."""


@manifest.command("slack")
def manifest_slack() -> None:
    """The manifest to paste at Slack's "Create an app from a manifest"."""
    from adapters.slack import manifest_text  # noqa: PLC0415

    click.echo(manifest_text(), nl=False)


@main.group()
def invite() -> None:
    """Where a bot is let in."""


@invite.command("discord")
@_told
def invite_discord() -> None:
    """The address at which a server's owner invites the bot that DISCORD_BOT_TOKEN is of."""
    from adapters.discord import invite_url  # noqa: PLC0415
    from bot import settings  # noqa: PLC0415

    discord = settings.read(os.environ, Path.cwd()).discord
    if discord is None:
        raise SetupError("discord.no_token")
    click.echo(asyncio.run(invite_url(discord.bot_token.get_secret_value(), discord.api_url)))


if __name__ == "__main__":
    main()
