"""Each refusal of Discord in our own words."""

import pytest

from adapters.discord.trouble import code_of, translated
from bot.errors import Denied, MessageGone, PlatformError, RateLimited, TooLong, Unreachable

LENGTH = "Invalid Form Body\nIn content: Must be 2000 or fewer in length."


@pytest.mark.parametrize(
    ("status", "code", "text", "kind"),
    [
        (429, 0, "", RateLimited),
        (400, 30046, "", RateLimited),
        (429, 20016, "", RateLimited),
        (500, 0, "", Unreachable),
        (503, 0, "<html>", Unreachable),
        (404, 10008, "", MessageGone),
        (400, 50035, LENGTH, TooLong),
        (400, 50035, "Invalid Form Body\nIn name: Must be 100 or fewer in length.", Denied),
        (404, 10003, "", Denied),
        (403, 50001, "", Denied),
        (403, 50013, "", Denied),
        (400, 50083, "", Denied),
        (401, 0, "", Unreachable),
    ],
)
def test_a_refusal_is_told_apart(
    status: int, code: int, text: str, kind: type[PlatformError]
) -> None:
    assert type(translated("create_message", status, code, text)) is kind


def test_the_code_is_kept_where_discord_gave_one() -> None:
    assert code_of(translated("x", 403, 50013, "")) == 50013
    assert code_of(translated("x", 500, 0, "")) is None
