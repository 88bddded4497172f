import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.house.platform import Fill, Slash
from sandbox.house.typed import (
    HELP,
    Choose,
    Go,
    Number,
    Order,
    Press,
    Reply,
    Say,
    SpeakAs,
    Unknown,
    Where,
    Wish,
    read,
)


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("@claude hello", Say("@claude hello")),
        ("  !stop ", Say("!stop")),
        ("/thread", Go(Where.THREAD)),
        ("/thread 12", Go(Where.THREAD, 12)),
        ("/thread 12  and then?", Go(Where.THREAD, 12, "and then?")),
        ("/thread and then?", Go(Where.THREAD, None, "and then?")),
        (
            "/thread ² is a digit to Python only",
            Go(Where.THREAD, None, "² is a digit to Python only"),
        ),
        ("/thread 1.2 and then?", Go(Where.THREAD, None, "1.2 and then?")),
        ("/thread [2] yes", Go(Where.THREAD, 2, "yes")),
        ("/reply 2 no 3", Reply(Number(2), "no 3")),
        ("/reply [2.1]  no", Reply(Number(2, 1), "no")),
        ("/reply 2", Unknown("/reply")),
        ("/reply no", Unknown("/reply")),
        ("/press Stop", Press("Stop")),
        ("/press 1.2 [Stop now]", Press("Stop now", Number(1, 2))),
        ("/press 1", Unknown("/press")),
        ("/menu", Choose()),
        ("/menu 1.2", Choose(Number(1, 2))),
        ("/menu of the day", Unknown("/menu")),
        ("/Claude ask  Why?", Slash("claude ask  Why?")),
        ("/claude", Slash("claude")),
        ("/fill be brief", Fill("be brief")),
        ("/fill", Unknown("/fill")),
        ("/channel", Go(Where.CHANNEL)),
        ("/dm hi", Go(Where.DM, None, "hi")),
        ("/as Ben Ko", SpeakAs("Ben Ko")),
        ("/as", Unknown("/as")),
        ("/overload", Order.OVERLOAD),
        ("/RESTART", Order.RESTART),
        ("/help", Order.HELP),
        ("/quit ", Order.QUIT),
        ("/etc/passwd?", Unknown("/etc/passwd?")),
        ("/", Unknown("/")),
        (" ", None),
    ],
)
def test_a_line_asks_for(line: str, wish: Wish | None) -> None:
    assert read(line) == wish


@given(st.text())
def test_any_line_can_be_read(line: str) -> None:
    assert (read(line) is None) == (not line.strip())


def test_the_help_names_every_command() -> None:
    words = [*(order.value for order in Order), *(where.value for where in Where)]
    words += ["as", "reply", "press", "menu", "claude", "fill"]
    assert [word for word in words if f"/{word}" not in HELP] == ["help"]


def test_the_help_stands_on_one_screen_of_a_small_terminal() -> None:
    lines = HELP.splitlines()
    assert len(lines) <= 16
    assert max(map(len, lines)) <= 79
