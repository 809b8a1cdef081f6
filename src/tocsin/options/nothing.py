"""Doing nothing: an option like the others, with its own reasons, harms and clock (M26)."""

from __future__ import annotations

from typing import Any

from tocsin.core.clock import in_words
from tocsin.options.availability import Expiry, last_day
from tocsin.options.question import Question

ID = "NOTHING"
NAME = "Do nothing now, on the record"
ACTORS = ["The post that owns the question"]
BASIS_LABEL = "our own words, unverified"
EVIDENCE: dict[str, Any] = {
    "grade": "not graded",
    "text": "Nothing in the catalogue grades waiting; what the forecast says of it stands among the reasons",
    "tool": None,
    "counts": None,
    "basis": "our own words",
    "verified": False,
}
SHOWN = 3


def reasons(question: Question) -> list[str]:
    """Return why doing nothing is listed, and what the forecast says of waiting."""
    said = question.waiting.strip() or "no forecast was given with this question"
    return [
        "Always listed, so that not acting is decided by somebody and not drifted into",
        f"What the forecast says of waiting: {said}",
    ]


def harms(question: Question, expiries: list[Expiry], names: dict[str, str], *, already_lost: int) -> list[str]:
    """Return what waiting costs in options: which expire next, how many by the last day, how many are gone.

    ``names`` gives the name of each option that can still be chosen.
    """
    told: list[str] = []
    going = [step for step in expiries if step.days_from_now < question.days_left]
    if going:
        step = going[0]
        shown = ", ".join(f"{o} {names[o]}" for o in step.options[:SHOWN])
        more = f" and {len(step.options) - SHOWN} more" if len(step.options) > SHOWN else ""
        told.append(f"After {in_words(step.last_day)} these can no longer arrive in time: {shown}{more}")
        count, total = sum(len(s.options) for s in going), len(names)
        last = in_words(last_day(question.asked_on, question.days_left, 0))
        told.append(f"Waiting to the last day, {last}, loses {count} of the {total} options that can still arrive")
    if already_lost:
        told.append(f"{already_lost} option{' is' if already_lost == 1 else 's are'} lost already")
    if not told:
        told.append("No further option expires within the days left")
    return told
