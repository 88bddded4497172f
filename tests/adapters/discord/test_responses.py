"""The tokens of our responses to commands, and of what was posted behind them."""

from adapters.discord.responses import TOKEN_LIVES, Tokens


def test_what_stands_behind_a_response_is_edited_by_its_token() -> None:
    tokens = Tokens()
    tokens.keep(1, "token", 0.0)
    tokens.follow(2, 1)
    assert tokens.of(2, 1.0) == "token"
    assert (tokens.follows(1), tokens.follows(2)) == (False, True)


def test_a_token_that_is_gone_once_a_part_stands_behind_it_ends_no_answer() -> None:
    outlived, refused = Tokens(), Tokens()
    outlived.keep(1, "token", 0.0)
    outlived.keep(3, "another", TOKEN_LIVES)
    refused.keep(1, "token", 0.0)
    refused.drop(1)
    for tokens in (outlived, refused):
        tokens.follow(2, 1)
        assert tokens.of(2, TOKEN_LIVES) is None
