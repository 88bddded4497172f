"""Each row of the table of what Claude's side may do, and the tests that show what comes of it."""

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent

ROWS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "A1": (
        "429 with retry-after 1, 60, 86400, or none: a wait within our patience, and told",
        (
            "wire/test_faults.py::test_what_fails_once_is_asked_again_and_answered_whole",
            "wire/test_faults.py::test_no_wait_is_longer_than_our_patience",
            "wire/test_faults.py::test_a_long_wait_is_told_until_there_is_text",
            "bot/claude/test_refusals.py::test_what_the_server_asks_for_is_reported_and_nonsense_is_not",
        ),
    ),
    "A2": (
        "529 once, three times, for ever: tried again, then another tier, then a sentence",
        (
            "wire/test_faults.py::test_what_fails_once_is_asked_again_and_answered_whole",
            "wire/test_faults.py::test_giving_up_is_one_honest_sentence_that_history_does_not_hold",
            "wire/test_remedies.py::test_another_tier_stands_in_and_the_thread_is_told_once",
        ),
    ),
    "A3": (
        "500, 502 with HTML, 503, 504, 408, 409: tried again",
        (
            "bot/claude/test_refusals.py::test_a_status_before_the_stream_is_told_apart",
            "wire/test_claude_wire.py::test_whatever_breaks_once_is_answered_whole",
        ),
    ),
    "A4": (
        "400: told and not repeated; half of the window where it is too long",
        (
            "wire/test_faults.py::test_the_sentences_are_in_the_language_of_who_asks",
            "wire/test_remedies.py::test_what_is_too_long_is_asked_with_half_of_it_and_so_from_then_on",
            "wire/test_remedies.py::test_a_turn_that_the_api_does_not_accept_wedges_no_channel",
        ),
    ),
    "A5": (
        "401, 402, 403, a spent limit: told at once, never repeated",
        (
            "wire/test_faults.py::test_a_refused_request_is_told_at_once_and_not_repeated",
            "wire/test_claude_wire.py::test_what_the_account_forbids_is_told_once",
        ),
    ),
    "A6": (
        "404, a retired model: another tier, or a clear sentence; never a loop",
        (
            "wire/test_remedies.py::test_a_model_that_is_gone_has_its_tier_stood_in_for",
            "wire/test_remedies.py::test_a_model_that_is_gone_is_told_and_not_asked_again",
        ),
    ),
    "A7": (
        "413: half of the window, once",
        (
            "wire/test_remedies.py::test_what_is_too_long_is_asked_with_half_of_it_and_so_from_then_on",
            "wire/test_remedies.py::test_a_question_that_is_too_long_by_itself_is_told",
        ),
    ),
    "A8": (
        "an overload within the stream: by its type; replaced and not spliced",
        (
            "wire/test_faults.py::test_what_a_broken_attempt_showed_is_replaced_and_never_spliced",
            "bot/claude/test_refusals.py::test_an_error_within_the_stream_is_known_by_its_type",
        ),
    ),
    "A9": (
        "a clean end without message_stop: no answer",
        (
            "wire/test_faults.py::test_what_fails_once_is_asked_again_and_answered_whole",
            "bot/test_cuts.py::test_no_cut_stream_stands_or_is_stored_as_whole",
        ),
    ),
    "A10": (
        "a connection that ends anywhere, within a letter too: no answer",
        ("bot/test_cuts.py::test_no_cut_stream_stands_or_is_stored_as_whole",),
    ),
    "A11": (
        "silence, and pings alone: alive for a while, broken behind our patience with it, told",
        (
            "wire/test_attempts.py::test_nothing_but_pings_is_answered_by_the_next_attempt",
            "bot/claude/test_streams.py::test_silence_without_even_a_ping_breaks_the_stream",
            "bot/claude/test_streams.py::test_pings_are_life",
            "bot/claude/test_liveness.py::test_pings_alone_are_no_life_for_ever",
            "bot/claude/test_liveness.py::test_thoughts_are_life_and_so_are_pings_in_place_of_them_for_a_while",
            "bot/test_waiting.py::test_a_try_that_hangs_behind_a_failure_is_told_to_be_under_way",
        ),
    ),
    "A12": (
        "unknown events, deltas, blocks, reasons: passed over, the text kept",
        (
            "bot/claude/test_streams.py::test_what_is_new_or_late_is_passed_over",
            "wire/test_faults.py::test_each_way_to_end_has_its_mark",
        ),
    ),
    "A13": (
        "each stop reason has its mark; a refusal is not stored",
        (
            "wire/test_faults.py::test_each_way_to_end_has_its_mark",
            "wire/test_claude_wire.py::test_a_refusal_withdraws_what_was_shown_and_leaves_no_trace",
            "wire/test_remedies.py::test_an_answer_that_pauses_is_taken_up_again",
            "wire/test_remedies.py::test_an_answer_that_pauses_for_ever_is_cut",
            "wire/test_remedies.py::test_a_window_that_is_full_moves_for_the_next_question",
            "wire/test_again.py::test_what_reached_its_limit_goes_on_in_the_same_place",
            "bot/claude/test_streams.py::test_a_stream_that_did_not_end_whole_is_broken_and_may_be_tried_again",
        ),
    ),
    "A14": (
        "nameless events, CRLF, comments, single bytes, a megabyte at once: the same text",
        (
            "wire/test_claude_wire.py::test_however_the_bytes_come_the_text_is_the_same",
            "bot/claude/test_streams.py::test_carriage_returns_end_lines_too",
        ),
    ),
    "A15": (
        "no JSON, no UTF-8, half a pair, NUL: the attempt's error, or harmless text",
        (
            "wire/test_faults.py::test_what_fails_once_is_asked_again_and_answered_whole",
            "wire/test_claude_wire.py::test_letters_that_no_message_can_hold_harm_nothing",
        ),
    ),
    "A16": (
        "events out of order or twice: a broken stream, or passed over; no text twice",
        (
            "wire/test_claude_wire.py::test_however_the_bytes_come_the_text_is_the_same",
            "wire/test_attempts.py::test_text_for_a_block_that_never_began_is_never_shown",
            "bot/claude/test_blocks.py::test_text_out_of_place_is_a_broken_stream",
            "bot/claude/test_blocks.py::test_what_shows_nothing_is_passed_over",
        ),
    ),
    "A17": (
        "an empty answer, blanks, thinking alone: told, the turn closed",
        (
            "wire/test_faults.py::test_an_answer_without_a_word_is_told",
            "wire/test_remedies.py::test_thinking_alone_is_no_answer",
        ),
    ),
    "A18": (
        "200 with HTML, JSON without a stream, 204, a redirect: an error",
        (
            "bot/claude/test_streams.py::test_a_stream_that_did_not_end_whole_is_broken_and_may_be_tried_again",
            "wire/test_claude_wire.py::test_whatever_breaks_once_is_answered_whole",
        ),
    ),
    "A19": (
        "200 kB in one delta: the loop goes on",
        ("bot/test_splitting_cost.py::test_a_long_answer_costs_in_proportion_to_its_length",),
    ),
    "A20": (
        "usage that is missing, negative or huge: no crash",
        (
            "bot/claude/test_streams.py::test_what_is_new_or_late_is_passed_over",
            "wire/test_claude_wire.py::test_however_the_bytes_come_the_text_is_the_same",
        ),
    ),
    "A21": (
        "a connection closed while it idled: tried again before the first byte",
        (
            "bot/claude/test_streams.py::test_a_connection_that_is_dropped_before_any_answer_may_be_tried_again",
        ),
    ),
    "A22": (
        "nobody there: told within seconds, and given up within our patience by the clock",
        (
            "bot/claude/test_streams.py::test_nobody_there_is_a_failure_that_may_pass",
            "bot/test_waiting.py::test_attempts_that_fail_slowly_are_told_as_soon_as_they_fail",
            "bot/test_waiting.py::test_patience_ends_by_the_clock_though_hardly_a_wait_was_ours",
        ),
    ),
    "A23": (
        "pings, links, fences: harmless",
        ("wire/test_safety.py::test_nothing_from_the_model_pings_or_unfurls_at_any_moment",),
    ),
    "A24": (
        "the system prompt or another's words: only in their own conversation",
        ("wire/test_safety.py::test_a_word_of_one_conversation_is_in_no_other",),
    ),
    "A25": (
        "no request id: logged without it",
        ("wire/test_claude_wire.py::test_whatever_breaks_once_is_answered_whole",),
    ),
    "A26": (
        "slower and faster than edits may be: the newest text, one call in flight",
        ("bot/test_delivery.py::test_the_newest_text_is_shown_with_one_call_in_flight",),
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_tests_of_each_row_are_there(row: str) -> None:
    for test in ROWS[row][1]:
        file, _, name = test.partition("::")
        tree = ast.parse((HERE / file).read_text("utf-8"))
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        assert name in {one.name for one in tree.body if isinstance(one, functions)}, test


def test_no_row_is_left_out() -> None:
    assert list(ROWS) == [f"A{number}" for number in range(1, 27)]
