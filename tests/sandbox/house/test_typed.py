import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.house.typed import HELP, Go, Order, Say, SpeakAs, Unknown, Where, Wish, read


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
    words = [*(order.value for order in Order), *(where.value for where in Where), "as"]
    assert [word for word in words if f"/{word}" not in HELP] == ["help"]
