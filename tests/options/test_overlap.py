"""Repetition: a rule that nothing but option, leads and authority moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tocsin.options.overlap import overlap, trait

LINES = st.lists(
    st.builds(
        trait,
        st.sampled_from(["D05", "E01", "P01", "lend a car"]),
        st.lists(st.sampled_from(["desk", "UN RC", "NGO"]), max_size=2),
        st.sampled_from(["U06", "order", ""]),
    ),
    max_size=6,
)


@given(LINES, LINES)
def test_the_share_is_the_same_both_ways_and_whole_only_for_equal_sets(mine, theirs) -> None:
    here, there = overlap(mine, theirs), overlap(theirs, mine)
    assert here.pct == there.pct
    assert 0 <= here.pct <= 100
    assert (here.pct == 100) == (set(mine) == set(theirs) != set())
    assert {*here.common, *here.only_here} == set(mine)


@given(LINES, st.randoms())
def test_order_and_doubling_change_nothing(lines, chance) -> None:
    mixed = [*lines, *lines]
    chance.shuffle(mixed)
    assert overlap(lines, mixed).pct == (100 if lines else 0)


@given(LINES, LINES, LINES)
def test_what_neither_had_lowers_the_share_and_never_raises_it(mine, theirs, more) -> None:
    fresh = [trait(f"new {n}", t.leads, t.authority) for n, t in enumerate(more)]
    assert overlap([*mine, *fresh], theirs).pct <= overlap(mine, theirs).pct


def test_case_and_spacing_are_no_difference_and_another_lead_is() -> None:
    assert trait("d05", [" un  RC", "UN rc"], "u06") == trait("D05", ["UN RC"], "U06")
    assert trait("D05", ["UN RC"], "U06") != trait("D05", ["NGO"], "U06")
