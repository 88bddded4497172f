"""Each row of the table of what Claude's side may do, and the tests that show what comes of it."""

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent

ROWS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "A1": (
        "retry-after 1, 86400, a date, nonsense or none: a wait within our patience, and told",
        (
            "wire/test_claude_waits.py::test_no_wait_is_beyond_our_patience_and_nonsense_is_no_wait",
            "wire/test_claude_waits.py::test_behind_a_day_that_one_reply_asked_for_one_question_finds_out_for_all",
            "wire/test_faults.py::test_a_long_wait_is_told_until_there_is_text",
            "bot/store/test_throttle.py::test_what_the_limits_do_not_allow_waits_behind_those_who_came_before",
        ),
    ),
    "A2": (
        "529 once, three times, for ever: tried again, then another tier, then a sentence",
        (
            "wire/test_claude_waits.py::test_overloads_are_outlasted_and_then_another_tier_stands_in",
            "wire/test_faults.py::test_giving_up_is_one_honest_sentence_that_history_does_not_hold",
            "wire/test_storm.py::test_two_bots_outlive_a_storm_with_a_probe_a_second_and_everybody_is_answered",
        ),
    ),
    "A3": (
        "500, 502 with HTML, 503, 504, 408, 409: tried again",
        ("wire/test_claude_bytes.py::test_whatever_breaks_once_is_answered_whole",),
    ),
    "A4": (
        "400: told and not repeated; half of the window where it is too long",
        (
            "wire/test_claude_refusals.py::test_what_the_account_forbids_is_told_at_once_and_what_a_request_is_refused_for_too",
            "wire/test_remedies.py::test_what_is_too_long_is_asked_with_half_of_it_and_so_from_then_on",
            "wire/test_remedies.py::test_a_turn_that_the_api_does_not_accept_wedges_no_channel",
        ),
    ),
    "A5": (
        "401, 402, 403, a spent limit: told at once, not asked in vain again, one alarm",
        (
            "wire/test_claude_refusals.py::test_what_the_account_forbids_is_told_at_once_and_what_a_request_is_refused_for_too",
            "wire/test_claude_refusals.py::test_while_all_keys_are_refused_each_question_has_a_sentence_and_claude_has_its_peace",
            "bot/claude/test_barred.py::test_it_is_told_once_and_when_it_is_over",
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
            "wire/test_claude_refusals.py::test_what_is_too_long_is_halved_once_and_then_told",
            "wire/test_remedies.py::test_a_question_that_is_too_long_by_itself_is_told",
        ),
    ),
    "A8": (
        "an error behind 0, 1, 500 deltas: by its type; replaced and not spliced",
        (
            "wire/test_claude_texts.py::test_an_error_anywhere_in_a_stream_goes_by_its_type_and_nothing_is_spliced",
            "wire/test_faults.py::test_what_a_broken_attempt_showed_is_replaced_and_never_spliced",
        ),
    ),
    "A9": (
        "a clean end without message_stop: no answer",
        (
            "wire/test_claude_bytes.py::test_whatever_breaks_once_is_answered_whole",
            "bot/test_cuts.py::test_no_cut_stream_stands_or_is_stored_as_whole",
        ),
    ),
    "A10": (
        "a connection that ends anywhere, within a letter or a name too: no answer",
        (
            "wire/test_claude_bytes.py::test_whatever_breaks_once_is_answered_whole",
            "bot/test_cuts.py::test_no_cut_stream_stands_or_is_stored_as_whole",
        ),
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
            "wire/test_claude_bytes.py::test_however_the_bytes_come_the_text_is_the_same",
            "wire/test_faults.py::test_each_way_to_end_has_its_mark",
        ),
    ),
    "A13": (
        "each stop reason has its mark; a refusal is not stored",
        (
            "wire/test_faults.py::test_each_way_to_end_has_its_mark",
            "wire/test_faults.py::test_a_refusal_withdraws_what_was_shown_and_leaves_no_trace",
            "wire/test_remedies.py::test_an_answer_that_pauses_is_taken_up_again",
            "wire/test_remedies.py::test_an_answer_that_pauses_for_ever_is_cut",
            "wire/test_remedies.py::test_a_window_that_is_full_moves_for_the_next_question",
            "wire/test_again.py::test_what_reached_its_limit_goes_on_in_the_same_place",
            "bot/claude/test_streams.py::test_a_stream_that_did_not_end_whole_is_broken_and_may_be_tried_again",
        ),
    ),
    "A14": (
        "no names, CRLF, CR, BOM, comments, many lines, single bytes, a megabyte: the same",
        ("wire/test_claude_bytes.py::test_however_the_bytes_come_the_text_is_the_same",),
    ),
    "A15": (
        "no JSON, no UTF-8, half a pair, NUL: the attempt's error, or harmless text",
        (
            "wire/test_claude_bytes.py::test_whatever_breaks_once_is_answered_whole",
            "wire/test_claude_bytes.py::test_letters_that_no_message_can_hold_harm_nothing",
        ),
    ),
    "A16": (
        "events out of order or twice: a broken stream, or passed over; no text twice",
        (
            "wire/test_claude_bytes.py::test_however_the_bytes_come_the_text_is_the_same",
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
        "200 with HTML, JSON without a stream, nothing, 204: tried again; a redirect: an error",
        (
            "wire/test_claude_bytes.py::test_whatever_breaks_once_is_answered_whole",
            "wire/test_claude_refusals.py::test_a_redirect_takes_neither_key_nor_question_elsewhere",
        ),
    ),
    "A19": (
        "10,000 deltas at once, 200 kB in one: a few calls, and others are answered meanwhile",
        (
            "wire/test_claude_texts.py::test_ten_thousand_deltas_at_once_are_a_few_calls_and_nobody_waits_for_a_flood",
            "bot/test_splitting_cost.py::test_a_long_answer_costs_in_proportion_to_its_length",
        ),
    ),
    "A20": (
        "usage that is missing, negative or huge: the same text, and settled with care",
        (
            "wire/test_claude_bytes.py::test_however_the_bytes_come_the_text_is_the_same",
            "bot/test_prices.py::test_what_is_missing_or_cannot_be_is_settled_at_its_most",
        ),
    ),
    "A21": (
        "a connection that died while it idled: another at once, without a word",
        ("wire/test_claude_line.py::test_a_line_that_died_while_nobody_asked_costs_nobody_a_word",),
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
        "pings, links, fences, quotes, backticks: harmless",
        (
            "wire/test_claude_texts.py::test_whatever_the_text_is_it_is_shown_remembered_and_harmless",
            "wire/test_safety.py::test_nothing_from_the_model_pings_or_unfurls_at_any_moment",
        ),
    ),
    "A24": (
        "the system prompt or another's words: only in their own conversation",
        (
            "wire/test_claude_texts.py::test_a_system_prompt_that_is_repeated_stays_in_its_channel_and_out_of_the_log",
            "wire/test_safety.py::test_a_word_of_one_conversation_is_in_no_other",
        ),
    ),
    "A25": (
        "no request id: logged without it",
        ("wire/test_claude_texts.py::test_without_a_request_id_all_is_answered_and_logged",),
    ),
    "A26": (
        "slower and faster than edits may be: nothing refused, the newest text, one call in flight",
        (
            "wire/test_delivery.py::test_twelve_threads_at_once_cause_no_refusal",
            "wire/test_discord_limits.py::test_forty_answers_at_once_are_whole_soon_after_their_last_word",
            "bot/test_delivery.py::test_the_newest_text_is_shown_with_one_call_in_flight",
        ),
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
