"""The command line: `python -m bench`."""

import asyncio
import logging
import os
import sys
from collections.abc import Sequence

import click
import structlog

from bench.catalogue import CATALOGUE, take

BROKEN = 1


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(CATALOGUE)), metavar="[NAME]...")
@click.option("--list", "listed", is_flag=True, help="Name the measurements there are.")
def main(names: Sequence[str], *, listed: bool) -> None:
    """Measure what the program costs; without a NAME, all of it. Exit 1 where a bound is broken.

    It runs the bot as a process of its own, against the sandbox in this one. On a machine that
    does other things meanwhile the numbers are theirs, too.
    """
    if listed:
        for name, measurement in CATALOGUE.items():
            click.echo(f"{name:<8} {measurement.sentence}")
        return
    # The store's own lines would stand between ours.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    chosen = {name: CATALOGUE[name] for name in names or CATALOGUE}
    if not asyncio.run(take(chosen, os.environ, click.echo)):
        sys.exit(BROKEN)


if __name__ == "__main__":
    main()
