"""The Admiralty grade of a source and of what it says: a letter and a figure, as B2. F6 cannot be judged."""

from __future__ import annotations

from tocsin.core.errors import Misuse

RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
CREDIBILITY = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}


def graded(grade: str) -> str:
    """Return a grade as it is kept: ``B2``. Raises Misuse when it is none."""
    kept = grade.strip().upper()
    if len(kept) != 2 or kept[0] not in RELIABILITY or kept[1] not in CREDIBILITY:
        raise Misuse(f"{kept!r} is no grade", todo="Give a letter A–F and a figure 1–6, as B2; F6 cannot be judged")
    return kept
