import pytest

from sandbox.slack import rules
from sandbox.slack.rules import Refused

Markdown = dict[str, str]


def markdown(text: str) -> Markdown:
    return {"type": "markdown", "text": text}


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({}, "no_text"),
        ({"text": " \n"}, "no_text"),
        ({"text": "", "blocks": []}, "no_text"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "x", "blocks": ["divider"]}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [{"type": "poem"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [markdown("")]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "markdown"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": {"text": "x" * 3001}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"text": "x" * 151}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"blocks": [markdown("# a\n" * 50)]}, "invalid_blocks"),
        ({"blocks": [markdown("x" * 12_001)]}, "msg_too_long"),
        ({"blocks": [markdown("x" * 6_000), markdown("x" * 6_001)]}, "msg_too_long"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        (
            {"blocks": [{"type": "section", "text": {"text": "x" * 2_700}}] * 5},
            "msg_blocks_too_long",
        ),
        ({"text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        (
            {"text": "x", "metadata": {"event_type": "", "event_payload": {}}},
            "invalid_metadata_format",
        ),
        (
            {"text": "x", "metadata": {"event_type": "a", "event_payload": {"a": "x" * 9_000}}},
            "metadata_too_large",
        ),
    ],
)
def test_slack_refuses(args: rules.Args, error: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.content(args)
    assert refused.value.error == error


@pytest.mark.parametrize(
    "args",
    [
        {"text": "x"},
        {"markdown_text": "x" * 12_000},
        {"blocks": [markdown("# a\n" * 49)]},
        {"blocks": '[{"type": "section", "fields": [{"type": "mrkdwn", "text": "a"}]}]'},
        {"text": "x", "blocks": "", "metadata": ""},
        {"text": "x", "metadata": '{"event_type": "a", "event_payload": {}}'},
        {"text": "x", "metadata": {}},
    ],
)
def test_slack_accepts(args: rules.Args) -> None:
    assert rules.content(args)


def test_flags_are_read_from_json_and_from_forms() -> None:
    silent = {"text": "x", "unfurl_links": "0", "unfurl_media": False}
    assert not rules.content(silent).unfurl
    assert rules.content({"text": "x", "unfurl_links": False}).unfurl
    assert rules.content({"text": "x", "link_names": "true"}).link_names
    assert rules.content({"text": "x", "parse": "full"}).link_names


def test_an_update_takes_four_thousand_characters_of_text() -> None:
    rules.check_update(None)
    rules.check_update("x" * 4_000)
    with pytest.raises(Refused, match="msg_too_long"):
        rules.check_update("x" * 4_001)


def test_a_long_post_is_split_at_four_thousand_and_cut_at_forty_thousand() -> None:
    assert [len(piece) for piece in rules.pieces("x" * 9_000, with_blocks=False)] == [
        4_000,
        4_000,
        1_000,
    ]
    assert len(rules.pieces("x" * 50_000, with_blocks=False)) == 10
    assert rules.pieces("x" * 9_000, with_blocks=True) == ["x" * 9_000]


@pytest.mark.parametrize("value", ["0", "1001", "many"])
def test_a_limit_out_of_bounds_is_refused(value: str) -> None:
    with pytest.raises(Refused, match="invalid_limit"):
        rules.whole(value, 10, 1000)
