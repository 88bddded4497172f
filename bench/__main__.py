"""The command line: `python -m bench`."""

import asyncio
import logging
import os
import sys
from collections.abc import Sequence

import click
import structlog

from bench.catalogue import CATALOGUE
from bench.readings import Readings
from bench.report import table

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
    sys.exit(BROKEN if _broken(names or list(CATALOGUE)) else 0)


def _broken(names: Sequence[str]) -> bool:
    """Whether one of the measurements *names*, told as they are taken, broke a bound."""
    broken = False
    for name in names:
        click.echo(f"{name}: {CATALOGUE[name].sentence}")
        readings = asyncio.run(_taken(name))
        click.echo(f"{table(readings)}\n")
        broken = broken or any(reading.broken for reading in readings)
    return broken


async def _taken(name: str) -> Readings:
    return await CATALOGUE[name].measure(os.environ)


if __name__ == "__main__":
    main()
