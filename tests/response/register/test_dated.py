"""The dates a figure is said with: the window of a forecast and until when "none known" holds."""

from __future__ import annotations

from datetime import date

import pytest

from tocsin.response.register.dated import Window, none_known


@pytest.mark.parametrize(
    ("day", "begun", "said"),
    [
        (date(2024, 12, 31), 0, ""),
        (date(2025, 1, 1), 1, "1 of its 24 months have begun; the figure is for the whole window"),
        (date(2026, 11, 23), 23, "23 of its 24 months have begun; the figure is for the whole window"),
        (date(2026, 12, 31), 24, "24 of its 24 months have begun; the figure is for the whole window"),
        (date(2027, 1, 1), 24, "all of its 24 months have passed; the figure is for the whole window"),
    ],
)
def test_how_much_of_the_window_has_gone(day: date, begun: int, said: str) -> None:
    window = Window(2025, 2026, day)
    assert (window.months, window.begun, window.said) == (24, begun, said)
    assert window.dates == "2025–2026"
    assert window.words.startswith("2025–2026")


def test_none_known_carries_its_date() -> None:
    assert none_known(2024, 2024) == "none known at the end of 2024, where the list of facts ends"
    assert none_known(2019, 2024) == "none known at the end of 2019"
    assert none_known(None, None) == "none known"


def test_a_window_that_is_over_says_whether_its_outcome_is_known() -> None:
    gone = Window(2025, 2025, date(2026, 11, 26), outcome_to=2024)
    assert gone.words == "2025; that year is over, and its outcome is not in these figures"
    known = Window(2025, 2025, date(2026, 11, 26), outcome_to=2025)
    assert "not in these figures" not in known.words
    assert Window(2025, 2026, date(2026, 11, 26), outcome_to=2024).said.startswith("23 of its 24 months")
