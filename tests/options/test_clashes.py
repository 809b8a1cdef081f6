"""Clashes: pairs while both are under way, windows when two moments come too close, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.library import library
from tocsin.catalog.pairs import pairs
from tocsin.options.clashes import Move, clashes

DAY = date(2026, 11, 23)


def move(ref: str, option: str, first: int, last: int) -> Move:
    return Move(ref, option, "what", DAY + timedelta(days=first), DAY + timedelta(days=last))


@pytest.mark.parametrize(("starts", "clash"), [(32, False), (33, True), (40, True), (47, True), (48, False)])
def test_a_notice_clashes_in_the_week_before_and_after_a_signing(starts: int, clash: bool) -> None:
    found = clashes([move("L1", "D05", 0, 40), move("L2", "E01", starts, 200)])
    assert bool(found) is clash
    if clash:
        assert "signing" in found[0].why
        assert found[0].days_apart == 7


def test_a_pair_clashes_while_both_are_under_way_and_not_before_or_after() -> None:
    (both,) = clashes([move("L1", "E09", 0, 30), move("L2", "E10", 20, 60)])
    assert (both.first, both.last, both.days_apart) == (DAY + timedelta(20), DAY + timedelta(30), 0)
    assert clashes([move("L1", "E09", 0, 19), move("L2", "E10", 20, 60)]) == []


OPTIONS = sorted(library().options)
MOVES = st.lists(
    st.tuples(st.sampled_from(OPTIONS), st.integers(0, 300), st.integers(0, 200)).map(
        lambda t: ("", t[0], t[1], t[1] + t[2])
    ),
    max_size=7,
).map(lambda rows: [move(f"L{n}", *row[1:]) for n, row in enumerate(rows, 1)])


@given(MOVES, st.integers(-400, 400))
def test_moving_all_by_the_same_days_moves_the_clashes_and_makes_none(moves, days) -> None:
    shift = timedelta(days=days)
    later = [Move(m.ref, m.option_id, m.what, m.starts + shift, m.ends + shift) for m in moves]
    assert [(c.key, c.first + shift) for c in clashes(moves)] == [(c.key, c.first) for c in clashes(later)]


@given(MOVES)
def test_the_order_of_lines_changes_no_clash(moves) -> None:
    there = {frozenset((c.a.ref, c.b.ref)) for c in clashes(moves)}
    assert there == {frozenset((c.a.ref, c.b.ref)) for c in clashes(moves[::-1])}


def test_every_window_of_the_file_can_clash() -> None:
    for window in pairs().windows:
        a, b = move("L1", window.a, 0, 50), move("L2", window.b, 0, 50)
        at = 50 if window.a_at == "ends" else 0
        b = move("L2", window.b, at, at + 90) if window.b_at == "starts" else move("L2", window.b, at - 90, at)
        assert [c.why for c in clashes([a, b])] == [window.why]
