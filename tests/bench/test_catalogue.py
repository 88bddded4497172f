"""Measurements are found by name, taken one after the other, and end with an exit code."""

from click.testing import CliRunner

from bench.__main__ import main
from bench.catalogue import CATALOGUE, Measurement, take
from bench.readings import Reading, Readings
from bench.report import NOT_TOLD
from bench.stage import Stage


def measurement(value: float | None) -> Measurement:
    async def measure(here: Stage) -> Readings:
        assert not here.bot.running
        return (Reading("delay", value, "s", "a clock", most=1.0),)

    return Measurement(measure, "A delay.", "slack")


async def test_a_broken_bound_is_told_and_does_not_stop_the_others() -> None:
    told: list[str] = []
    chosen = {"slow": measurement(2.0), "fast": measurement(0.5)}
    assert not await take(chosen, {}, told.append)
    said = "\n".join(told)
    assert said.index("slow: A delay.") < said.index("BROKEN") < said.index("fast: A delay.")
    assert " ok " in said


async def test_where_the_machine_does_not_tell_nothing_is_broken_and_that_is_said() -> None:
    told: list[str] = []
    assert await take({"dark": measurement(None)}, {}, told.append)
    assert NOT_TOLD in told


def test_the_command_line_lists_what_there_is() -> None:
    ran = CliRunner().invoke(main, ["--list"])
    assert ran.exit_code == 0
    assert [line.split()[0] for line in ran.output.splitlines()] == list(CATALOGUE)


def test_a_name_that_is_not_there_is_refused() -> None:
    assert CliRunner().invoke(main, ["speed"]).exit_code == 2
