"""Numbers in words: what is printed is what was meant, to the rounding it admits."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.numbers import counted, one_in, percent, risk


def meant(words: str) -> float:
    """Return the probability that a frequency in words stands for."""
    out_of = re.fullmatch(r"(\d+) in (\d+)", words)
    if out_of and out_of[1] != "1":
        return int(out_of[1]) / int(out_of[2])
    n = int(re.search(r"1 in ([\d,]+)$", words)[1].replace(",", ""))
    return 1 - 1 / n if words.startswith("all but") else 1 / n


@given(st.floats(0.0001, 0.9999))
def test_a_frequency_means_the_probability_it_was_written_for(p: float) -> None:
    said = meant(one_in(p))
    if p >= 0.9:
        # The one that is left out of n: n is rounded to the nearest whole number, from 100 upward to two figures.
        assert (1 - said) / (1 - p) == pytest.approx(1, rel=0.06)
    elif p >= 0.3:
        assert abs(said - p) <= 0.05 + 1e-9
    else:
        assert 1 / said == pytest.approx(1 / p, rel=0.06, abs=0.5)


@given(st.floats(0, 1), st.floats(0, 1))
def test_near_certainty_is_never_told_as_less_than_it_is(p: float, q: float) -> None:
    if p >= 0.9:
        assert one_in(p).startswith("all but")
    if p < q < 1 and q - p > 0.1:
        assert one_in(p) != one_in(q) or q < 0.5


def test_examples() -> None:
    assert one_in(0.946) == "all but 1 in 19"
    assert risk(0.08) == "1 in 12 (8%)"
    assert percent(0.998) == "99.8%"
    assert percent(1.0) == "100%"
    assert percent(0.99999) == ">99.9%"
    assert one_in(0.99999) == "all but less than 1 in 10,000"
    assert one_in(None) == "not known"


def test_one_is_one_row_and_none_are_none_rows() -> None:
    assert [counted(n, "row") for n in (0, 1, 2400)] == ["0 rows", "1 row", "2,400 rows"]
    assert counted(2, "entry", "entries") == "2 entries"
