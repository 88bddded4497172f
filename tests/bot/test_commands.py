"""Lines become commands, whatever people type; and nothing that is a question is taken for one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import commands
from bot.commands import Misused, parse, spoken

LINES = st.text(st.sampled_from("abc !/\n\tsetprompiuder"), max_size=40) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("", commands.Help()),
        ("  help ", commands.Help()),
        ("STOP", commands.Stop()),
        ("ask  why?\nreally", commands.Ask("why?\nreally")),
        ("ask private why?\nreally", commands.Ask("why?\nreally", privately=True)),
        ("private why?", commands.Ask("why?", privately=True)),
        ("tier", commands.ShowTier()),
        ("tier Complex", commands.SetTier("complex")),
        ("prompt", commands.ShowPrompt()),
        ("prompt show", commands.ShowPrompt()),
        ("prompt set You review.\n\n- Python", commands.SetPrompt("You review.\n\n- Python")),
        ("prompt reset", commands.ResetPrompt()),
        ("prompt use Code-Reviewer", commands.UsePreset("code-reviewer")),
        ("settings", commands.ShowSettings()),
        ("settings undo", commands.Undo()),
        ("reset", commands.Reset()),
        ("quiet", commands.Quiet()),
        ("WAKE ", commands.Wake()),
        ("forget  ME", commands.ForgetMe()),
        ("settings retention 7", commands.SetRetention(7)),
        ("forget", Misused("forget")),
        ("forget Ben", Misused("forget")),
        ("settings retention", Misused("settings retention")),
        ("settings retention -7", Misused("settings retention")),
        ("settings retention 7 days", Misused("settings retention")),
        ("settings undo retention 7", Misused("settings")),
        ("tier a b", Misused("tier")),
        ("stop it", Misused("stop")),
        ("prompt set", Misused("prompt set")),
        ("prompt use", Misused("prompt use")),
        ("prompt use a b", Misused("prompt use")),
        ("prompt please", Misused("prompt")),
        ("settings redo", Misused("settings")),
        ("ask", Misused("ask")),
        ("sudo rm", commands.Unknown("sudo")),
        ("x" * 99, commands.Unknown("x" * 30)),
    ],
)
def test_a_line_gives_the_command_that_it_names(line: str, command: commands.Command) -> None:
    assert parse(line) == command


@given(LINES)
@example("prompt set \u2028")
def test_every_line_is_read_as_something(line: str) -> None:
    command = parse(line)
    if isinstance(command, Misused):
        assert not isinstance(parse(commands.EXAMPLES[command.name]), Misused | commands.Unknown)


@pytest.mark.parametrize("name", commands.EXAMPLES)
def test_each_example_is_a_command(name: str) -> None:
    assert not isinstance(parse(commands.EXAMPLES[name]), Misused | commands.Unknown)


@pytest.mark.parametrize(
    "text",
    [
        "why?",
        "!",
        "! ",
        "!important: why?",
        "!stop it now",
        "!quiet please",
        "!complex why?",
        "stop",
        "!ask why?",
    ],
)
def test_a_question_is_no_command(text: str) -> None:
    assert spoken(text) is None


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("", commands.Help()),
        ("tier complex", commands.SetTier("complex")),
        ("!tier complex", commands.SetTier("complex")),
        ("ask  why?", commands.Ask("why?")),
        ("ask !stop", commands.Stop()),
        (" why is the sky blue? ", commands.Ask("why is the sky blue?")),
        ("stop it now", commands.Ask("stop it now")),
        ("help me with this", commands.Ask("help me with this")),
        ("tier list of cars?", commands.Ask("tier list of cars?")),
        ("prompt engineering, what is it?", commands.Ask("prompt engineering, what is it?")),
        ("!complex why?", commands.Ask("!complex why?")),
        ("Prompt  set", Misused("prompt set")),
        ("prompt use", Misused("prompt use")),
        ("ask", Misused("ask")),
        ("private why?", commands.Ask("why?", privately=True)),
        ("Private: why?", commands.Ask("why?", privately=True)),
        ("!private why?", commands.Ask("why?", privately=True)),
        ("ask private tier:simple why?", commands.Ask("tier:simple why?", privately=True)),
        ("tier:simple private why?", commands.Ask("tier:simple why?", privately=True)),
        ("ask !complex private why?", commands.Ask("!complex why?", privately=True)),
        ("privately, why?", commands.Ask("privately, why?")),
        ("private !stop", commands.Stop()),
        ("private", Misused("private")),
        ("ask  private ", Misused("private")),
        ("forget", Misused("forget")),
        ("!Forget", Misused("forget")),
        ("ask !forget", Misused("forget")),
        ("forget me", commands.ForgetMe()),
        ("forget what I said about cars", commands.Ask("forget what I said about cars")),
    ],
)
def test_a_line_that_is_no_command_as_a_whole_is_a_question(
    line: str, command: commands.Command
) -> None:
    assert commands.typed(line) == command


@given(LINES)
@example("ask !stop")
@example("ask ask")
@example("private !stop")
@example("private private !stop")
def test_no_question_that_is_posted_reads_as_a_command(line: str) -> None:
    command = commands.typed(line)
    assert not isinstance(command, commands.Unknown)
    if isinstance(command, commands.Ask):
        assert command.text.strip()
        assert spoken(command.text.strip()) is None


def test_a_command_may_be_spoken_where_there_is_no_menu() -> None:
    assert spoken("!tier complex") == commands.SetTier("complex")
    assert spoken("!prompt set a\nb") == commands.SetPrompt("a\nb")
    assert spoken("!help") == commands.Help()
    assert spoken("!forget me") == commands.ForgetMe()
    # Claude would say that it has forgotten.
    assert spoken("!forget") == Misused("forget")
    assert spoken("!prompt set") == Misused("prompt set")
