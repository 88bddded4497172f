import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.house.platform import NotThere
from sandbox.house.slashes import Slash, read
from tests.sandbox.discord.commanding import ASK, MENU

COMMANDS = [MENU, ASK | {"type": 1}, {"name": "ping", "type": 1}]


@pytest.mark.parametrize(
    ("line", "name", "options"),
    [
        ("ping", "ping", {}),
        ("claude ask Why?", "claude ask", {"text": "Why?"}),
        (
            "claude  ask  Why is it: so? private:true tier: SIMPLE most:3 warmth: 0.5",
            "claude ask",
            {
                "text": "Why is it: so?",
                "private": True,
                "tier": "simple",
                "most": 3,
                "warmth": 0.5,
            },
        ),
        ("claude ask private: no text: a  b", "claude ask", {"private": False, "text": "a  b"}),
        (
            "claude ask hi most: many tier: odd",
            "claude ask",
            {"text": "hi", "most": "many", "tier": "odd"},
        ),
        ("claude prompt show", "claude prompt show", {}),
        ("claude prompt use pirate", "claude prompt use", {"name": "pirate"}),
    ],
)
def test_a_typed_line_is_a_command_with_its_options(
    line: str, name: str, options: dict[str, object]
) -> None:
    assert read(line, COMMANDS) == Slash(name, options)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nothing", "Discord offers no /nothing: the bot has registered no such command."),
        ("Ask Claude", "Discord offers no /Ask: the bot has registered no such command."),
        ("claude", "/claude goes on with one of: ask, prompt."),
        ("claude sing", "/claude goes on with one of: ask, prompt."),
        ("claude prompt", "/claude prompt goes on with one of: show, use."),
        ("claude prompt show all", "/claude prompt show takes no words behind it."),
    ],
)
def test_a_line_that_is_no_command_is_told(line: str, told: str) -> None:
    with pytest.raises(NotThere) as missing:
        read(line, COMMANDS)
    assert str(missing.value) == told


@given(
    st.text()
    .map(str.strip)
    .filter(
        lambda text: (
            not any(
                f"{o}:" in text.replace(" ", "")
                for o in ("text", "private", "most", "warmth", "tier")
            )
        )
    )
)
def test_words_without_a_name_are_those_of_the_first_option(text: str) -> None:
    options = read(f"claude ask {text}", COMMANDS).options
    assert options == ({"text": text} if text else {})
