"""The bell: any signed-in person, with reasons. It has no threshold, no budget and no veto."""

from __future__ import annotations

from datetime import datetime

from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.core.clock import iso
from tocsin.core.errors import Refused
from tocsin.core.words import SHORT, letters, said
from tocsin.tripwires.series import Because, Firing
from tocsin.tripwires.words import place_name

# Low on purpose: a bell is never turned away for its style, only when it says nothing at all.
LEAST_LETTERS = 5


def evaluate(tripwire: Tripwire, place_id: str, reasons: str, now: datetime) -> list[Firing]:
    """Return the one firing that a ring of the bell is. Raises Refused without reasons.

    Who rang is not in the firing: the ledger's body keeps it, the header and the warning do not.
    """
    reasons = " ".join(said(reasons, SHORT).split())
    if letters(reasons) < LEAST_LETTERS:
        raise Refused(
            "The bell needs a reason",
            todo=f"Say what was seen or heard, and how it is known, in {LEAST_LETTERS} letters at least",
        )
    name, at = place_name(place_id), iso(now) or ""
    return [
        Firing(
            tripwire_id=tripwire.id,
            version=tripwire.version,
            kind=tripwire.kind,
            level=tripwire.level,
            place_id=place_id,
            source_id=None,
            period=at,
            value=1.0,
            threshold=1.0,
            state=None,
            summary=f"{name}: somebody rang the bell.",
            question=tripwire.question.format(place=name),
            because=(Because(reasons, None, "bell", "reasons", at),),
        )
    ]
