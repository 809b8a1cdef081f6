"""What is no number is a refusal in words, never a failed page."""

from __future__ import annotations

import pytest

from tocsin.desk.typed import number

ODD = ["²", "9" * 5000, "-1", "", "1\x00", "٣"]


@pytest.mark.parametrize("text", ODD)
def test_only_plain_digits_are_a_number(text: str) -> None:
    assert number(text) is None
    assert number("12") == 12


@pytest.mark.parametrize("text", ["²", "9" * 5000])
def test_forms_answer_odd_numbers_with_a_sentence(reader, text: str) -> None:
    assert reader.get("/people", {"within": text}).status_code == 200
    forms = {"/docket/order": {"number": text, "rank": text, "days": text}}
    forms |= {f"/people/{what}": {"number": text} for what in ("accept", "cancel", "note", "retire", "verify")}
    forms["/tools"] = {"part": "state", "days": text, "office": "analysis", "option": "D01", "name": "A car"}
    for url, given in forms.items():
        assert reader.post(url, {**given, "post": "operator"}).status_code in {400, 409, 422}, url
