import pytest

from bot.fences import TOP, after, unhung

OPEN = [
    "```",
    "``` py",
    "   ```",
    "~~~ a `tick` in the info",
    "````\n```",
    "```\n~~~",
    "```\n``` py",
    "```\n    ```",
    "- ```",
    "- a\n\n  ```",
    "1. a\n   - b\n\n     ```",
    "10. a\n\n    ```py",
    "-\t```",
    "> ```",
    "> - ```\n>   code",
    "> > ```",
    "- ```\n\n\n  code",
    "- a\nlazy\n  ```",
    "a\n```",
    "```\r",
    "```\n```\n```",
]
CLOSED = [
    "",
    "``",
    "``` a ` b",
    "    ```",
    "a\n    ```",
    "-     ```",
    "```\n```",
    "```\n````",
    "```\n   ```  ",
    "~~~\n~~~~",
    "- ```\n  ```",
    "1. a\n   - b\n\n     ```\n     code\n     ```",
    "- ```\ncode from outside",
    "> ```\ncode from outside",
    "> ```\n\n",
    "> - ```\n> code from outside",
    "- a\n\nb\n\n    ```",
    "- a\n# b\n    ```",
    "```\r\n```\r",
    "> " * 500 + "```",
]


def outline(text: str) -> str | None:
    """The line that closes the fence that is open behind *text*, None where none is."""
    state = TOP
    for line in text.split("\n"):
        state = after(state, line)
    return None if state.fence is None else state.fence.closing


@pytest.mark.parametrize("text", OPEN)
def test_a_fence_is_open(text: str) -> None:
    assert outline(text) is not None


@pytest.mark.parametrize("text", CLOSED)
def test_no_fence_is_open(text: str) -> None:
    assert outline(text) is None


@pytest.mark.parametrize("text", OPEN)
def test_the_closing_line_closes_it(text: str) -> None:
    assert outline(f"{text}\n{outline(text)}") is None


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("```py title", "```py title"),
        ("  ~~~~", "  ~~~~"),
        ("- ```py", "  ```py"),
        ("> ```", "> ```"),
        ("1. a\n   - b\n\n     ```py", "```py"),
        ("> - ```", ">   ```"),
    ],
)
def test_the_opening_line_opens_it_again_where_its_list_is_not_shown(
    text: str, opening: str
) -> None:
    state = TOP
    for line in text.split("\n"):
        state = after(state, line)
    assert state.fence is not None
    assert state.fence.opening == opening
    assert outline(opening) is not None


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("     a", " a"),
        ("  a", "a"),
        ("\ta", "a"),
        ("  \t a", " a"),
        ("   \t\ta", "\ta"),
        ("  ", ""),
    ],
)
def test_a_line_loses_its_indent_up_to_the_columns_of_its_list(line: str, rest: str) -> None:
    assert unhung(line, 4) == rest
