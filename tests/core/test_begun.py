"""A sentence that begins with an address keeps it; every other begins with a capital, and the rest stays as it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.words import begun


def test_an_address_at_the_beginning_stays_and_a_name_later_too() -> None:
    assert begun("ucdp.uu.se could not be reached; 5 tries") == "ucdp.uu.se could not be reached; 5 tries"
    assert begun("the answer of UCDP is cut") == "The answer of UCDP is cut"
    assert begun("stopped.") == "Stopped."


@given(st.text())
def test_nothing_but_the_first_letter_changes(text: str) -> None:
    told = begun(text)
    assert told == text or told == text[:1].upper() + text[1:]
