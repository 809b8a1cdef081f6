"""A passphrase signs decisions: what is no passphrase is refused, and what is one is not."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("short one", "too short"),
        ("passwordpassword", "said again"),
        ("Password-password!", "said again"),
        ("correct correct correct", "said again"),
        ("abababababab", "different characters"),
        ("password2026!!", "common password"),
        ("abcdefghijklm", "in their order"),
        ("asdfghjkl qwertyuiop", "in their order"),
    ],
)
def test_what_is_no_passphrase(words: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(words)
    assert any(said in message for message in refused.value.messages), refused.value.messages


@pytest.mark.parametrize("words", ["seven lamps over the harbour", "a dry well, 3 goats", "Brücke über den Fluss"])
def test_several_words_are_one(words: str) -> None:
    validate_password(words)
