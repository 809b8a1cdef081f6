"""What is no passphrase: it signs decisions, so a word said twice or a run along the keyboard is refused."""

from __future__ import annotations

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

DIFFERENT = 5
ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")
RUN = 6


class Passphrase:
    """Refuses few different characters, repetitions, common words with trimmings, and runs."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError with one sentence on what is wrong; return when nothing is."""
        text = password.casefold()
        if len(set(text)) < DIFFERENT:
            raise ValidationError(f"Use at least {DIFFERENT} different characters.", code="few_characters")
        letters = re.sub(r"[\W\d_]+", "", text)
        words = re.findall(r"[^\W\d_]+", text)
        if _repeats(text) or _repeats(letters) or (len(words) > 1 and len(set(words)) == 1):
            raise ValidationError("This is one word said again. Use several words.", code="repeated")
        if letters in CommonPasswordValidator().passwords:
            raise ValidationError("This is a common password with signs added. Use several words.", code="common")
        if _runs(text):
            raise ValidationError("This is a run of letters or digits in their order. Use several words.", code="run")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return f"Several words, with {DIFFERENT} different characters or more; not one word said twice."


def _repeats(text: str) -> bool:
    """Tell whether a text is a shorter one said twice or more."""
    return len(text) > 1 and text in (text + text)[1:-1]


def _runs(text: str) -> bool:
    """Tell whether less than half of a text is left when runs of six along an alphabet or a keyboard are taken out."""
    rest = text
    for row in (*ROWS, *(row[::-1] for row in ROWS)):
        for size in range(len(row), RUN - 1, -1):
            for start in range(len(row) - size + 1):
                rest = rest.replace(row[start : start + size], "")
    return 2 * len(rest) < len(text)
