from hypothesis import given
from hypothesis import strategies as st

from bot.ports import Found, Kind, Mark
from bot.reconcile import Delete, Edit, Post, Shown, Step, Wanted, adopted, plan

KINDS = st.sampled_from(Kind)
TEXTS = st.sampled_from(["a", "b", "c"])
SCREENS = st.lists(st.builds(Shown, st.uuids().map(str), st.none() | TEXTS, KINDS), max_size=5)
WISHES = st.lists(st.builds(Wanted, TEXTS, KINDS), max_size=5)
PARTS = st.lists(st.integers(0, 4), max_size=8)


def carry_out(screen: list[Shown], step: Step) -> list[Shown]:
    if isinstance(step, Post):
        assert step.part == len(screen)
        return [*screen, Shown(f"new {step.part}", step.text, step.kind)]
    if isinstance(step, Edit):
        assert screen[step.part].message_id == step.message_id
        edited = Shown(step.message_id, step.text, step.kind)
        return [*screen[: step.part], edited, *screen[step.part + 1 :]]
    assert screen[-1].message_id == step.message_id
    return screen[:-1]


def carried_out(screen: list[Shown], wanted: list[Wanted]) -> tuple[list[Shown], list[Step]]:
    steps: list[Step] = []
    while len(steps) <= 20 and (step := plan(screen, wanted)) is not None:
        steps.append(step)
        screen = carry_out(screen, step)
    return screen, steps


@given(SCREENS, WISHES.filter(bool))
def test_the_screen_always_comes_to_show_what_is_wanted(
    screen: list[Shown], wanted: list[Wanted]
) -> None:
    reached, steps = carried_out(screen, wanted)
    assert [Wanted(part.text or "", part.kind) for part in reached] == wanted
    assert len(steps) <= max(len(screen), len(wanted))


@given(SCREENS, WISHES.filter(bool))
def test_a_message_that_is_right_is_not_touched(screen: list[Shown], wanted: list[Wanted]) -> None:
    right = {
        stands.message_id
        for stands, should in zip(screen, wanted, strict=False)
        if Wanted(stands.text or "", stands.kind) == should
    }
    _, steps = carried_out(screen, wanted)
    assert not right & {step.message_id for step in steps if not isinstance(step, Post)}


@given(SCREENS, WISHES.filter(bool))
def test_parts_are_written_in_order_and_removed_last_from_the_end(
    screen: list[Shown], wanted: list[Wanted]
) -> None:
    _, steps = carried_out(screen, wanted)
    written = [step.part for step in steps if not isinstance(step, Delete)]
    removed = [step.message_id for step in steps if isinstance(step, Delete)]
    assert written == sorted(set(written))
    surplus = [stands.message_id for stands in screen[len(wanted) :]]
    assert removed == surplus[::-1]
    assert [isinstance(step, Delete) for step in steps] == [False] * len(written) + [True] * len(
        removed
    )


@given(SCREENS)
def test_nothing_to_show_yet_leaves_the_screen_alone(screen: list[Shown]) -> None:
    assert plan(screen, []) is None


def test_a_message_of_another_worker_is_written_again_since_nobody_knows_what_it_says() -> None:
    step = plan([Shown("m1", None, Kind.ANSWER)], [Wanted("a", Kind.ANSWER)])
    assert step == Edit(0, "m1", "a", Kind.ANSWER)


def test_a_notice_becomes_the_answer_in_its_own_message() -> None:
    step = plan([Shown("m1", "a", Kind.NOTICE)], [Wanted("a", Kind.ANSWER)])
    assert step == Edit(0, "m1", "a", Kind.ANSWER)


@given(st.integers(0, 4), PARTS)
def test_what_is_found_is_adopted_in_the_order_of_its_parts(noted: int, parts: list[int]) -> None:
    shown = [Shown(f"n{number}", "text", Kind.ANSWER) for number in range(noted)]
    found = [Found(f"n{n}", Mark("1", n, Kind.ANSWER)) for n in range(noted)]
    found += [Found(f"f{n}", Mark("1", part, Kind.ANSWER)) for n, part in enumerate(parts)]
    result = adopted(shown, found)
    assert sorted(one.message_id for one in result) == sorted(one.message_id for one in found)
    assert result[:noted] == shown
    by_id = {one.message_id: one.mark.part for one in found}
    order = [by_id[one.message_id] for one in result]
    distinct = sorted(set(order))
    assert order[: len(distinct)] == distinct
