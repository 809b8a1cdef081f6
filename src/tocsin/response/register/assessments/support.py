"""What still stands behind an answer: a source that was withdrawn, retracted or is gone lowers it, for all to see.

The answer stays as it was given; what is lowered is the confidence it is shown with. Nothing is ever raised, and an
answer is never removed: that its source is gone does not mean that what it said was not so.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tocsin.catalog import withdrawn
from tocsin.response.register.assessments.words import sources_of
from tocsin.response.register.models import Answer

LOWER = {"high": "moderate", "moderate": "low", "low": "low"}


def sources(row: Answer) -> list[dict[str, Any]]:
    """Return the sources of an answer, each with what became of it in ``withdrawn`` (None: it stands)."""
    return [
        {**asdict(source), "withdrawn": gone.sentence if (gone := withdrawn.lookup(source.link)) else None}
        for source in sources_of(row.evidence, row.grades)
    ]


def standing(row: Answer) -> tuple[str, str]:
    """Return the confidence an answer is shown with, and why it is lower than the one given; empty when it is not.

    With no source left standing it is low; with some left, one step below what was given.
    """
    cited = sources(row)
    gone = [source["withdrawn"] for source in cited if source["withdrawn"]]
    if not gone:
        return row.confidence, ""
    confidence = "low" if len(gone) == len(cited) else LOWER[row.confidence]
    return confidence, "; ".join(gone)
